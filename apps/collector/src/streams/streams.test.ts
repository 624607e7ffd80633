import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cell, REQUEST_FLAG, type TableBatch } from '@sonde/shared/signal'
import { Losses } from '../health/losses.ts'
import { createModel } from '../model/index.ts'
import { exchange, identity, type FixtureSocket, type FixtureTurn } from '../model/exchange-fixture.ts'
import { described } from '../model/model-fixture.ts'
import { createStreams, type BatchMode } from './index.ts'

const BOOT_AT = 1_795_000_000_000_000_123n
const REQUEST = 'GET /users/7?q=1 HTTP/1.1\r\nHost: shop\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const MS = 1e6

function host(wallOffset = () => BOOT_AT) {
  const batches: { batch: TableBatch; mode: BatchMode }[] = []
  const losses = new Losses()
  const streams = createStreams({ wallOffset, losses, emit: (batch, mode) => batches.push({ batch, mode }) })
  const model = createModel({ losses, isOwn: () => false, peerNames: () => undefined, sink: streams })
  model.apply(described(100, 'shop'))
  model.apply(described(200, 'browser'))
  return { model, streams, losses, batches, tables: () => batches.map(({ batch, mode }) => `${batch.schema.name} ${batch.rowCount} ${mode}`) }
}

/** Rows of `requests` that the turns of one host make. */
function requestRows(...turns: [role: 'server' | 'client', turn: FixtureTurn, socket?: FixtureSocket][]): Record<string, unknown>[] {
  const { model, streams, batches } = host()
  for (const [role, turn, socket] of turns) model.apply(exchange(role, turn, socket))
  model.drain(9e9)
  streams.flush(9e9)
  return batches.filter(({ batch }) => batch.schema.name === 'requests').flatMap(({ batch }) => rowsOf(batch))
}

function rowsOf(batch: TableBatch): Record<string, unknown>[] {
  return Array.from({ length: batch.rowCount }, (_, row) => Object.fromEntries(Object.keys(batch.schema.columns).map((column) => [column, cell(batch, column, row)])))
}

test('a request as a row, every column', () => {
  const turn = { request: REQUEST, response: OK, cookie: 2 ** 33 + 5, turn: 3, atMs: 5_000 }
  const [row] = requestRows(['server', turn, { client: '192.0.2.1' }])
  const { id, traceIdHigh, traceIdLow, pairKey, ...rest } = row!
  for (const hash of [id, traceIdHigh, traceIdLow, pairKey]) assert.notEqual(hash, 0n)
  assert.deepEqual(rest, {
    parentSpanId: 0n, startTime: BOOT_AT + 5_000_000_000n, readNs: 1_000_000n, requestEndNs: 2_000_000n, firstByteNs: 3_000_000n, durationNs: 4_000_000n,
    requestBytes: BigInt(REQUEST.length), responseBytes: BigInt(OK.length), connectionId: 2n ** 33n + 5n, turn: 3, sequence: 1_000, srttUs: 42,
    pid: 100, tid: 101, status: 200, localPort: 8_080, remotePort: 40_000, role: 0, error: 0, flags: 0,
    service: 'shop', peer: '192.0.2.1', protocol: 'http', method: 'GET', target: '/users/7?q=1', path: '/users/7', template: '/users/{id}', comm: 'shopd',
    localAddress: '127.0.0.1', remoteAddress: '192.0.2.1', attributes: '{"url.scheme":"http","network.protocol.version":"1.1","server.address":"shop"}',
  })
})

test('what wasn’t seen is −1, a clock that goes back is 0, 4 GiB are 4 GiB', () => {
  const [unanswered, huge] = requestRows(
    ['server', { request: REQUEST, closed: true, cookie: 1 }, { client: '192.0.2.1' }],
    ['server', { request: REQUEST, response: OK, requestBytes: 2 ** 32 + 7, responsePrefix: 20, responseBytes: 2 ** 34, cookie: 3 }, { client: '192.0.2.1' }],
  )
  assert.deepEqual([unanswered!.firstByteNs, unanswered!.durationNs, unanswered!.flags, unanswered!.error, unanswered!.status], [-1n, 5_000_000n, REQUEST_FLAG.unanswered, 1, 0])
  assert.deepEqual([huge!.requestBytes, huge!.responseBytes], [BigInt(REQUEST.length), 2n ** 34n])
})

const pairs: [name: string, socket: FixtureSocket][] = [
  ['IPv4 on loopback', {}],
  ['IPv6', { client: '::1', server: '::1' }],
  ['two namespaces', { client: '172.17.0.1', server: '172.17.0.2', clientNetns: 1, serverNetns: 2 }],
]
for (const [name, socket] of pairs) {
  test(`both ends come to the same ids, each on a host of its own: ${name}`, () => {
    const sequence = 0xffff_fff0
    const request = `GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n`
    const servers = requestRows(['server', { request, response: OK + OK, sequence }, socket])
    // The client's kernel cut the same bytes into two turns.
    const clients = requestRows(
      ['client', { request: request.slice(0, 19), response: OK, sequence, turn: 1 }, socket],
      ['client', { request: request.slice(19), response: OK, sequence: 3, turn: 2 }, socket],
    )
    assert.deepEqual([servers.length, clients.length], [2, 2])
    for (const column of ['pairKey', 'traceIdHigh', 'traceIdLow', 'sequence', 'path']) assert.deepEqual(servers.map((r) => r[column]), clients.map((r) => r[column]), column)
    const ids = [...servers, ...clients].map((r) => r.id)
    assert.equal(new Set(ids).size, 4)
    assert.equal(new Set(servers.map((r) => r.pairKey)).size, 2)
    assert.equal(new Set(servers.map((r) => r.traceIdHigh)).size, 2)
  })
}

