import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barsOf, stepSeconds, withUnknown, type Aggregate } from './bars.ts'

const point = (second: number, requestCount: number) => ({ time: new Date(second * 1000).toISOString(), requestCount, errorCount: 0, durationNs: { p50: null, p95: null, p99: null } })
const counts = (...points: readonly (readonly [second: number, count: number])[]): Aggregate => ({ groups: [{ points: points.map(([second, count]) => point(second, count)) }] })

test('a range is cut into at most a hundred steps, from a second to days', () => {
  assert.deepEqual([60, 100, 101, 900, 86_400, 30 * 86_400, 366 * 86_400].map((seconds) => stepSeconds(seconds * 1000)), [1, 1, 2, 10, 900, 43_200, 345_600])
})

test('slow ones stand in front of all; a selection of which nothing is there is as many zeros', () => {
  assert.deepEqual(barsOf(counts([10, 5], [20, 7]), counts([20, 2]), 1, 3, 10), [{ at: 10_000, count: 5, marked: 0 }, { at: 20_000, count: 7, marked: 2 }])
  assert.deepEqual(barsOf({ groups: [] }, undefined, 1, 3, 10), [{ at: 10_000, count: 0, marked: 0 }, { at: 20_000, count: 0, marked: 0 }])
  assert.deepEqual(barsOf(undefined, undefined, 1, 3, 10), [])
})

test('while nobody reports nothing is known; what came before or late stays', () => {
  const bars = [{ at: 10_000, count: 5, marked: 0 }, { at: 20_000, count: 0, marked: 0 }, { at: 30_000, count: 0, marked: 0 }, { at: 40_000, count: 1, marked: 0 }]
  assert.deepEqual(withUnknown(bars, 10_000, 25_000, []).map(({ count }) => count), [5, 0, null, 1])
  assert.deepEqual(withUnknown(bars, 10_000, undefined, []), bars)
  assert.deepEqual(withUnknown(bars, 10_000, undefined, [{ fromMs: 0, toMs: 30_000 }]).map(({ count }) => count), [5, null, 0, 1])
})
