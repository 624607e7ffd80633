import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionClosed, ConnectionOpened, ListenerSeen, Role } from '@sonde/shared/observation'
import { exchange, identity, type FixtureSocket } from './exchange-fixture.ts'
import { described, watched } from './model-fixture.ts'

const REQUEST = 'GET / HTTP/1.1\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const MS = 1e6
const totals = { bytesSent: 0, bytesReceived: 0, retransmits: 0, srttNs: 0 }

function opened(role: Role, pid: number, socket: FixtureSocket = {}, cookie = role === 'server' ? 1 : 2): ConnectionOpened {
  return { kind: 'connection-opened', at: 500 * MS, socket: identity(role, cookie, socket), role, pid, connectNs: role === 'client' ? 30_000 : undefined, existing: false, ...totals }
}

function closed(role: Role, pid: number, socket: FixtureSocket = {}, more: Partial<ConnectionClosed> = {}): ConnectionClosed {
  return { kind: 'connection-closed', at: 2_000 * MS, socket: identity(role, role === 'server' ? 1 : 2, socket), role, pid, connectNs: undefined, failure: undefined, ...totals, ...more }
}

function listener(pid: number, address: string, port: number, netns = 4_026_531_840): ListenerSeen {
  return { kind: 'listener-seen', at: 1, socket: { cookie: 900 + port, netns, localAddress: address, localPort: port, remoteAddress: '', remotePort: 0 }, pid }
}

test('both ends name each other', () => {
  const { model, requests, connections } = watched()
  model.apply(opened('client', 200))
  model.apply(opened('server', 0))
  model.apply(exchange('server', { request: REQUEST, response: OK }))
  model.apply(exchange('client', { request: REQUEST, response: OK }))
  assert.deepEqual(requests.map((r) => [r.role, r.service, r.peer, r.request.peerNamed, r.request.peerWatched]), [
    ['server', 'shop', 'browser', true, true], ['client', 'browser', 'shop', true, true],
  ])
  assert.deepEqual(connections, ['established browser → 127.0.0.1:8080', 'established ? ← browser', 'established shop ← browser'])
})

test('a client on loopback is on this host: its end is waited for', () => {
  const { model, requests } = watched()
  model.apply(listener(100, '0.0.0.0', 8080))
  model.apply(exchange('server', { request: REQUEST, response: OK, atMs: 1_000 }))
  assert.equal(requests.length, 0)
  model.apply(exchange('client', { request: REQUEST, response: OK, atMs: 1_000 }))
  model.tick(1_100 * MS)
  assert.deepEqual(requests.map((r) => [r.role, r.peer]), [['client', 'shop'], ['server', 'browser']])
})

test('a process that isn’t described yet is waited for', () => {
  const { model, requests, lost } = watched({ bare: true })
  model.apply({ kind: 'process-started', at: 1, pid: 100, parentPid: 1, startedAt: 100e3, comm: 'node', uid: 0, netns: 1, existing: true })
  model.apply(exchange('server', { request: REQUEST, response: OK, atMs: 1_000 }, { client: '192.0.2.9' }))
  model.tick(1_400 * MS)
  assert.equal(requests.length, 0)
  model.apply(described(100, 'shop'))
  model.tick(1_450 * MS)
  assert.deepEqual(requests.map((r) => [r.service, r.peer, r.request.comm.text]), [['shop', '192.0.2.9', 'shopd']])
  assert.deepEqual(lost(), {})
})

test('one that never is goes by its comm, and its connection waits no more', () => {
  const { model, requests } = watched({ bare: true })
  model.apply({ kind: 'process-started', at: 1, pid: 100, parentPid: 1, startedAt: 100e3, comm: 'curl', uid: 0, netns: 1, existing: false })
  model.apply(exchange('server', { request: REQUEST, response: OK, atMs: 1_000 }, { client: '192.0.2.9' }))
  model.tick(1_600 * MS)
  assert.deepEqual(requests.map((r) => r.service), ['curl'])
  model.apply(exchange('server', { request: REQUEST, response: OK, turn: 2, atMs: 1_700 }, { client: '192.0.2.9' }))
  assert.equal(requests.length, 2)
})

