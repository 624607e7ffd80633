import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayAndClock, withLocalInstants } from './time.ts'

test('instants within a text are said in the zone of whoever reads it', () => {
  const at = '2026-11-22T13:08:39.123456789Z'
  assert.equal(withLocalInstants(`It was last heard at ${at}.`), `It was last heard at ${dayAndClock(Date.parse(at))}.`)
  assert.equal(withLocalInstants('2026-11-22T13:08:39Z and 2026-11-22'), `${dayAndClock(Date.parse('2026-11-22T13:08:39Z'))} and 2026-11-22`)
})
