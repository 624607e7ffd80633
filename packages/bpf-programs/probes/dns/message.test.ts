import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../testing/random.ts'
import { parseAnswer } from './message.ts'

const octets = (name: string) => [...name.split('.').flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]), 0]
const u16 = (value: number) => [value >> 8, value & 255]
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)]
const record = (owner: readonly number[], type: number, ttl: number, data: readonly number[]) => [...owner, ...u16(type), ...u16(1), ...u32(ttl), ...u16(data.length), ...data]
/** The name that was asked for stands at 12. */
const ASKED = [0xc0, 12]
const [A, CNAME, AAAA, TXT] = [1, 5, 28, 16]
const V6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]

function message(name: string | readonly number[], records: readonly (readonly number[])[], count = records.length): Buffer {
  const question = [...(typeof name === 'string' ? octets(name) : name), ...u16(1), ...u16(1)]
  return Buffer.from([0x12, 0x34, 0x81, 0x80, ...u16(1), ...u16(count), 0, 0, 0, 0, ...question, ...records.flat()])
}

const parse = (bytes: Buffer) => parseAnswer(bytes, 0, bytes.length)

test('addresses of either family, with their times to live', () => {
  assert.deepEqual(parse(message('Api.Example.COM', [record(ASKED, A, 300, [192, 0, 2, 7]), record(ASKED, AAAA, 60, V6), record(ASKED, TXT, 9, [1, 65])])), {
    name: 'api.example.com', addresses: [{ address: '192.0.2.7', ttlSeconds: 300 }, { address: '2001:db8::7', ttlSeconds: 60 }],
  })
})

test('aliases in any order lead to the name that was asked for, with the least time on the way; others’ addresses don’t count', () => {
  assert.deepEqual(parse(message('www.example.com', [
    record(octets('edge.cdn.net'), A, 300, [192, 0, 2, 1]), record(octets('cdn.net'), CNAME, 500, octets('edge.cdn.net')), record(ASKED, CNAME, 20, octets('cdn.net')),
    record(octets('elsewhere.org'), A, 300, [192, 0, 2, 66]),
  ])), { name: 'www.example.com', addresses: [{ address: '192.0.2.1', ttlSeconds: 20 }] })
})

test('an answer that names no address says nothing', () => {
  assert.equal(parse(message('example.com', [record(ASKED, CNAME, 9, octets('b.example.com'))])), undefined)
  assert.equal(parse(message('example.com', [record(ASKED, TXT, 9, [0])])), undefined)
})

test('aliases in a circle end', () => {
  assert.deepEqual(parse(message('a.b', [record(ASKED, CNAME, 9, octets('c.d')), record(octets('c.d'), CNAME, 9, octets('a.b')), record(octets('c.d'), A, 9, [1, 2, 3, 4])])), {
    name: 'a.b', addresses: [{ address: '1.2.3.4', ttlSeconds: 9 }],
  })
})

test('an answer that was cut short counts as far as it goes', () => {
  const whole = message('example.com', [record(ASKED, A, 9, [1, 1, 1, 1]), record(ASKED, A, 9, [2, 2, 2, 2])])
  for (let cut = 1; cut < 16; cut++) {
    const answer = parseAnswer(whole, 0, whole.length - cut)
    if (cut >= 15) assert.equal(answer === 'malformed' || (answer?.addresses.length === 1), true)
    else assert.deepEqual(answer, { name: 'example.com', addresses: [{ address: '1.1.1.1', ttlSeconds: 9 }] })
  }
})

for (const [what, bytes] of Object.entries({
  'a pointer to itself': message([0xc0, 12], []),
  'a pointer forward': message([0xc0, 40], [[1, 97, 0]]),
  'a pointer into the header': message([0xc0, 2], []),
  'two pointers in a circle': message('example.com', [record([0xc0, 30, 0xc0, 29], A, 1, [1, 2, 3, 4])]),
  'a label longer than it may be': message([64, ...Array.from({ length: 64 }, () => 97), 0], []),
  'a name longer than 255 octets': message(Array.from({ length: 64 }, () => 'abc').join('.') + '.x', []),
  'a name that never ends': Buffer.concat([message('a', []).subarray(0, 12), Buffer.from([3, 97, 97])]),
  'a name that is no host’s': message('<script>', [record(ASKED, A, 1, [1, 2, 3, 4])]),
  'no name at all': message([0], [record(ASKED, A, 1, [1, 2, 3, 4])]),
  'an A record of three bytes': message('example.com', [record(ASKED, A, 1, [1, 2, 3])]),
  'an alias that is shorter than its record': message('example.com', [record(ASKED, CNAME, 1, [...octets('b.c'), 0])]),
  'two questions': ((b) => (b.writeUInt16BE(2, 4), b))(message('example.com', [record(ASKED, A, 1, [1, 2, 3, 4])])),
  'less than a header': Buffer.from([0, 0, 0x80, 0, 0, 1]),
})) {
  test(`${what} is malformed`, () => assert.equal(parse(bytes), 'malformed'))
}

test('any bytes are an answer, nothing or malformed, and never more than they hold', () => {
  const random = new Random(7)
  const seed = message('www.example.com', [record(ASKED, CNAME, 20, octets('cdn.net')), record(octets('cdn.net'), A, 300, [192, 0, 2, 1]), record(ASKED, AAAA, 60, V6)])
  const counts: Record<string, number> = {}
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(seed)
    for (let n = 0; n <= random.below(6); n++) bytes[random.below(bytes.length)] = random.below(256)
    const end = round % 3 === 0 ? random.below(bytes.length) : bytes.length
    const answer = parseAnswer(bytes, 0, end)
    const kind = typeof answer === 'object' ? 'answer' : String(answer)
    counts[kind] = (counts[kind] ?? 0) + 1
    if (typeof answer === 'object') assert.match(answer.name, /^[a-z0-9_.-]{1,253}$/)
  }
  assert.deepEqual(Object.keys(counts).sort(), ['answer', 'malformed', 'undefined'])
})

test('a header that promises more records than there are is no reason to look for them', () => {
  assert.deepEqual(parse(message('example.com', [record(ASKED, A, 9, [1, 1, 1, 1])], 65_535)), { name: 'example.com', addresses: [{ address: '1.1.1.1', ttlSeconds: 9 }] })
})