test('the waiting room is bounded: who doesn’t fit goes at once, and that is counted', () => {
  const { model, requests, lost } = watched({ bare: true })
  for (let turn = 1; turn <= 8_200; turn++) model.apply(exchange('server', { request: REQUEST, response: OK, turn }, { client: '192.0.2.9' }))
  assert.equal(requests.length, 8)
  assert.deepEqual(lost(), { 'model.waiting: full': 8 })
  model.tick(5_000 * MS)
  assert.equal(requests.length, 8_200)
})

test('a listener names the peer while the server’s end isn’t seen', () => {
  for (const [address, remote] of [['127.0.0.1', '127.0.0.1'], ['0.0.0.0', '127.0.0.1'], ['::', '::1'], ['::', '127.0.0.9']] as const) {
    const { model, requests } = watched()
    model.apply(listener(100, address, 8080))
    model.apply(exchange('client', { request: REQUEST, response: OK }, { server: remote }))
    assert.deepEqual(requests.map((r) => [r.peer, r.request.peerNamed, r.request.peerWatched]), [['shop', true, true]], `${address} ${remote}`)
  }
})

test('a listener on the wildcard doesn’t name what is elsewhere, nor another namespace’s loopback', () => {
  const { model, requests } = watched()
  model.apply(listener(100, '0.0.0.0', 443))
  model.apply(exchange('client', { request: REQUEST, response: OK, cookie: 2 }, { server: '93.184.216.34', serverPort: 443, client: '10.0.0.5' }))
  assert.deepEqual(requests.map((r) => [r.peer, r.request.peerNamed, r.request.peerWatched]), [['93.184.216.34:443', false, false]])
  model.apply(exchange('client', { request: REQUEST, response: OK, cookie: 4 }, { server: '127.0.0.1', serverPort: 443, clientNetns: 7 }))
  model.tick(2_000 * MS)
  assert.deepEqual([requests[1]!.peer, requests[1]!.request.peerNamed], ['127.0.0.1:443', false])
})

test('configured names, then addresses: without the port of a client', () => {
  const { model, requests } = watched({ peerNames: (address, port) => (address === '192.0.2.1' && port === 5432 ? 'orders-db' : undefined) })
  model.apply(exchange('client', { request: REQUEST, response: OK, cookie: 2 }, { client: '10.0.0.5', server: '192.0.2.1', serverPort: 5432 }))
  model.apply(exchange('client', { request: REQUEST, response: OK, cookie: 4 }, { client: '10.0.0.5', server: '2001:db8::1', serverPort: 80 }))
  model.apply(exchange('server', { request: REQUEST, response: OK, cookie: 5 }, { server: '10.0.0.5', client: '2001:db8::2' }))
  assert.deepEqual(requests.map((r) => [r.peer, r.request.peerNamed]), [['orders-db', true], ['[2001:db8::1]:80', false], ['2001:db8::2', false]])
})

test('ends in two namespaces belong together unless their addresses are loopback ones', () => {
  const pair = (address: string) => {
    const { model, requests } = watched()
    const socket = { client: address, server: address, clientNetns: 1, serverNetns: 2 }
    model.apply(opened('client', 200, socket))
    model.apply(opened('server', 100, socket))
    model.apply(exchange('client', { request: REQUEST, response: OK }, socket))
    model.tick(9_000 * MS)
    return requests[0]!.peer
  }
  assert.equal(pair('172.17.0.2'), 'shop')
  assert.equal(pair('127.0.0.1'), '127.0.0.1:8080')
})

test('ports used again: each end has one other', () => {
  const { model, requests } = watched()
  model.apply(described(300, 'second'))
  model.apply(opened('client', 200, {}, 2))
  model.apply(opened('server', 100, {}, 1))
  model.apply(closed('client', 200))
  model.apply(opened('client', 300, {}, 12))
  model.apply(opened('server', 100, {}, 11))
  model.apply(exchange('server', { request: REQUEST, response: OK, cookie: 1 }))
  model.apply(exchange('server', { request: REQUEST, response: OK, cookie: 11 }))
  assert.deepEqual(requests.map((r) => r.peer), ['browser', 'second'])
})