test('other ports, addresses and sequences make other ids', () => {
  const rows = requestRows(...Array.from({ length: 2_000 }, (_, i) => ['server', { request: REQUEST, response: OK, cookie: i, sequence: i % 20 }, { client: '192.0.2.1', clientPort: 1_000 + Math.floor(i / 20) }] as ['server', FixtureTurn, FixtureSocket]))
  for (const column of ['id', 'pairKey', 'traceIdHigh', 'traceIdLow']) assert.equal(new Set(rows.map((r) => r[column])).size, 2_000, column)
})

test('a traceparent is taken over, and who reads it agrees', () => {
  const request = 'GET / HTTP/1.1\r\ntraceparent: 00-fbf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n'
  const [row] = requestRows(['server', { request, response: OK }, { client: '192.0.2.1' }])
  assert.equal(BigInt.asUintN(64, row!.traceIdHigh as bigint), 0xfbf92f3577b34da6n)
  assert.equal(BigInt.asUintN(64, row!.traceIdLow as bigint), 0xa3ce929d0e0e4736n)
  assert.equal(row!.parentSpanId, 0x00f067aa0ba902b7n)
  assert.equal(row!.flags, REQUEST_FLAG.traceparent)
})

test('one batch a table and window; nothing when nothing came', () => {
  const { model, streams, tables } = host()
  streams.tick(1_000 * MS)
  assert.deepEqual(tables(), ['processes 2 append'])
  model.apply(exchange('server', { request: REQUEST, response: OK }, { client: '192.0.2.1' }))
  streams.tick(1_050 * MS)
  assert.equal(tables().length, 1, 'within the window')
  streams.tick(1_100 * MS)
  streams.tick(1_200 * MS)
  assert.deepEqual(tables().slice(1), ['requests 1 append'])
})

test('8,192 rows make a batch, and texts stay right in the next', () => {
  const { model, streams, batches } = host()
  for (let i = 0; i < 20_000; i++) {
    model.apply(exchange('server', { request: `GET /p${i % 7} HTTP/1.1\r\n\r\n`, response: OK, turn: i + 1 }, { client: '192.0.2.1' }))
  }
  streams.flush(1)
  const requests = batches.filter(({ batch }) => batch.schema.name === 'requests').map(({ batch }) => batch)
  assert.deepEqual(requests.map((batch) => batch.rowCount), [8_192, 8_192, 3_616])
  let i = 0
  for (const batch of requests) {
    assert.ok(batch.strings.length < 30)
    for (let row = 0; row < batch.rowCount; row++, i++) {
      if (cell(batch, 'target', row) !== `/p${i % 7}` || cell(batch, 'service', row) !== 'shop' || cell(batch, 'turn', row) !== i + 1) assert.fail(`row ${i}`)
    }
  }
})

test('a step of the wall clock is taken over with the next window', () => {
  let offset = 1_000_000_000n
  const { model, streams, batches } = host(() => offset)
  const start = (turn: number) => {
    model.apply(exchange('server', { request: REQUEST, response: OK, turn, atMs: 4_500 }, { client: '192.0.2.1' }))
    streams.tick(turn * 1_000 * MS)
    const { batch } = batches.findLast((b) => b.batch.schema.name === 'requests')!
    return cell(batch, 'startTime', 0)
  }
  assert.equal(start(1), 5_500_000_000n)
  offset = -(2n ** 40n)
  streams.tick(1_500 * MS)
  assert.equal(start(2), 4_500_000_000n - 2n ** 40n)
})

