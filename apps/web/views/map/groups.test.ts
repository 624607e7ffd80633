import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collapse, holding, outline } from './collapse.ts'
import { groupsOf, network } from './groups.ts'
import { mapModel, mapSummary, nodeName, type EdgeAnswer, type MapAnswer, type NodeAnswer } from './model.ts'

const edge = (from: string, to: string, more: Partial<EdgeAnswer> = {}): EdgeAnswer => ({
  from, to, protocol: 'http', requestCount: 100, requestRate: 10, errorCount: 1, durationNs: { p50: 1e6, p95: 2e6, p99: 3e6 },
  connectionCount: 4, openConnectionCount: 1, bytesSent: 5, bytesReceived: 7, retransmits: 1, ...more,
})
const node = (id: string, more: Partial<NodeAnswer> = {}): NodeAnswer => ({ id, name: id, kind: 'service', serviceKind: null, container: null, unit: null, host: 'h1', ...more })
const outside = (id: string) => node(id, { kind: 'external', host: null })
const name = (id: string) => `host ${id}`
const times = <T>(n: number, one: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => one(i))

/** `front` asked by addresses, asking `services`, of which each asks the next. */
function mapOf(addresses: number, services: readonly NodeAnswer[]): MapAnswer {
  const peers = times(addresses, (i) => outside(i % 2 === 0 ? `10.20.${i}.1` : `203.0.113.${i}`))
  const edges = [...peers.map(({ id }) => edge(id, 'front')), ...services.map(({ id }) => edge('front', id)), ...services.slice(1).map(({ id }, i) => edge(services[i]!.id, id))]
  return { nodes: [node('front'), ...peers, ...services], edges, omittedEdges: 0 }
}
const modelOf = (map: MapAnswer, before?: MapAnswer) => mapModel({ whole: map, now: map, services: [], before, servicesBefore: [], protocol: undefined })
const sizes = (map: MapAnswer, least?: number) => {
  const { step, groups } = groupsOf(map, name, least)
  return [step, ...[...new Set(groups.values())].map(({ kind, label, members }) => `${kind} ${label}: ${members.length}`).sort()]
}

test('forty nodes stand for themselves, of forty-one the addresses outside collapse first', () => {
  assert.deepEqual(sizes(mapOf(9, times(30, (i) => node(`s${i}`, { unit: 'a.service' })))), [0])
  assert.deepEqual(sizes(mapOf(10, times(30, (i) => node(`s${i}`, { unit: 'a.service' })))), [1, 'network 10.20.0.0/16: 5', 'network internet: 5'])
})

test('units and containers collapse when that is not enough, hosts when there are several of them', () => {
  const services = times(120, (i) => node(`s${String(i).padStart(3, '0')}`, i % 2 === 0 ? { unit: `u${i % 4}.service` } : { unit: 'docker.service', container: `c${i % 6}` }))
  assert.deepEqual(sizes(mapOf(100, services)), [2, 'container c1: 20', 'container c3: 20', 'container c5: 20', 'network 10.20.0.0/16: 50', 'network internet: 50', 'unit u0.service: 30', 'unit u2.service: 30'])
  const apart = times(120, (i) => node(`s${i}`, { host: `h${i % 3}`, unit: `${i}.service` }))
  assert.deepEqual(sizes(mapOf(2, apart)), [3, 'host host h0: 40', 'host host h1: 41', 'host host h2: 40'])
  assert.deepEqual(sizes(mapOf(2, times(120, (i) => node(`s${i}`, { unit: `${i}.service` })))), [3], 'one host is no group, and a group of one neither')
})

test('what has collapsed stays so when a few nodes go', () => {
  assert.deepEqual(sizes(mapOf(4, times(10, (i) => node(`s${i}`))), 1), [1, 'network 10.20.0.0/16: 2', 'network internet: 2'])
})

