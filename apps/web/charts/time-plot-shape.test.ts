import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calmDomain, domainOf, heightScale, ticksOf } from './time-plot-shape.ts'

test('linear: from zero to a round top; of nothing, to one', () => {
  assert.deepEqual(domainOf('linear', [[3, null, 61], [7]]), [0, 100])
  assert.deepEqual(domainOf('linear', [[0, 0, null]]), [0, 1])
})

test('by logarithm: round ends that hold every value and a decade at least', () => {
  assert.deepEqual(domainOf('log', [[46e6, 48e6], [611e6], [1.81e9, null]]), [20e6, 2e9])
  assert.deepEqual(domainOf('log', [[2e6, 5e6]]), [1e6, 1e7])
  assert.deepEqual(domainOf('log', [[5e6, 2e7]]), [1e6, 2e7])
  assert.deepEqual(domainOf('log', [[1e6]]), [1e6, 1e7])
  assert.deepEqual(domainOf('log', [[1e6, 1e9]]), [1e6, 1e9])
})

test('by logarithm nothing, and only zeros, still have an axis', () => {
  assert.deepEqual(domainOf('log', [[null], []]), [1e6, 1e7])
  assert.deepEqual(domainOf('log', [[0, 0]]), [1e6, 1e7])
})

test('every value lies between the ends', () => {
  for (let i = 0; i < 2000; i++) {
    const values = Array.from({ length: 3 }, () => 10 ** (Math.random() * 12))
    const [from, to] = domainOf('log', [values])
    assert.ok(from <= Math.min(...values) * (1 + 1e-9) && to >= Math.max(...values) * (1 - 1e-9) && to >= from * 9.99, `${values.join()} in ${from}…${to}`)
  }
})

test('an axis grows at once, stays while it is used, and shrinks when most of it is not', () => {
  assert.deepEqual(calmDomain('linear', undefined, [0, 50]), [0, 50])
  assert.deepEqual(calmDomain('linear', [0, 50], [0, 100]), [0, 100])
  assert.deepEqual(calmDomain('linear', [0, 100], [0, 50]), [0, 100])
  assert.deepEqual(calmDomain('linear', [0, 100], [0, 20]), [0, 20])
  assert.deepEqual(calmDomain('log', [1e6, 1e9], [1e7, 1e9]), [1e6, 1e9])
  assert.deepEqual(calmDomain('log', [1e6, 1e9], [1e5, 1e8]), [1e5, 1e9])
  assert.deepEqual(calmDomain('log', [1e6, 1e9], [1e6, 1e7]), [1e6, 1e7])
})

test('at most three labels on a linear axis, two on a low one; decades by logarithm, both ends where there is but one', () => {
  assert.deepEqual(ticksOf('linear', [0, 100], 66), [0, 50, 100])
  assert.deepEqual(ticksOf('linear', [0, 5], 42), [0, 5])
  assert.deepEqual(ticksOf('log', [20e6, 2e9], 132), [1e8, 1e9])
  assert.deepEqual(ticksOf('log', [20e6, 500e6], 132), [20e6, 500e6])
})

test('the least stands on the baseline, the greatest below the room at the top', () => {
  const y = heightScale('log', [1e6, 1e9], 132)
  assert.deepEqual([y(1e6), y(1e9)].map(Math.round), [131, 6])
  assert.equal(heightScale('linear', [0, 10], 42)(0), 41)
})
