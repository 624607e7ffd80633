import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Addresses, orderOf } from './addresses.ts'

test('positions by value, of equal values the earlier first, whether they are near each other or far apart', () => {
  let seed = 3
  const next = (n: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % n
  for (const [base, range] of [[0, 10], [0x7f00_0000_0000, 1000], [2 ** 47, 2 ** 31], [0, 2 ** 48]] as const) {
    const values = Float64Array.from({ length: 3000 }, () => base + Math.floor((next(2 ** 20) / 2 ** 20) * range))
    const expected = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b)
    assert.deepEqual([...orderOf(values, values.length)], expected)
    assert.deepEqual([...orderOf(values, 100)], expected.filter((at) => at < 100))
  }
  assert.deepEqual([...orderOf(new Float64Array(8), 0)], [])
  assert.deepEqual([...orderOf(Float64Array.of(5), 1)], [0])
})

test('the last address up to another, near the first or 2^46 from it', () => {
  for (const [far, bytes] of [[2 ** 32 - 1, 12], [2 ** 46, 24]] as const) {
    const first = 0x7f00_0000_0000
    const values = Float64Array.of(first + 10, first, first + far)
    const addresses = new Addresses(values, orderOf(values, 3))
    assert.deepEqual([0, 1, 2].map((at) => addresses.at(at)), [first, first + 10, first + far])
    assert.deepEqual([first - 1, 0, first, first + 9, first + 10, first + far - 1, first + far, 2 ** 52].map((address) => addresses.lastUpTo(address)), [-1, -1, 0, 0, 1, 1, 2, 2])
    assert.equal(addresses.bytes, bytes)
  }
  assert.equal(new Addresses(new Float64Array(0), new Uint32Array(0)).lastUpTo(5), -1)
})