test('connections, usage and losses as rows', () => {
  const { model, streams, batches, losses } = host()
  streams.tick(1_000 * MS)
  batches.length = 0
  const totals = { bytesSent: 2 ** 33, bytesReceived: 7, retransmits: 2, srttNs: 80_000 }
  model.apply({ kind: 'connection-opened', at: 2_000 * MS, socket: identity('client', 2, { server: '192.0.2.1' }), role: 'client', pid: 200, connectNs: 30_000, existing: false, ...totals })
  model.apply({ kind: 'connection-closed', at: 2_500 * MS, socket: identity('client', 2, { server: '192.0.2.1' }), role: 'client', pid: 200, connectNs: undefined, failure: 'reset', ...totals })
  losses.count('probe.exchange', 'ring buffer full', 'requests', 3)
  losses.count('model.connections', 'evicted', 'connections', 0)
  streams.tick(2_600 * MS)
  losses.count('probe.exchange', 'ring buffer full', 'requests', 2)
  streams.tick(3_700 * MS)
  streams.tick(4_800 * MS)
  const [connections, first, second, ...none] = batches.map(({ batch }) => rowsOf(batch))
  assert.deepEqual(connections!.map((row) => [row.state, row.failure, row.closedAt]), [['established', '', 0n], ['closed', 'reset', BOOT_AT + 2_500_000_000n]])
  assert.deepEqual(connections![0], {
    id: 2n, time: BOOT_AT + 2_000_000_000n, openedAt: BOOT_AT + 2_000_000_000n, closedAt: 0n, connectNs: 30_000n, srttNs: 80_000n, bytesSent: 2n ** 33n, bytesReceived: 7n,
    retransmits: 2, pid: 200, netns: 4_026_531_840, localPort: 40_000, remotePort: 8_080, role: 1, undecoded: 0, service: 'browser', peer: '192.0.2.1:8080', peerNamed: 0,
    state: 'established', failure: '', protocol: 'tcp', localAddress: '127.0.0.1', remoteAddress: '192.0.2.1',
    windowLimitedNs: 0n, bufferLimitedNs: 0n, unreadNs: 0n, unreadMostNs: 0n, unreadBytes: 0, unackedBytes: 0, drops: 0, dropReason: '', resets: '', zeroWindows: '',
  })
  assert.deepEqual([first![0]!.count, first!.length, second![0]!.count, second![0]!.where, none], [3n, 1, 2n, 'probe.exchange', []])
})

test('a snapshot has all that lives, after what was on its way', () => {
  const { model, streams, tables, batches } = host()
  model.apply(exchange('server', { request: REQUEST, response: OK }, { client: '192.0.2.1' }))
  model.apply({ kind: 'process-exited', at: 1, pid: 200, startedAt: 200e3, exitCode: 137 })
  streams.snapshot(model.snapshot(2e9))
  assert.deepEqual(tables(), ['processes 3 append', 'requests 1 append', 'processes 1 snapshot', 'connections 1 snapshot'])
  const exited = rowsOf(batches[0]!.batch)[2]!
  assert.deepEqual([exited.exitCode, exited.service, exited.serviceKind, exited.commandLine], [137, 'browser', 'process', '/usr/bin/browser'])
  const [running] = rowsOf(batches[2]!.batch)
  assert.deepEqual([running!.pid, running!.exitCode, running!.exitedAt], [100, 0xffff_ffff, 0n])
})

test('what a connection suffers, listeners and dropped segments as rows', () => {
  const { model, streams, batches } = host()
  streams.tick(1_000 * MS)
  batches.length = 0
  const socket = identity('client', 2, { server: '192.0.2.1' })
  model.apply({ kind: 'connection-strained', at: 1_900 * MS, cookie: 2, pid: 0, windowLimitedNs: undefined, bufferLimitedNs: 4, unreadNs: 5, unreadMostNs: 6, unreadBytes: 7, unackedBytes: 8, drops: 9, dropReason: 'NETFILTER_DROP', resets: 'both', zeroWindows: 'remote' })
  model.apply({ kind: 'connection-closed', at: 2_000 * MS, socket, role: 'client', pid: 200, connectNs: undefined, failure: 'timeout', bytesSent: 0, bytesReceived: 0, retransmits: 0, srttNs: 0 })
  model.apply({ kind: 'listener-seen', at: 2_000 * MS, socket: { ...socket, cookie: 9, localAddress: '::', localPort: 80, remoteAddress: '', remotePort: 0 }, pid: 200 })
  model.apply({ kind: 'accept-queue-measured', at: 2_000 * MS, cookie: 9, length: 3, limit: 4, halfOpen: 5, drops: 6, closed: false })
  model.apply({ kind: 'segments-dropped', at: 2_000 * MS, reason: 'TCP_CSUM', count: 11 })
  model.tick(2_100 * MS)
  streams.tick(2_100 * MS)
  const [[connection], [listener], [dropped]] = batches.map(({ batch }) => rowsOf(batch)) as [Record<string, unknown>[], Record<string, unknown>[], Record<string, unknown>[]]
  const { windowLimitedNs, bufferLimitedNs, unreadNs, unreadMostNs, unreadBytes, unackedBytes, drops, dropReason, resets, zeroWindows, state } = connection!
  assert.deepEqual([windowLimitedNs, bufferLimitedNs, unreadNs, unreadMostNs, unreadBytes, unackedBytes, drops, dropReason, resets, zeroWindows, state], [-1n, 4n, 5n, 6n, 7, 8, 9, 'NETFILTER_DROP', 'both', 'remote', 'failed'])
  assert.deepEqual(listener, {
    id: 9n, time: BOOT_AT + 2_100_000_000n, openedAt: BOOT_AT + 2_000_000_000n, closedAt: 0n, pid: 200, netns: 4_026_531_840, queueLength: 3, queueLimit: 4, longestQueue: 3, halfOpen: 5, drops: 6, port: 80, address: '::', service: 'browser',
  })
  assert.deepEqual(dropped, { time: BOOT_AT + 2_000_000_000n, count: 11n, reason: 'TCP_CSUM' })
})
