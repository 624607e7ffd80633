import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from '@hono/zod-openapi'
import { rangeChanges, rangeParams, resolveRange, stepParam, stepTimes } from './range.ts'

const NOW = 1_795_385_655_000_000_000n
const parse = (params: Record<string, string>) => z.strictObject(rangeParams).parse(params)
const range = (params: Record<string, string>) => resolveRange(parse(params), NOW)

test('a range is the last 15 minutes unless it says otherwise', () => {
  assert.deepEqual(range({}), { from: NOW - 900_000_000_000n, to: NOW })
  assert.deepEqual(range({ from: 'now-90s' }), { from: NOW - 90_000_000_000n, to: NOW })
  assert.deepEqual(range({ from: 'now-2d', to: 'now-1h' }), { from: NOW - 172_800_000_000_000n, to: NOW - 3_600_000_000_000n })
  assert.deepEqual(range({ to: '2026-11-22T22:14:15.123456789Z' }), { from: 1_795_384_755_123_456_789n, to: 1_795_385_655_123_456_789n })
  assert.deepEqual(range({ from: '2026-11-22T23:14:15+01:00', to: 'now' }), { from: NOW, to: NOW })
})

test('what is no moment is refused, and so is an end before the begin', () => {
  for (const from of ['', 'now+1m', 'now-1y', 'now-', 'yesterday', '2026-11-22', '2026-13-22T00:00:00Z', '2026-02-30T00:00:00Z', '2026-11-22T24:00:00Z', '2026-11-22T00:00:00+25:00', '-1', '1795385655', 'now-99999999999d']) assert.throws(() => range({ from }), from)
  assert.throws(() => range({ from: 'now', to: 'now-1s' }), /ends before/)
})

test('an instant may have any offset and fraction; before 1970 and after 2116 there is nothing', () => {
  for (const from of ['2026-11-22T23:14:15.123456789+01:00', '2026-11-22T22:14:15.1234567891234Z', '2026-11-22t17:44:15.123456789-04:30']) assert.equal(range({ from, to: from }).from, NOW + 123_456_789n, from)
  assert.deepEqual(range({ from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' }), { from: 0n, to: 2n ** 62n - 1n })
  assert.deepEqual(range({ from: '0001-01-01T00:00:00Z', to: '1960-01-01T00:00:00Z' }), { from: 0n, to: 0n })
})

test('steps begin at multiples since 1970 and cover the range', () => {
  const seconds = (from: bigint, to: bigint, step: string) => stepTimes({ from: from * 1_000_000_000n, to: to * 1_000_000_000n }, stepParam.parse(step)).map((time) => time / 1_000_000_000n)
  assert.deepEqual(seconds(7n, 20n, '5s'), [5n, 10n, 15n])
  assert.deepEqual(seconds(10n, 10n, '5s'), [])
  assert.deepEqual(seconds(0n, 61n, '1m'), [0n, 60n])
  assert.throws(() => seconds(0n, 86_400n, '1s'), /at most 10000/)
  for (const step of ['', '0s', '5', '-5s', '1.5s', '5 s']) assert.throws(() => stepParam.parse(step), step)
})

test('a fixed range in the past does not change any more', () => {
  assert.equal(rangeChanges(parse({ to: '2026-11-22T22:14:00Z' }), NOW), false)
  assert.equal(rangeChanges(parse({ to: '2026-11-22T22:14:10Z' }), NOW), true)
  assert.equal(rangeChanges(parse({ to: 'now-1d' }), NOW), true)
})
