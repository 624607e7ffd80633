import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestGroups } from '../../live/index.ts'
import { PERHAPS_NEVER } from '../../live/unwatched.ts'
import { againstBefore, figuresOf, groupOf, onsetOf, roleOf, stepsOf } from './model.ts'

const T0 = Date.parse('2026-11-22T14:00:00Z')
const STEP_MS = 5000
type Point = RequestGroups['groups'][number]['points'][number]

const point = (step: number, requestCount: number, errorCount = 0, p = 10e6): Point => ({
  time: new Date(T0 + step * STEP_MS).toISOString(), requestCount, errorCount, totalNs: requestCount * p, durationNs: requestCount > 0 ? { p50: p, p95: p * 2, p99: p * 3 } : { p50: null, p95: null, p99: null },
})
const group = (role: string, points: readonly Point[]) => ({ key: { role }, requestCount: points.reduce((sum, { requestCount }) => sum + requestCount, 0), points })
const RANGE = { fromMs: T0, toMs: T0 + 4 * STEP_MS }

test('the side: the one asked for, else what it is asked, else what it asks', () => {
  const server = group('server', [])
  const client = group('client', [])
  assert.equal(roleOf([client, server], undefined), 'server')
  assert.equal(roleOf([client], undefined), 'client')
  assert.equal(roleOf([], undefined), 'server')
  assert.equal(roleOf([client, server], 'client'), 'client')
  assert.equal(groupOf({ groups: [client], total: 1 }, 'server'), undefined)
})

test('rates are per second; a step without requests is zero a second and has no latency', () => {
  const steps = stepsOf(group('server', [point(0, 50, 1), point(1, 0)]), { stepMs: STEP_MS, range: RANGE, knownToMs: Infinity, unwatched: [] })
  assert.deepEqual(steps.requestRate, [10, 0])
  assert.deepEqual(steps.errorRate, [0.2, 0])
  assert.deepEqual([steps.p50, steps.p99], [[10e6, null], [30e6, null]])
  assert.deepEqual(steps.times, [T0, T0 + STEP_MS])
})

test('of a range that stands still the steps that reach out of it are not drawn', () => {
  const points = [point(-1, 3), point(0, 5), point(1, 5), point(2, 5), point(3, 5), point(4, 2)]
  assert.deepEqual(stepsOf(group('server', points), { stepMs: STEP_MS, range: { fromMs: T0, toMs: T0 + 4.5 * STEP_MS }, knownToMs: Infinity, unwatched: [] }).requestRate, [1, 1, 1, 1])
  assert.deepEqual(stepsOf(group('server', points), { stepMs: STEP_MS, range: { fromMs: T0 + 1, toMs: T0 + 3 * STEP_MS }, knownToMs: Infinity, unwatched: [] }).requestRate, [1, 1])
})

test('while live the first step and the one that still runs are not drawn', () => {
  const points = [point(0, 1), point(1, 5), point(2, 10), point(3, 2)]
  assert.deepEqual(stepsOf(group('server', points), { stepMs: STEP_MS, range: undefined, knownToMs: Infinity, unwatched: [] }).requestRate, [1, 2])
  assert.deepEqual(stepsOf(undefined, { stepMs: STEP_MS, range: undefined, knownToMs: Infinity, unwatched: [] }).times, [])
})

test('what is not known is a gap, not zero', () => {
  const points = [point(0, 5), point(1, 5), point(2, 0), point(3, 0)]
  const steps = stepsOf(group('server', points), { stepMs: STEP_MS, range: RANGE, knownToMs: T0 + 2.4 * STEP_MS, unwatched: [] })
  assert.deepEqual(steps.requestRate, [1, 1, null, null])
  assert.deepEqual(steps.errorRate, [0, 0, null, null])
  assert.equal(steps.times.length, 4)
  const late = stepsOf(group('server', [point(0, 0), point(1, 0), point(2, 5), point(3, 0)]), { stepMs: STEP_MS, range: RANGE, knownToMs: Infinity, unwatched: [{ fromMs: T0 - STEP_MS, toMs: T0 + 2.5 * STEP_MS }] })
  assert.deepEqual(late.requestRate, [null, null, 1, 0], 'before anybody watched')
  const notTold = stepsOf(group('server', [point(0, 0), point(1, 5, 1), point(2, 5), point(3, 0)]), { stepMs: STEP_MS, range: RANGE, knownToMs: Infinity, unwatched: PERHAPS_NEVER })
  assert.deepEqual([notTold.requestRate, notTold.errorRate], [[null, 1, 1, null], [null, 0.2, 0, null]], 'while it is not known when somebody did')
})

test('figures: counts as the API has them; without requests the share of errors is not known', () => {
  assert.deepEqual(figuresOf(group('server', [point(0, 200, 3)])), { requestCount: 200, errorCount: 3, errorShare: 0.015, durationNs: { p50: 10e6, p95: 20e6, p99: 30e6 } })
  assert.deepEqual(figuresOf(undefined), { requestCount: 0, errorCount: 0, errorShare: null, durationNs: { p50: null, p95: null, p99: null } })
})

test('against the hour before: how many times, since which step, and the share of errors then', () => {
  const hour = group('server', Array.from({ length: 60 }, (_, i) => point(i - 100, 50, i === 0 ? 30 : 0, 10e6)))
  const now = group('server', [0, 1, 2, 3, 4, 5, 6, 7].map((i) => point(i, 50, 0, i < 3 ? 10e6 : 40e6)))
  const before = againstBefore(now, hour, group('server', [point(-100, 3000, 30, 12e6)]))
  assert.equal(before.usual.p99, 36e6)
  assert.deepEqual([before.moved.p99?.ratio, before.moved.p99?.sinceMs], [4, T0 + 3 * STEP_MS])
  assert.equal(onsetOf(before), T0 + 3 * STEP_MS)
  assert.equal(before.errorShare, 0.01)
})

test('without an hour before, or with a few requests in it, nothing is said', () => {
  const before = againstBefore(group('server', [point(0, 5)]), undefined, group('server', [point(-100, 19)]))
  assert.deepEqual([before.usual.p99, before.moved.p99, before.errorShare, onsetOf(before)], [undefined, undefined, 0, undefined])
})
