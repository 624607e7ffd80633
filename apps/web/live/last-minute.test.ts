import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastMinute } from './last-minute.ts'

const at = (second: number) => `2026-11-26T09:06:${String(second).padStart(2, '0')}.000000000Z`
const host = (startedAt: string | null, connected = true) => ({ id: 'h', name: 'h', connected, lastSeenAt: at(0), startedAt })
const MINUTE = { range: { from: 'now-60s', to: 'now' }, seconds: 60 }

test('a minute, unless nobody has watched for so long', () => {
  assert.deepEqual(lastMinute(undefined), MINUTE)
  assert.deepEqual(lastMinute({ time: at(30), hosts: [] }), MINUTE)
  assert.deepEqual(lastMinute({ time: at(30), hosts: [host(null)] }), MINUTE, 'not told')
  assert.deepEqual(lastMinute({ time: at(30), hosts: [host(at(10))] }), { range: { from: at(10), to: 'now' }, seconds: 20 })
  assert.deepEqual(lastMinute({ time: at(30), hosts: [host(at(20)), host(at(10)), host(at(5), false)] }), { range: { from: at(10), to: 'now' }, seconds: 20 }, 'of those that are there, the first')
  assert.deepEqual(lastMinute({ time: at(10), hosts: [host(at(10))] }).seconds, 1, 'nothing is divided by nothing')
  assert.deepEqual(lastMinute({ time: at(10), hosts: [host(at(12))] }), MINUTE, 'a clock that is ahead')
  assert.deepEqual(lastMinute({ time: '2026-11-26T09:07:10.000000000Z', hosts: [host(at(10))] }), MINUTE)
})
