import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AcceptQueueMeasured, ConnectionClosed, ConnectionOpened, ConnectionStrained, ListenerSeen, NameResolved } from '@sonde/shared/observation'
import type { ModelSink } from './changes.ts'
import type { Connection } from './connection.ts'
import { exchange, identity } from './exchange-fixture.ts'
import { described, watched } from './model-fixture.ts'

const SECOND = 1e9
const totals = { bytesSent: 0, bytesReceived: 0, retransmits: 0, srttNs: 0 }
const outside = { server: '192.0.2.7', serverPort: 443 }

const opened = (cookie: number, pid = 200, at = SECOND, socket: Parameters<typeof identity>[2] = outside): ConnectionOpened => ({ kind: 'connection-opened', at, socket: identity('client', cookie, socket), role: 'client', pid, connectNs: 1, existing: false, ...totals })
const failed = (cookie: number): ConnectionClosed => ({ kind: 'connection-closed', at: 2 * SECOND, socket: identity('client', cookie, outside), role: 'client', pid: 200, connectNs: undefined, failure: 'timeout', ...totals })
const strained = (cookie: number, more: Partial<ConnectionStrained> = {}): ConnectionStrained => ({
  kind: 'connection-strained', at: SECOND, cookie, pid: 0, windowLimitedNs: 0, bufferLimitedNs: 0, unreadNs: 0, unreadMostNs: 0, unreadBytes: 0, unackedBytes: 0, drops: 0, dropReason: '', resets: '', zeroWindows: '', ...more,
})
const resolved = (pid: number, name: string, address: string, ttlSeconds = 300, at = SECOND): NameResolved => ({ kind: 'name-resolved', at, pid, name, addresses: [{ address, ttlSeconds }] })
const listens = (cookie: number, pid: number): ListenerSeen => ({ kind: 'listener-seen', at: SECOND, socket: { cookie, netns: 1, localAddress: '0.0.0.0', localPort: 80, remoteAddress: '', remotePort: 0 }, pid })
const queue = (cookie: number, length: number, more: Partial<AcceptQueueMeasured> = {}): AcceptQueueMeasured => ({ kind: 'accept-queue-measured', at: SECOND, cookie, length, limit: 128, halfOpen: 0, drops: 0, closed: false, ...more })

/** A model whose connections are kept as they were told. */
function told(options: Parameters<typeof watched>[0] = {}) {
  const rows: { state: string; drops: number | undefined; reason: string | undefined; peer: string }[] = []
  const nothing = () => {}
  const sink: ModelSink = {
    request: nothing, process: nothing, serviceUsage: nothing, measured: nothing, host: nothing, dropped: nothing, listener: nothing,
    connection: ({ state, strain, peerLabel }: Connection) => rows.push({ state, drops: strain?.drops, reason: strain?.dropReason, peer: peerLabel.text }),
  }
  return { ...watched({ sink, ...options }), rows }
}

test('what a connection suffers is told with it; of one that never was, with its failure', () => {
  const { model, rows, lost } = told()
  model.apply(opened(7))
  model.apply(strained(7, { drops: 2, dropReason: 'TCP_CSUM' }))
  model.apply(strained(8, { drops: 3, dropReason: 'NETFILTER_DROP' }))
  model.apply(failed(8))
  assert.deepEqual(rows.map(({ state, drops, reason }) => [state, drops, reason]), [['established', undefined, undefined], ['established', 2, 'TCP_CSUM'], ['failed', 3, 'NETFILTER_DROP']])
  for (let cookie = 100; cookie < 1_130; cookie++) model.apply(strained(cookie))
  assert.deepEqual(lost(), { 'model.connections: what they suffered, evicted': 6 })
})

test('the owner of an accepted connection that was found later gives it its service', () => {
  const { model, connections } = watched()
  const { pid: _, ...accepted } = opened(7)
  model.apply({ ...accepted, role: 'server', pid: 0, socket: identity('server', 7, { client: '192.0.2.8' }) })
  model.apply(strained(7, { pid: 100 }))
  assert.deepEqual([connections[0], connections.at(-1)], ['established ? ← 192.0.2.8', 'established shop ← 192.0.2.8'])
})

