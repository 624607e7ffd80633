import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Random } from '../testing/random.ts'
import { root } from './compile.ts'
import { elfSection } from './elf.ts'
import { lossNames, recordsOfObject } from './index.ts'
import { parseBtf } from './parse.ts'
import { breaksReadOnly } from './read-only.ts'
import { recordLayouts } from './records.ts'

const object = readFileSync(join(root, '.output', 'skeleton.bpf.o'))
const section = elfSection(object, '.BTF')
assert.ok(section.ok)
const btf = section.value

function header(fields: { length?: number; typesAt?: number; types?: number; stringsAt?: number; strings?: number }, body: Buffer): Buffer {
  const bytes = Buffer.alloc(24)
  bytes.writeUInt16LE(0xeb9f, 0)
  bytes.writeUInt8(1, 2)
  bytes.writeUInt32LE(fields.length ?? 24, 4)
  bytes.writeUInt32LE(fields.typesAt ?? 0, 8)
  bytes.writeUInt32LE(fields.types ?? body.length, 12)
  bytes.writeUInt32LE(fields.stringsAt ?? 0, 16)
  bytes.writeUInt32LE(fields.strings ?? 0, 20)
  return Buffer.concat([bytes, body])
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeUInt32LE(value >>> 0, index * 4))
  return bytes
}

function errorOf(bytes: Buffer): string {
  const parsed = parseBtf(bytes)
  return parsed.ok ? 'accepted' : parsed.error
}

test('a .BTF whose lengths are absurd is an error in words', () => {
  assert.equal(errorOf(Buffer.alloc(0)), 'BTF: shorter than its header')
  assert.equal(errorOf(Buffer.alloc(24)), 'BTF: wrong magic, or not little-endian')
  const beyond = 'BTF: types or strings do not lie within the section'
  for (const fields of [{ types: 0xffff_ffff }, { typesAt: 0xffff_ffff }, { strings: 0xffff_ffff }, { stringsAt: 1 << 30, strings: 1 }, { length: 0xffff_ffff }, { length: 0 }]) {
    assert.equal(errorOf(header(fields, Buffer.alloc(12))), beyond)
  }
  assert.equal(errorOf(header({}, words(0, 4 << 24 | 0xffff, 4))), 'BTF: type 1 is cut off', 'a struct of 65,535 members that are not there')
  assert.equal(errorOf(header({}, words(0, 31 << 24, 4))), 'BTF: type 1 has the unknown kind 31')
  assert.equal(errorOf(header({}, words(0, 1))), 'BTF: type 1 is cut off')
})

test('typedefs in a circle, structs in themselves, types that are missing: errors, not endless', () => {
  const name = Buffer.from('\0record_header\0h\0', 'latin1')
  const layoutsOf = (...types: Buffer[]) => {
    const body = Buffer.concat([...types, name])
    const parsed = parseBtf(header({ types: body.length - name.length, stringsAt: body.length - name.length, strings: name.length }, body))
    assert.ok(parsed.ok)
    const layouts = recordLayouts(parsed.value)
    return layouts.ok ? layouts.value.length : layouts.error
  }
  const struct = (nameAt: number, size: number, ...members: [number, number, number][]) => words(nameAt, 4 << 24 | members.length, size, ...members.flat())
  const typedef = (to: number) => words(15, 8 << 24, to)
  assert.equal(layoutsOf(struct(1, 0), struct(15, 16, [15, 1, 0], [15, 3, 64]), typedef(3)), 'h.h: its type is missing')
  assert.equal(layoutsOf(struct(1, 0), struct(15, 16, [15, 1, 0], [15, 2, 0])), 'h.h.h.h.h.h.h.h.h.h: structs nest too deep')
  assert.equal(layoutsOf(struct(1, 0), struct(15, 16, [15, 1, 0], [15, 999, 64])), 'h.h: its type is missing')
  assert.equal(layoutsOf(struct(1, 0), struct(15, 0xffff_ffff, [15, 1, 0])), 'h: 4294967295 bytes are more than a record may have')
  assert.equal(layoutsOf(typedef(1), struct(15, 16, [15, 1, 0])), 0, 'a header that leads nowhere makes no record')
})

test('property: cut anywhere, or with any bytes changed, it is a value, never a throw', () => {
  const random = new Random(11)
  for (let length = 0; length <= btf.length; length++) recordsOf(btf.subarray(0, length))
  for (let round = 0; round < 4000; round++) {
    const bytes = Buffer.from(btf)
    for (let change = 0; change <= random.below(6); change++) bytes[random.below(round % 2 ? bytes.length : 64)] = random.below(256)
    recordsOf(bytes)
  }
  for (let round = 0; round < 1500; round++) {
    const bytes = Buffer.from(object)
    for (let change = 0; change <= random.below(6); change++) {
      const at = round % 2 ? random.below(64) : bytes.length - 1 - random.below(64 * 20)
      bytes[at] = random.below(256)
    }
    recordsOfObject(bytes)
    lossNames(bytes)
    breaksReadOnly(bytes)
  }
  for (let length = 0; length < object.length; length += 97) assert.equal(recordsOfObject(object.subarray(0, length)).ok, false)
})

function recordsOf(bytes: Buffer): void {
  const parsed = parseBtf(bytes)
  if (parsed.ok) recordLayouts(parsed.value)
}
