import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteCache, latin1, lineFeed, Sample } from './bytes.ts'
import { Recent } from './recent.ts'

// Neighbours of LF in every sense: one less, one more, with the high bit, with a borrow behind it.
const bytes = Buffer.from([0x0a, 0x0b, 0x0a, 0x09, 0x8a, 0x00, 0x01, 0x0b, 0x0a, 0xff, 0x0b, 0x0b, 0x0b, 0x0b, 0x0a, 0x00, 0x0a, 0x7f, 0x80])

test('the next LF, from everywhere to everywhere', () => {
  for (let at = 0; at <= bytes.length; at++) {
    for (let end = at; end <= bytes.length; end++) {
      const found = bytes.subarray(at, end).indexOf(0x0a)
      assert.equal(lineFeed(bytes, at, end), found < 0 ? -1 : at + found, `[${at}, ${end})`)
    }
  }
})

test('a sample stands where its bytes are and nowhere else', () => {
  const text = Buffer.from('abcabcabdabcabcabcabcabcabcabcabdabcabcabcab', 'latin1')
  for (let length = 0; length <= 21; length++) {
    const sample = new Sample(text, 9, 9 + length)
    for (let at = 0; at <= text.length; at++) {
      const same = text.subarray(at, at + length).equals(text.subarray(9, 9 + length))
      assert.equal(sample.standsAt(text, at, text.length), same, `${length} at ${at}`)
      assert.equal(sample.equals(text, at, at + length + 1), false)
    }
    assert.equal(sample.standsAt(text, 9, 9 + length - 1), false, 'cut')
  }
})

test('a buffer that is another is looked at anew', () => {
  const sample = Sample.of('abcd')
  assert.ok(sample.equals(Buffer.from('abcd'), 0, 4))
  assert.ok(!sample.equals(Buffer.from('abce'), 0, 4))
  assert.equal(lineFeed(Buffer.from('x\n'), 0, 2), 1)
  assert.equal(lineFeed(Buffer.from('\nx'), 0, 2), 0)
})

test('values of bytes: the same for the same, right for others, though places are few', () => {
  let made = 0
  const cache = new ByteCache(4, (from, at, end) => (made++, latin1(from, at, end)))
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 50; i++) {
      const text = Buffer.from(`<key ${i}\xff>`, 'latin1')
      assert.equal(cache.of(text, 1, text.length - 1), `key ${i}\xff`)
    }
  }
  const before = made
  const text = Buffer.from('again')
  cache.of(text, 0, 5)
  cache.of(Buffer.from('xagainx'), 1, 6)
  assert.equal(made, before + 1)
})

test('values of bytes: keys of every length in one place, each that differs anywhere another', () => {
  const cache = new ByteCache(1, latin1)
  const key = (length: number, differs = -1) => Buffer.from(Array.from({ length }, (_, i) => (i === differs ? 0 : 97 + (i % 26))))
  for (const length of [0, 1, 3, 4, 5, 63, 64, 65, 66, 200, 64, 7]) {
    for (const bytes of [key(length), key(length), key(length + 1), ...Array.from({ length }, (_, i) => key(length, i))]) {
      assert.equal(cache.of(bytes, 0, bytes.length), bytes.latin1Slice())
    }
  }
  // Longer keys that are the same in what the table holds of shorter ones.
  for (const end of ['x', 'y']) assert.equal(cache.of(Buffer.from('a'.repeat(64) + end), 0, 65), 'a'.repeat(64) + end)
})

test('recent values: what is used stays, the rest is forgotten, never more than twice the capacity', () => {
  const recent = new Recent<number>(10)
  recent.set('used', -1)
  for (let i = 0; i < 100; i++) {
    recent.set(`k${i}`, i)
    assert.equal(recent.get('used'), -1)
    assert.ok(recent.size <= 21)
  }
  assert.equal(recent.get('k99'), 99)
  assert.equal(recent.get('k5'), undefined)
})