test('Sonde’s own connections and their other ends are in nothing', () => {
  const { model, requests, connections, processes } = watched({ isOwn: (pid) => pid === 200 || pid === 400 })
  model.apply(opened('server', 100))
  model.apply(opened('client', 200))
  model.apply(exchange('server', { request: REQUEST, response: OK }))
  model.apply(exchange('client', { request: REQUEST, response: OK }))
  model.apply(listener(400, '127.0.0.1', 7663))
  model.apply(described(400, 'sonde'))
  model.apply(opened('client', 100, { serverPort: 7663 }, 6))
  model.apply(exchange('client', { request: REQUEST, response: OK, cookie: 6, pid: 100 }, { serverPort: 7663 }))
  model.tick(5_000 * MS)
  model.tick(20_000 * MS)
  assert.deepEqual(requests, [])
  assert.deepEqual(connections, ['established shop ← 127.0.0.1'], 'until the other end was known')
  assert.deepEqual(processes, [])
  assert.deepEqual(model.snapshot(1).processes.map((p) => p.pid), [100])
  assert.deepEqual(model.snapshot(1).connections, [])
})

test('the service of a request is that of the process that answered it, not of who opened the socket', () => {
  const { model, requests } = watched()
  model.apply(described(101, 'worker'))
  model.apply(exchange('server', { request: REQUEST, response: OK, turn: 1, pid: 100 }, { client: '192.0.2.1' }))
  model.apply(exchange('server', { request: REQUEST, response: OK, turn: 2, pid: 101 }, { client: '192.0.2.1' }))
  assert.deepEqual(requests.map((r) => [r.service, r.request.pid]), [['shop', 100], ['worker', 101]])
})

test('failed, refused, closed', () => {
  const { model, connections, lost } = watched()
  model.apply(closed('client', 200, { server: '192.0.2.1', serverPort: 81 }, { failure: 'refused' }))
  model.apply(opened('server', 100, { client: '192.0.2.1' }))
  model.apply(closed('server', 100, { client: '192.0.2.1' }, { failure: 'reset', bytesSent: 9 }))
  assert.deepEqual(connections, ['failed browser → 192.0.2.1:81', 'established shop ← 192.0.2.1', 'closed shop ← 192.0.2.1'])
  assert.deepEqual(lost(), {})
})

test('samples make a row when something moved', () => {
  const { model, connections } = watched()
  model.apply(opened('server', 100, { client: '192.0.2.1' }))
  const sampled = (bytesSent: number) => model.apply({ kind: 'connection-sampled', at: 1_500 * MS, socket: identity('server', 1), ...totals, bytesSent })
  sampled(0)
  sampled(10)
  sampled(10)
  assert.equal(connections.length, 2)
})

test('more connections than there is room for: the oldest leaves, and that is counted', () => {
  const { model, lost, requests } = watched()
  for (let i = 0; i < 65_540; i++) model.apply(exchange('server', { request: REQUEST, response: OK, cookie: 10 + i }, { client: '192.0.2.1', clientPort: i % 65_536 }))
  assert.deepEqual(lost(), { 'model.connections: evicted': 4 })
  assert.equal(requests.length, 65_540)
  assert.equal(model.bounds().connections![0], 65_536)
})

test('closed connections are kept for a second, then make room', () => {
  const { model, requests, lost } = watched()
  model.apply(opened('server', 100, { client: '192.0.2.1' }))
  model.apply(closed('server', 100, { client: '192.0.2.1' }))
  model.tick(2_900 * MS)
  model.apply(exchange('server', { request: REQUEST, response: OK }, { client: '192.0.2.1' }))
  assert.equal(requests.length, 1)
  model.tick(3_000 * MS)
  assert.equal(model.bounds().connections![0], 0)
  assert.deepEqual(lost(), {})
})
