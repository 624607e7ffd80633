import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestGroups } from '../../live/index.ts'
import { endpointKey, endpointsOf } from './endpoints.ts'
import { peersOf, type ServiceMap } from './peers.ts'

const percentiles = (p95: number | null) => ({ p50: p95, p95, p99: p95 })
const one = (key: Record<string, string>, requestCount: number, p95: number | null = 10e6, errorCount = 0): RequestGroups['groups'][number] => ({ key, requestCount, points: [{ time: '', requestCount, errorCount, durationNs: percentiles(p95), totalNs: requestCount * (p95 ?? 0) }] })
const groups = (...list: RequestGroups['groups']): RequestGroups => ({ groups: list, total: list.length })
const get = { method: 'GET', template: '/a/{id}' }
const post = { method: 'POST', template: '/a' }

test('an endpoint: its rate and share of errors in the figures’ time, its line of the range', () => {
  const [first, second] = endpointsOf({ range: groups(one(post, 60), one(get, 600)), figures: groups(one(get, 120, 20e6, 6)), figuresSeconds: 60, before: undefined })
  assert.deepEqual([first!.template, first!.rate, first!.errorShare, first!.durationNs.p95, first!.p99], ['/a/{id}', 2, 0.05, 20e6, [10e6]])
  assert.deepEqual([second!.template, second!.rate, second!.errorShare, second!.durationNs.p95], ['/a', 0, null, null])
})

test('one that only the last minute has is there', () => {
  const rows = endpointsOf({ range: groups(one(get, 5)), figures: groups(one(post, 30)), figuresSeconds: 60, before: undefined })
  assert.deepEqual(rows.map(endpointKey), ['POST /a', 'GET /a/{id}'])
})

test('where not all are given, one that is missing is not known, not zero', () => {
  const figures = { ...groups(one(post, 30)), total: 2000 }
  assert.equal(endpointsOf({ range: groups(one(get, 5)), figures, figuresSeconds: 60, before: undefined }).find(({ method }) => method === 'GET')!.rate, null)
  assert.equal(endpointsOf({ range: groups(one(get, 5)), figures: undefined, figuresSeconds: 60, before: undefined })[0]!.rate, null)
})

test('the share of time is of all that took any', () => {
  const range = groups(one(get, 3), one(post, 1))
  const shares = (figures: RequestGroups | undefined) => endpointsOf({ range, figures, figuresSeconds: 60, before: undefined }).map(({ timeShare }) => timeShare)
  assert.deepEqual(shares(groups(one(get, 30, 1e6), one(post, 10, 9e6))), [0.25, 0.75])
  assert.deepEqual(shares({ ...groups(one(get, 30)), total: 2 }), [null, null])
  assert.deepEqual(shares(groups()), [null, null])
  assert.deepEqual(shares(undefined), [null, null])
})

test('slower than before is said of enough requests only', () => {
  const slower = (now: number, past: number) => endpointsOf({ range: groups(one(get, now)), figures: groups(one(get, now, 40e6)), figuresSeconds: 60, before: groups(one(get, past, 10e6)) })[0]!.slower
  assert.equal(slower(20, 20), 4)
  assert.equal(slower(19, 500), undefined)
  assert.equal(slower(500, 19), undefined)
})

test('names that look alike when joined stay apart', () => {
  const rows = endpointsOf({ range: groups(one({ method: 'GET', template: '' }, 3), one({ method: '', template: 'GET' }, 3)), figures: undefined, figuresSeconds: 60, before: undefined })
  assert.equal(rows.length, 2)
})

const edge = (from: string, to: string, requestCount: number, p95: number | null, more: Partial<ServiceMap['edges'][number]> = {}): ServiceMap['edges'][number] => ({ from, to, protocol: 'http', requestCount, requestRate: requestCount / 60, durationNs: percentiles(p95), retransmits: 0, ...more })
const map = (...edges: ServiceMap['edges']): ServiceMap => ({ nodes: ['shop', 'cart', 'db'].map((id) => ({ id, kind: 'service' as const })), edges })

test('callers and callees with figures of now, most requests first; who was silent is there with zero', () => {
  const whole = map(edge('203.0.113.7', 'cart', 900, 5e6), edge('shop', 'cart', 90, 5e6), edge('cart', 'db', 10, 1e6, { protocol: 'tcp', retransmits: 2 }), edge('cart', 'shop', 1, 1e6, { retransmits: 1 }))
  const { callers, callees, retransmits } = peersOf('cart', { whole, now: map(edge('shop', 'cart', 60, 8e6)), before: undefined, lines: groups(one({ role: 'client', peer: 'db', protocol: 'tcp' }, 4, 7e6)) })
  assert.deepEqual(callers.map(({ name, rate, p95, watched }) => [name, rate, p95, watched]), [['shop', 1, 8e6, true], ['203.0.113.7', 0, null, false]])
  assert.deepEqual(callees.map(({ name, protocol, line }) => [name, protocol, line]), [['db', 'tcp', [7e6]], ['shop', 'http', []]])
  assert.equal(retransmits, 3)
})

test('an edge that is new in the last minute is there; a peer against before', () => {
  const { callees } = peersOf('cart', { whole: map(), now: map(edge('cart', 'db', 40, 30e6)), before: map(edge('cart', 'db', 400, 10e6)), lines: undefined })
  assert.deepEqual(callees.map(({ name, slower }) => [name, slower]), [['db', 3]])
})

test('a service that calls itself is on both sides', () => {
  const { callers, callees } = peersOf('cart', { whole: map(edge('cart', 'cart', 3, 1e6)), now: undefined, before: undefined, lines: undefined })
  assert.deepEqual([callers.length, callees.length], [1, 1])
})
