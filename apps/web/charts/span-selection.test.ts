import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spanBounds, spanKey, stepAt } from './span-selection.ts'

test('the first key begins at the newest step', () => {
  assert.deepEqual(spanKey(undefined, 'ArrowLeft', false, 10), { anchor: 9, head: 9 })
  assert.deepEqual(spanKey(undefined, 'Home', true, 10), { anchor: 0, head: 0 })
})

test('arrows move, Shift grows, edges hold', () => {
  assert.deepEqual(spanKey({ anchor: 5, head: 5 }, 'ArrowRight', false, 10), { anchor: 6, head: 6 })
  assert.deepEqual(spanKey({ anchor: 5, head: 4 }, 'ArrowLeft', true, 10), { anchor: 5, head: 3 })
  assert.deepEqual(spanKey({ anchor: 5, head: 0 }, 'ArrowLeft', true, 10), { anchor: 5, head: 0 })
})

test('other keys leave it, an empty axis has none', () => {
  const span = { anchor: 1, head: 2 }
  assert.equal(spanKey(span, 'x', false, 10), span)
  assert.equal(spanKey(undefined, 'ArrowLeft', false, 0), undefined)
})

test('bounds are half-open, whichever way it was drawn', () => {
  assert.deepEqual(spanBounds({ anchor: 7, head: 3 }), [3, 8])
  assert.deepEqual(spanBounds({ anchor: 2, head: 2 }), [2, 3])
})

test('a pixel has a step, outside the nearest', () => {
  assert.deepEqual([stepAt(-4, 100, 10), stepAt(0, 100, 10), stepAt(99.9, 100, 10), stepAt(400, 100, 10), stepAt(5, 0, 0)], [0, 0, 9, 9, 0])
})
