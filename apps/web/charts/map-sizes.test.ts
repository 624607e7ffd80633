import assert from 'node:assert/strict'
import { test } from 'node:test'
import { edgeWidth, errorArc, nodeRadius, slowness } from './map-sizes.ts'

test('sizes go by the root of the rate', () => {
  assert.deepEqual([nodeRadius(0, 100), nodeRadius(25, 100), nodeRadius(100, 100)], [9, 16.5, 24])
  assert.deepEqual([edgeWidth(0, 100), edgeWidth(25, 100), edgeWidth(100, 100)], [1, 3, 5])
})

test('a map on which nothing talks has least sizes', () => assert.deepEqual([nodeRadius(0, 0), edgeWidth(0, 0)], [9, 1]))

test('errors: none is none, a few are seen, all is all', () => {
  assert.deepEqual([errorArc(0), errorArc(0.000_001), errorArc(0.04), errorArc(0.5)], [0, 0.03, 0.4, 1])
})

test('slowness steps, and none against what is not known', () => {
  assert.deepEqual([119, 120, 199, 200, 399, 400].map((now) => slowness(now, 100)), [0, 1, 1, 2, 2, 3])
  assert.deepEqual([slowness(null, 100), slowness(900, null), slowness(900, 0)], [0, 0, 0])
})
