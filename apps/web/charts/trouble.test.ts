import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failing, rateMoved, slower, usualOf } from './trouble.ts'

const before = Array.from({ length: 60 }, (_, i) => 100 + (i % 10))
const usual = usualOf(before)!

test('the usual range is that of the steps; too few are none', () => {
  assert.deepEqual(usual, { median: 105, low: 100, high: 109 })
  assert.equal(usualOf([...before.slice(0, 11), null, null]), undefined)
})

test('slower since the step it began, also with a gap and a step back in range', () => {
  const points = [100, 101, 99, 105, 104, 300, 320, null, 310, 102, 330, 340]
  assert.deepEqual(slower(points, usual), { since: 5, ratio: 320 / 105 })
})

test('a stray step before it began is not its begin', () => {
  const points = [100, 300, 101, 100, 99, 300, 310, 320, 305, 330, 340, 300, 310, 320, 330]
  assert.equal(slower(points, usual)?.since, 5)
})

test('inside its range, back inside, a single spike and half more are not trouble', () => {
  for (const points of [before, [300, 300, 300, 300, 100, 100, 100, 100], [100, 100, 100, 100, 100, 400], [150, 152, 155, 151, 150], [null, null, null], []]) assert.equal(slower(points, usual), undefined)
})

test('without an hour before nothing is said', () => {
  assert.equal(slower([900, 900, 900, 900], undefined), undefined)
  assert.equal(rateMoved([900, 900, 900, 900], undefined), undefined)
})

test('a rate that falls by a quarter or rises by as much; a step that is not whole is null', () => {
  assert.deepEqual(rateMoved([null, 105, 104, 70, 68, 71, 70, null], usual), { since: 3, ratio: 70 / 105 })
  assert.equal(rateMoved([105, 104, 105, 100, null], usual), undefined)
  assert.deepEqual(rateMoved([105, 200, 210, 205, null], usual), { since: 1, ratio: 205 / 105 })
})

test('errors: some, a share, and more than before', () => {
  assert.equal(failing({ errorCount: 12, errorRate: 0.0184 }, 0.0008), true)
  assert.equal(failing({ errorCount: 12, errorRate: 0.0184 }, 0.02), false)
  assert.equal(failing({ errorCount: 4, errorRate: 0.5 }, 0), false)
  assert.equal(failing({ errorCount: 12, errorRate: 0.0184 }, undefined), true)
  assert.equal(failing({ errorCount: 12, errorRate: 0.004 }, undefined), false)
})