test('the end of an accepted connection is told once: when its last exchange says whose it was, after a second, or at the end of all', () => {
  const { model, connections } = watched({ isOwn: (pid) => pid === 66 })
  const { pid: _, failure: __, ...end } = failed(0)
  const ends = (cookie: number, at: number) => model.apply({ ...end, at, role: 'server', pid: 0, failure: undefined, socket: identity('server', cookie, { client: '192.0.2.8', clientPort: cookie }) })
  const exchanged = (cookie: number, pid: number) => model.apply(exchange('server', { request: 'GET / HTTP/1.1\r\n\r\n', response: 'HTTP/1.1 204 No Content\r\n\r\n', cookie, pid }, { client: '192.0.2.8', clientPort: cookie }))
  for (const cookie of [7, 8, 9]) ends(cookie, SECOND)
  assert.deepEqual(connections, [])
  exchanged(7, 100)
  exchanged(9, 66)
  assert.deepEqual(connections, ['closed shop ← 192.0.2.8'])
  model.tick(1.9 * SECOND)
  assert.equal(connections.length, 1)
  model.tick(2 * SECOND)
  assert.deepEqual(connections, ['closed shop ← 192.0.2.8', 'closed ? ← 192.0.2.8'])
  ends(10, 2 * SECOND)
  model.drain(2 * SECOND)
  model.tick(9 * SECOND)
  assert.deepEqual(connections.slice(2), ['closed ? ← 192.0.2.8'])
})

test('a listener is told once its process has a name, and again as its queue changes; its end is the last', () => {
  const { model, listeners } = watched({ bare: true })
  model.apply(listens(5, 100))
  model.apply(queue(5, 0))
  model.tick(1.1 * SECOND)
  assert.deepEqual(listeners, [])
  model.apply(described(100, 'shop'))
  model.tick(1.2 * SECOND)
  model.apply(queue(5, 9))
  model.apply(queue(5, 3, { drops: 4 }))
  model.tick(1.3 * SECOND)
  assert.equal(model.snapshot(SECOND).listeners[0]?.longestQueue, 9)
  model.apply(queue(5, 0, { drops: 4, closed: true }))
  model.tick(1.4 * SECOND)
  assert.deepEqual(listeners, ['shop 0.0.0.0:80 0/128 drops 0', 'shop 0.0.0.0:80 3/128 drops 4', 'shop 0.0.0.0:80 0/128 drops 4 closed'])
  assert.deepEqual(model.snapshot(SECOND).listeners, [])
  model.apply(queue(5, 1))
  model.tick(9 * SECOND)
  assert.equal(listeners.length, 3, 'nothing comes after its end')
})

test('one whose process is never known is told after 2 s, Sonde’s own never', () => {
  const { model, listeners } = watched({ isOwn: (pid) => pid === 66 })
  model.apply(listens(5, 0))
  model.apply(listens(6, 66))
  model.tick(2 * SECOND)
  assert.deepEqual(listeners, [])
  model.tick(3.1 * SECOND)
  assert.deepEqual(listeners, ['? 0.0.0.0:80 0/0 drops 0'])
})

test('peers go by the name that led to them: by who asked, else by anybody; a configured one comes first', () => {
  const peers = (...apply: Parameters<ReturnType<typeof told>['model']['apply']>[0][]) => {
    const { model, rows } = told({ peerNames: (address) => (address === '192.0.2.9' ? 'configured' : undefined) })
    for (const one of apply) model.apply(one)
    return rows.map(({ peer }) => peer)
  }
  assert.deepEqual(peers(opened(1)), ['192.0.2.7:443'])
  assert.deepEqual(peers(resolved(200, 'a.example', '192.0.2.7'), resolved(100, 'b.example', '192.0.2.7'), opened(1, 200), opened(2, 100), opened(3, 300)), ['a.example:443', 'b.example:443', 'b.example:443'])
  assert.deepEqual(peers(resolved(200, 'a.example', '192.0.2.9'), opened(1, 200, SECOND, { server: '192.0.2.9', serverPort: 443 })), ['configured'])
})

test('a name is good as long as its answer: 60 s at least, a day at most', () => {
  const peer = (ttlSeconds: number, after: number) => {
    const { model, rows } = told()
    model.apply(resolved(200, 'a.example', '192.0.2.7', ttlSeconds))
    model.apply(opened(1, 200, (1 + after) * SECOND))
    return rows[0]?.peer
  }
  assert.deepEqual([[0, 60], [0, 61], [300, 300], [300, 301], [2 ** 31 - 1, 86_400], [2 ** 31 - 1, 86_401]].map(([ttl, after]) => peer(ttl!, after!)),
    ['a.example:443', '192.0.2.7:443', 'a.example:443', '192.0.2.7:443', 'a.example:443', '192.0.2.7:443'])
})

test('resolved names are bounded, and what was forgotten or malformed is counted', () => {
  const { model, lost } = told()
  for (let n = 0; n < 16_384 + 5; n++) model.apply(resolved(1, `${n}.example`, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`))
  model.apply({ kind: 'answer-malformed', at: 1, pid: 1 })
  assert.deepEqual(model.bounds()['resolved names'], [16_384, 16_384])
  assert.deepEqual(lost(), { 'model.resolved names: evicted': 5, 'probe.dns: not a DNS answer': 1 })
})
