import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Random } from '../testing/random.ts'
import { compile, root } from './compile.ts'
import { camelCase, emitRecords } from './emit.ts'
import { recordsOfObject, recordTypes } from './index.ts'

// Inside the package, so that what is generated finds ../../btf/bytes.ts.
const folder = mkdtempSync(join(root, '.output', 'generator-'))
after(() => rmSync(folder, { recursive: true }))
let compiled = 0

function objectOf(structs: string, names: readonly string[]): Buffer {
  const source = join(mkdtempSync(join(tmpdir(), 'sonde-generator-')), 'x.bpf.c')
  const anchors = names.map((name) => `v += record_type_id(${name});`).join(' ')
  writeFileSync(source, `#include "record.h"\n${structs}\nSEC("raw_tp/x") int x(void *c) { int v = 0; ${anchors} return v; }`)
  const object = join(folder, `${compiled++}.o`)
  compile(source, object)
  rmSync(join(source, '..'), { recursive: true })
  return readFileSync(object)
}

/** What is generated, as far as a test that has just generated it can know. */
interface GeneratedReader extends Record<string, unknown> {
  at(view: DataView, bytes: Buffer, offset: number): this
  readonly part: Record<string, number>
}
type Generated = Record<string, (new () => GeneratedReader) & { bytes: number; leastBytes: number }>

async function readersOf(structs: string, names: readonly string[]): Promise<Generated> {
  const records = recordsOfObject(objectOf(structs, names))
  assert.ok(records.ok, records.ok ? '' : records.error)
  const file = join(folder, `${compiled++}.generated.ts`)
  writeFileSync(file, emitRecords('x.bpf.c', records.value))
  return await import(pathToFileURL(file).href) as Generated
}

function refusal(member: string): string {
  const records = recordsOfObject(objectOf(`struct inner { ${member} }; struct odd { struct record_header header; struct inner inner; };`, ['odd']))
  return records.ok ? 'accepted' : records.error
}

test('what cannot cross is refused with its path', () => {
  assert.equal(refusal('__u32 a : 3;'), 'odd.inner.a: bit-fields cannot be in a record')
  assert.equal(refusal('void *p;'), 'odd.inner.p: pointers cannot be in a record')
  assert.equal(refusal('union { int i; char c; } u;'), 'odd.inner.u: unions cannot be in a record')
  assert.equal(refusal('__u32 many[4];'), 'odd.inner.many: only arrays of bytes can be in a record')
  assert.equal(refusal('struct { int i; } s;'), 'odd.inner.s: a struct without a name cannot be in a record')
  assert.equal(refusal('struct { int i; };'), 'odd.inner.: a member without a proper name cannot be in a record')
  assert.equal(refusal('__u32 view;'), 'odd.inner.view: readers have a member of that name already')
  assert.equal(refusal('__u32 fine;'), 'accepted')
})

const EVERYTHING = `
enum colour { RED, BLUE = 70000 };
typedef __u64 boot_ns_t;
struct part { __s64 wide; __u8 address[16]; __u16 port; __u8 pad[6]; };
struct everything {
  struct record_header header;
  __u64 big; __s64 negative; boot_ns_t when; struct part part;
  __u32 word; __s32 signed_word; enum colour colour; __u16 half; __s16 signed_half; __u8 byte; __s8 signed_byte; bool yes; bool no;
  char comm[16]; __u8 pad1[6]; __u8 tail[100];
};
struct small { struct record_header header; };`

