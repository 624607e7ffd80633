import assert from 'node:assert/strict'
import { test } from 'node:test'
import { binBounds, logBins } from './log-bins.ts'

test('every value is in one bin or left', () => {
  const bins = logBins([10e3, 11e3, 99e6, null, 0, -1], 13, 10e3, 100e6)
  assert.equal(bins.counts.length, 52)
  assert.equal(bins.counts.reduce((a, b) => a + b), 3)
  assert.equal(bins.counts[0], 2)
  assert.equal(bins.counts[51], 1)
  assert.equal(bins.left, 3)
})

test('the axis widens by decades to hold what is outside', () => {
  const { from, to, counts } = logBins([3e3, 2e9], 10, 10e3, 100e6)
  assert.deepEqual([from, to, counts.length], [1e3, 1e10, 70])
})

test('a value on a bound is in the bin that begins there', () => {
  const bins = logBins([100], 10, 10, 1000)
  assert.equal(bins.counts[10], 1)
  assert.deepEqual(binBounds(bins, 10, 10), [100, 10 * 10 ** 1.1])
})
