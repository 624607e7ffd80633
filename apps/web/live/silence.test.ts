import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silenceOf } from './silence.ts'
import type { Connection } from './socket.ts'

const AT = Date.parse('2026-11-22T14:06:58Z')
const open: Connection = { state: 'open', sinceMs: 0, heardMs: AT }
const host = (name: string, connected: boolean, lastSeenAt = '2026-11-22T14:06:58.000000000Z') => ({ id: name, name, connected, lastSeenAt, startedAt: null })

test('one that speaks is enough, and who never came is not silent', () => {
  assert.equal(silenceOf(open, [host('a', false), host('b', true)], AT + 60_000), undefined)
  assert.equal(silenceOf(open, [], AT + 60_000), undefined)
  assert.equal(silenceOf(open, undefined, AT + 60_000), undefined)
})

test('all are silent since the last of them was heard', () => {
  assert.deepEqual(silenceOf(open, [host('a', false)], AT + 60_000), { what: 'a', sinceMs: AT })
  assert.deepEqual(silenceOf(open, [host('a', false, '2026-11-22T14:01:00.000000000Z'), host('b', false)], AT + 60_000), { what: 'all 2 hosts', sinceMs: AT })
})

test('a hiccup is not told', () => {
  const away: Connection = { state: 'away', sinceMs: AT + 500, heardMs: AT }
  assert.equal(silenceOf(away, [host('a', true)], AT + 1999), undefined)
  assert.deepEqual(silenceOf(away, [host('a', true)], AT + 2000), { what: 'Sonde’s web process', sinceMs: AT })
  assert.deepEqual(silenceOf({ ...away, heardMs: null }, undefined, AT + 9000), { what: 'Sonde’s web process', sinceMs: AT + 500 })
})
