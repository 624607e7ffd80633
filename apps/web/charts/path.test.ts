import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areaPath, levelCurve, linePath, onLevelCurve } from './path.ts'

test('a gap is not joined', () => {
  assert.equal(linePath([[0, 1], [1, 2], null, [3, 4], [4, 5]]), 'M0 1L1 2M3 4L4 5')
})

test('a point alone between gaps is a dot', () => assert.equal(linePath([null, [1, 2], null]), 'M1 2h0'))

test('nothing draws nothing', () => {
  assert.equal(linePath([null, null]), '')
  assert.equal(areaPath([null], 10), '')
})

test('each run has its own area', () => {
  assert.equal(areaPath([[0, 1], [1, 2], null, [3, 4]], 10), 'M0 10L0 1L1 2L1 10ZM3 10L3 4L3 10Z')
})

test('an edge leaves and arrives level, its ends are where they were asked', () => {
  assert.equal(levelCurve([0, 0], [100, 50]), 'M0 0C48 0 52 50 100 50')
  assert.deepEqual(onLevelCurve([0, 0], [100, 50], 0), [0, 0])
  assert.deepEqual(onLevelCurve([0, 0], [100, 50], 1), [100, 50])
  assert.equal(onLevelCurve([0, 0], [100, 50], 0.5)[1], 25)
})
