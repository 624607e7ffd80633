import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatInstant } from '@sonde/shared/units'
import { Clock, clockProblem } from './clock.ts'

const SECOND = 1_000_000_000
const EPOCH = 1_795_000_000_000_000_000n

/** Clocks whose readings take 100 ns each. */
class Hands {
  boot = 5 * SECOND
  wallAhead = EPOCH
  slept = 0
  readonly clocks = {
    bootNs: () => (this.boot += 100),
    wallNs: () => BigInt((this.boot += 100)) + this.wallAhead,
    monotonicNs: () => (this.boot += 100) - this.slept,
  }
}

test('the offset is exact to the length of a reading', () => {
  const hands = new Hands()
  const clock = new Clock(hands.clocks)
  assert.equal(clock.wallOffset, EPOCH)
  assert.equal(clock.bootMinusMonotonicNs, 0)
})

test('slewing is drift, more is a step', () => {
  const hands = new Hands()
  const clock = new Clock(hands.clocks)
  hands.wallAhead += 400_000n
  assert.equal(clock.measure(), undefined)
  hands.wallAhead -= 3_000_000n
  assert.equal(clock.measure()?.byNs, -3_000_000)
  hands.wallAhead += 60n * BigInt(SECOND)
  assert.equal(clock.measure()?.byNs, 60 * SECOND)
  assert.deepEqual([clock.driftNs, clock.stepNs, clock.steps, clock.wallOffset], [400_000, 60 * SECOND - 3_000_000, 2, hands.wallAhead])
})

test('sleep moves boot time ahead of the monotonic clock', () => {
  const hands = new Hands()
  const clock = new Clock(hands.clocks)
  hands.slept = 30 * SECOND
  clock.measure()
  assert.ok(Math.abs(clock.bootMinusMonotonicNs - 30 * SECOND) < 1000)
  const known = clock.bootMinusMonotonicNs
  clock.measure()
  assert.equal(clock.bootMinusMonotonicNs, known)
})

test('a step is a problem for a quarter of an hour, at the time the clock shows after it', () => {
  const hands = new Hands()
  const clock = new Clock(hands.clocks)
  assert.deepEqual(clockProblem(clock, hands.boot), [])
  hands.wallAhead -= 3600n * BigInt(SECOND)
  clock.measure()
  const { at } = clock.lastStep!
  const [problem] = clockProblem(clock, at + 900 * SECOND)
  assert.equal(problem!.detail, `by −3600.000 s, seen at ${formatInstant(hands.wallAhead + BigInt(at))}`)
  assert.deepEqual(clockProblem(clock, at + 901 * SECOND), [])
})