test('a record written by known bytes is read back as the known values, at any place of a batch', async () => {
  const { Everything, Small, layouts } = await readersOf(EVERYTHING, ['everything', 'small'])
  const wire = Buffer.alloc(400, 0xee)
  const at = 24
  wire.writeUInt32LE(77, at); wire.writeUInt16LE(3, at + 4); wire.writeUInt16LE(1, at + 6); wire.writeBigUInt64LE(123_456_789_012_345n, at + 8)
  wire.writeBigUInt64LE(2n ** 53n - 1n, at + 16); wire.writeBigInt64LE(-5n, at + 24); wire.writeBigUInt64LE(42n, at + 32)
  wire.writeBigInt64LE(-(2n ** 40n), at + 40); wire.fill(9, at + 48, at + 64); wire.writeUInt16LE(443, at + 64)
  wire.writeUInt32LE(0xffff_fffe, at + 72); wire.writeInt32LE(-2, at + 76); wire.writeUInt32LE(70000, at + 80)
  wire.writeUInt16LE(65535, at + 84); wire.writeInt16LE(-3, at + 86); wire.writeUInt8(255, at + 88); wire.writeInt8(-4, at + 89)
  wire.writeUInt8(1, at + 90); wire.writeUInt8(0, at + 91); wire.write('nginx: w\0garbage', at + 92, 'latin1')
  const read = new Everything!().at(new DataView(wire.buffer, wire.byteOffset, wire.length), wire, at)
  assert.deepEqual(
    [read.typeId, read.probeId, read.cpu, read.bootNs, read.big, read.negative, read.when, read.word, read.signedWord, read.colour],
    [77, 3, 1, 123_456_789_012_345, 2 ** 53 - 1, -5, 42, 0xffff_fffe, -2, 70000])
  assert.deepEqual([read.half, read.signedHalf, read.byte, read.signedByte, read.yes, read.no, read.comm], [65535, -3, 255, -4, true, false, 'nginx: w'])
  assert.deepEqual([read.part.wide, read.part.addressAt, read.part.port, read.tailAt], [-(2 ** 40), at + 48, 443, at + 114])
  assert.deepEqual([Everything!.bytes, Everything!.leastBytes, Small!.bytes, Small!.leastBytes], [216, 114, 16, 16])
  assert.deepEqual(Object.keys(layouts!), ['everything', 'small'])
  assert.equal(read.pad1, undefined)
})

test('property: any struct of integers, written at its offsets with any values, is read back', async () => {
  const random = new Random(7)
  const kinds = ['__u8', '__s8', '__u16', '__s16', '__u32', '__s32', '__u64', '__s64'] as const
  const structs = Array.from({ length: 12 }, (_, n) => ({
    name: `thing_${n}`, members: Array.from({ length: 1 + random.below(20) }, (_, m) => ({ name: `member_${m}`, kind: kinds[random.below(8)]! })),
  }))
  const source = structs.map(({ name, members }) => `struct ${name} { struct record_header header; ${members.map((m) => `${m.kind} ${m.name};`).join(' ')} };`).join('\n')
  const readers = await readersOf(source, structs.map(({ name }) => name))
  for (const { name, members } of structs) {
    const Reader = readers[name.replace('thing_', 'Thing')]!
    const bytes = Buffer.alloc(Reader.bytes)
    let offset = 16
    const expected: Record<string, number> = {}
    for (const { name: member, kind } of members) {
      const size = Number(kind.slice(3)) / 8
      offset = Math.ceil(offset / size) * size
      const bits = size === 8 ? 53n : BigInt(size * 8)
      const raw = BigInt.asUintN(Number(bits), BigInt(random.next()) << 32n | BigInt(random.next()))
      const value = kind[2] === 's' ? BigInt.asIntN(size * 8, size === 8 ? raw - 2n ** 52n : raw) : raw
      for (let byte = 0; byte < size; byte++) bytes[offset + byte] = Number(BigInt.asUintN(64, value) >> BigInt(byte * 8) & 0xffn)
      expected[camelCase(member)] = Number(value)
      offset += size
    }
    const read = new Reader().at(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes, 0)
    for (const [member, value] of Object.entries(expected)) assert.equal(read[member], value, `${name}.${member}`)
  }
})

test('the fingerprint changes with a name, a place or a kind, and with nothing else', () => {
  const of = (structs: string) => {
    const types = recordTypes(objectOf(structs, ['thing']))
    assert.ok(types.ok)
    return [...types.value.values()][0]!.fingerprint
  }
  const base = of('struct thing { struct record_header header; __u32 a; __u32 b; };')
  assert.match(base, /^[0-9a-f]{16}$/)
  assert.equal(of('struct before { int x; }; struct thing { struct record_header header; /* … */ __u32 a; __u32 b; };'), base)
  for (const changed of ['__u32 b; __u32 a;', '__u32 a; __s32 b;', '__u32 a; __u32 c;', '__u32 a; __u16 b; __u16 c;', '__u32 a; __u32 b; __u64 c;']) {
    assert.notEqual(of(`struct thing { struct record_header header; ${changed} };`), base, changed)
  }
})
