import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeLeaders } from './leaders.ts'

test('one label stands right of its leader, in the first row', () => {
  assert.deepEqual(placeLeaders([{ x: 10, labelWidth: 50 }], 0, 800), [{ textX: 15, anchor: 'start', row: 0 }])
})

test('past the middle it stands left of it', () => {
  assert.deepEqual(placeLeaders([{ x: 790, labelWidth: 50 }], 0, 800), [{ textX: 785, anchor: 'end', row: 0 }])
})

test('neighbours at the left: the one further right is nearer, so that no leader crosses a label', () => {
  const rows = placeLeaders([{ x: 2, labelWidth: 80 }, { x: 6, labelWidth: 80 }, { x: 9, labelWidth: 80 }], 0, 800).map(({ row }) => row)
  assert.deepEqual(rows, [2, 1, 0])
})

test('neighbours at the right: mirrored', () => {
  const rows = placeLeaders([{ x: 780, labelWidth: 80 }, { x: 790, labelWidth: 80 }], 0, 800).map(({ row }) => row)
  assert.deepEqual(rows, [0, 1])
})

test('labels far apart share a row', () => {
  assert.deepEqual(placeLeaders([{ x: 2, labelWidth: 60 }, { x: 300, labelWidth: 60 }], 0, 800).map(({ row }) => row), [0, 0])
})

test('a label as wide as all there is still has a place', () => {
  assert.equal(placeLeaders([{ x: 400, labelWidth: 900 }], 0, 800).length, 1)
})
