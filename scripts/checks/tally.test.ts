import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from './tally.mjs'

test('checks and tests add up, and the summary is the last line', () => {
  const tally = new Tally(false)
  tally.check('lint', true)
  tally.tests('unit', { passed: 10, failed: 2, skipped: 1 })
  assert.equal(tally.summary, '11 passed, 2 failed')
  assert.equal(tally.skipped, 1)
  assert.equal(tally.status, 1)
})

test('nothing ran is a failure', () => {
  assert.equal(new Tally(false).status, 1)
  const tally = new Tally(false)
  tally.tests('e2e', { passed: 0, failed: 0, skipped: 0 })
  assert.equal(tally.summary, '0 passed, 1 failed')
})

test('where skipping fails, a skipped test is a failed one', () => {
  const tally = new Tally(true)
  tally.tests('kernel', { passed: 3, failed: 0, skipped: 2 })
  assert.equal(tally.summary, '3 passed, 2 failed')
})
