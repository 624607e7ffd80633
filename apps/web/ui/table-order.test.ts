import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calmOrder } from './table-order.ts'

test('the first order and another sort are taken at once', () => {
  const first = calmOrder(undefined, ['a', 'b'], 'rate', 0, true)
  assert.deepEqual(first.keys, ['a', 'b'])
  assert.deepEqual(calmOrder(first, ['b', 'a'], 'name', 1, false).keys, ['b', 'a'])
})

test('rows stay for ten seconds, and for longer under a pointer or focus', () => {
  const held = calmOrder(undefined, ['a', 'b', 'c'], '', 0, true)
  assert.deepEqual(calmOrder(held, ['c', 'b', 'a'], '', 9_999, true).keys, ['a', 'b', 'c'])
  assert.deepEqual(calmOrder(held, ['c', 'b', 'a'], '', 10_000, true).keys, ['c', 'b', 'a'])
  assert.deepEqual(calmOrder(held, ['c', 'b', 'a'], '', 60_000, false).keys, ['a', 'b', 'c'])
})

test('what is gone leaves, what is new comes beside its neighbour', () => {
  const held = calmOrder(undefined, ['a', 'b', 'c'], '', 0, true)
  assert.deepEqual(calmOrder(held, ['c', 'x', 'a', 'y'], '', 1, true).keys, ['a', 'y', 'c', 'x'])
  assert.deepEqual(calmOrder(held, ['x', 'a', 'b', 'c'], '', 1, true).keys, ['x', 'a', 'b', 'c'])
})