test('callers and called of one network are two groups', () => {
  const map = mapOf(60, [])
  const called = times(3, (i) => outside(`198.51.100.${i}`))
  const groups = groupsOf({ ...map, nodes: [...map.nodes, ...called], edges: [...map.edges, ...called.map(({ id }) => edge('front', id))] }, name).groups
  assert.notEqual(groups.get('198.51.100.0')!.id, groups.get('203.0.113.1')!.id)
  assert.equal(groups.get('198.51.100.0')!.members.length, 3)
})

test('networks of addresses; names are none', () => {
  assert.deepEqual(['10.20.3.4', '172.31.0.9:80', '172.32.0.9', '100.64.1.1', '8.8.8.8:53', 'fd00::1', '[fe80::1]:80', '2001:db8::1', '::ffff:1.2.3.4'].map(network), [
    '10.20.0.0/16', '172.31.0.0/16', 'internet', '100.64.0.0/16', 'internet', 'private IPv6', 'private IPv6', 'internet', 'internet',
  ])
  assert.deepEqual(['api.example.com', 'checkout', 'api.example.com:443', '', 'a:b'].map(network), [undefined, undefined, undefined, undefined, undefined])
})

test('220 nodes as one map: counts add, percentiles do not, the slowest gives the colour, nothing is lost', () => {
  const map = mapOf(100, times(120, (i) => node(`s${String(i).padStart(3, '0')}`, { unit: `u${i % 6}.service` })))
  const before: MapAnswer = { ...map, edges: map.edges.map((one) => (one.to === 's007' ? { ...one, durationNs: { p50: 1e5, p95: 1e5, p99: 1e5 } } : one)) }
  const { groups } = groupsOf(map, name)
  const whole = modelOf(map, before)
  const model = collapse(whole, groups, new Set())
  assert.equal(model.nodes.length, 9)
  const all = model.edges.flatMap((one) => one.merged ?? [one]).length + model.nodes.reduce((sum, { group }) => sum + (group?.inside.length ?? 0), 0)
  assert.equal(all, whole.edges.length)
  const unit = groups.get('s007')!
  const into = model.edges.find((one) => one.from === 'front' && one.to === unit.id)!
  assert.deepEqual([into.rate, into.whole.requestCount, into.whole.connectionCount, into.whole.bytesReceived, into.durationNs.p95, into.slow, into.errorShare.toFixed(3)], [200, 2000, 80, 140, null, 3, '0.010'])
  const shown = model.nodes.find(({ id }) => id === unit.id)!
  assert.deepEqual([shown.slow, shown.p95, shown.group!.members.length, shown.group!.inside.length, nodeName(model, shown.id)], [3, null, 20, 0, 'u1.service'])
  assert.match(mapSummary(map, model, String), /^9 of 221 nodes, .*; 8 groups collapsed$/)
})

test('an expanded group stands for itself, the others do not; a chosen one or an edge of it opens what hides it', () => {
  const map = mapOf(100, times(120, (i) => node(`s${String(i).padStart(3, '0')}`, { unit: `u${i % 6}.service` })))
  const { groups } = groupsOf(map, name)
  const open = new Set(holding('s001\ns002\nhttp', map, groups))
  assert.deepEqual([...open], [groups.get('s001')!.id, groups.get('s002')!.id])
  assert.deepEqual(holding('front', map, groups), [])
  const model = collapse(modelOf(map), groups, open)
  assert.equal(model.nodes.length, 9 - 2 + 40)
  assert.ok(model.edges.some(({ id, merged }) => id === 's001\ns002\nhttp' && !merged))
  const laidOut = outline(map, groups, open)
  assert.deepEqual(laidOut.nodes.map(({ id }) => id).sort(), model.nodes.map(({ id }) => id).sort())
  assert.deepEqual(laidOut.nodes.filter((one) => one.outside).map(({ id }) => id.split('\n')[2]).sort(), ['10.20.0.0/16', 'internet'])
})
