import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapModel, mapSummary, withNewcomers, type EdgeAnswer, type MapAnswer, type ServiceAnswer } from './model.ts'

const edge = (from: string, to: string, more: Partial<EdgeAnswer> = {}): EdgeAnswer => ({
  from, to, protocol: 'http', requestCount: 100, requestRate: 10, errorCount: 0, durationNs: { p50: 1e6, p95: 2e6, p99: 3e6 },
  connectionCount: 4, openConnectionCount: 1, bytesSent: 0, bytesReceived: 0, retransmits: 0, ...more,
})
const node = (id: string, kind: 'service' | 'external' | 'unknown' = 'service') => ({ id, name: id, kind, serviceKind: null, container: null, unit: null, host: null })
const answer = (nodes: MapAnswer['nodes'], edges: readonly EdgeAnswer[]): MapAnswer => ({ nodes, edges, omittedEdges: 0 })
const service = (name: string, p95: number, requestCount = 100): ServiceAnswer => ({ name, requestCount, requestRate: requestCount / 60, errorRate: 0.01, durationNs: { p50: null, p95, p99: null } })

const whole = answer([node('b'), node('a'), node('10.0.0.9', 'external')], [edge('a', 'b'), edge('10.0.0.9', 'a')])
const base = { whole, now: whole, services: [], before: undefined, servicesBefore: [], protocol: undefined }

test('nodes and edges come in the order of names', () => {
  const { nodes, edges } = mapModel(base)
  assert.deepEqual(nodes.map(({ id }) => id), ['10.0.0.9', 'a', 'b'])
  assert.deepEqual(edges.map(({ from, to }) => [from, to]), [['10.0.0.9', 'a'], ['a', 'b']])
})

test('an edge of the range that is quiet now stays, at zero and without a latency', () => {
  const { nodes, edges } = mapModel({ ...base, now: answer(whole.nodes, [edge('a', 'b')]) })
  assert.deepEqual([edges[0]!.rate, edges[0]!.durationNs.p95], [0, null])
  assert.deepEqual(nodes.map(({ quiet }) => quiet), [true, false, false])
})

test('slowness is against the hour before, and none if there was too little to compare', () => {
  const before = (requestCount: number) => answer(whole.nodes, [edge('a', 'b', { requestCount, durationNs: { p50: null, p95: 5e5, p99: null } })])
  assert.equal(mapModel({ ...base, before: before(20) }).edges[1]!.slow, 3)
  assert.equal(mapModel({ ...base, before: before(19) }).edges[1]!.slow, 0)
  assert.equal(mapModel(base).edges[1]!.slow, 0)
})

test('a service says its own figures, an outside node those of its edges', () => {
  const { nodes, maxRate } = mapModel({ ...base, services: [service('b', 7e6, 1200)], servicesBefore: [service('b', 5e6)] })
  const b = nodes.find(({ id }) => id === 'b')!
  assert.deepEqual([b.rate, b.p95, b.slow, b.errorShare], [20, 7e6, 1, 0.01])
  assert.deepEqual([nodes[0]!.rate, nodes[0]!.p95], [10, null])
  assert.equal(maxRate, 20)
})

test('the protocol filter leaves out edges and what only they touch', () => {
  const mixed = answer([...whole.nodes, node('db')], [...whole.edges, edge('b', 'db', { protocol: 'tcp' })])
  const { nodes, edges } = mapModel({ ...base, whole: mixed, now: mixed, protocol: 'tcp' })
  assert.deepEqual([nodes.map(({ id }) => id), edges.length], [['b', 'db'], 1])
})

test('the summary counts what is decoded and what has no name', () => {
  const mixed = answer([...whole.nodes, node('127.0.0.1:9300', 'unknown')], [...whole.edges, edge('b', '127.0.0.1:9300', { protocol: 'tcp', connectionCount: 2 })])
  assert.equal(mapSummary(mixed, mapModel({ ...base, whole: mixed }), String), '4 of 4 nodes, 3 edges, 8 of 10 connections decoded; 1 peer not named')
})

test('what is only in the last minute is added, and nothing else changes', () => {
  const now = answer([node('a'), node('new')], [edge('a', 'new'), edge('a', 'b', { requestCount: 1 })])
  const both = withNewcomers(whole, now)
  assert.deepEqual([both.nodes.map(({ id }) => id), both.edges.map(({ to }) => to)], [['b', 'a', '10.0.0.9', 'new'], ['b', 'a', 'new']])
  assert.equal(both.edges[0]!.requestCount, 100)
  assert.equal(withNewcomers(whole, whole), whole)
})
