import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linearTicks, logTicks, roundUp, spanTicks, timeStepMs, timeTicks } from './ticks.ts'

const at = (text: string) => Date.parse(`2026-11-22T${text}Z`)

test('15 minutes in 970 px are labelled each 2 minutes', () => assert.equal(timeStepMs(900_000, 970), 120_000))

test('ticks are round in the reader’s zone', () => {
  const ticks = timeTicks(at('13:10:00'), at('16:50:00'), 300, 330)
  assert.deepEqual(ticks.map((tick) => tick.label), ['19:00', '20:00', '21:00', '22:00'])
  assert.equal(ticks[0]!.at, at('13:30:00'))
})

test('seconds are named below a minute, days from a day', () => {
  assert.deepEqual(timeTicks(at('14:00:01'), at('14:00:21'), 320, 0).map((tick) => tick.label), ['14:00:05', '14:00:10', '14:00:15', '14:00:20'])
  assert.deepEqual(timeTicks(at('00:00:00'), at('00:00:00') + 3 * 86_400_000, 400, 0).map((tick) => tick.label), ['22 Nov', '23 Nov', '24 Nov', '25 Nov'])
})

test('a range that is none has no ticks', () => assert.deepEqual(timeTicks(5, 5, 100, 0), []))

test('linear: zero, half, a round top', () => {
  assert.deepEqual(linearTicks(64.8), [0, 50, 100])
  assert.deepEqual(linearTicks(0.2), [0, 0.1, 0.2])
  assert.deepEqual(linearTicks(0), [0, 1])
  assert.deepEqual([roundUp(1), roundUp(1.01), roundUp(3), roundUp(6)], [1, 2, 5, 10])
})

test('log: decades, thinned', () => {
  assert.deepEqual(logTicks(1e3, 1e6), [1e3, 1e4, 1e5, 1e6])
  assert.deepEqual(logTicks(1, 1e8, 5), [1, 100, 1e4, 1e6, 1e8])
})

test('a span is stepped from zero', () => {
  assert.deepEqual(spanTicks(1184, 720), [0, 200, 400, 600, 800, 1000])
  assert.deepEqual(spanTicks(0, 700), [0])
})
