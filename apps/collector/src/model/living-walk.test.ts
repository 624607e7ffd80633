import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionClosed, ConnectionOpened, ConnectionsLiving } from '@sonde/shared/observation'
import { exchange, identity } from './exchange-fixture.ts'
import { watched } from './model-fixture.ts'

const SECOND = 1e9
const outside = { server: '192.0.2.7', serverPort: 443 }
const totals = { bytesSent: 0, bytesReceived: 0, retransmits: 0, srttNs: 0 }
const opened = (cookie: number, at = SECOND): ConnectionOpened => ({ kind: 'connection-opened', at, socket: identity('client', cookie, outside), role: 'client', pid: 200, connectNs: 1, existing: false, ...totals })
const closed = (cookie: number, at: number): ConnectionClosed => ({ kind: 'connection-closed', at, socket: identity('client', cookie, outside), role: 'client', pid: 200, connectNs: 1, failure: undefined, ...totals })
const living = (startedAt: number, cookies: readonly number[], more: Partial<ConnectionsLiving> = {}): ConnectionsLiving => ({ kind: 'connections-living', at: startedAt + 1e6, startedAt, cookies, listed: cookies.length, last: true, ...more })

function with3Open() {
  const { model, connections } = watched()
  for (const cookie of [1, 2, 3]) model.apply(opened(cookie))
  connections.length = 0
  const states = () => connections.map((line) => line.split(' ')[0])
  return { model, states, open: () => model.snapshot(0).connections.map(({ cookie }) => cookie) }
}

test('what neither of two walks finds is lost', () => {
  const { model, states, open } = with3Open()
  model.apply(living(5 * SECOND, [1, 3]))
  assert.deepEqual([states(), open()], [[], [1, 2, 3]])
  model.apply(living(10 * SECOND, [1, 3]))
  assert.deepEqual([states(), open()], [['lost'], [1, 3]])
  model.tick(12 * SECOND)
  assert.equal(model.bounds().connections![0], 2)
})

test('a walk comes in parts; one of which some are missing says nothing', () => {
  const { model, states } = with3Open()
  for (const startedAt of [5 * SECOND, 10 * SECOND]) {
    model.apply(living(startedAt, [1], { last: false }))
    model.apply(living(startedAt, [3], { listed: 2 }))
  }
  assert.deepEqual(states(), ['lost'])
  for (const startedAt of [15 * SECOND, 20 * SECOND]) model.apply(living(startedAt, [], { listed: 2 }))
  assert.deepEqual(states(), ['lost'])
})

test('what is not in one of the walks only, was opened after it began, or was heard of since, lives', () => {
  const { model, states } = with3Open()
  model.apply(opened(4, 5.5 * SECOND))
  model.apply(living(5 * SECOND, [1, 2]))
  model.apply(exchange('client', { request: 'GET / HTTP/1.1\r\n\r\n', response: 'HTTP/1.1 204 No Content\r\n\r\n', atMs: 7_000, cookie: 3 }, outside))
  model.apply(living(10 * SECOND, [1]))
  assert.deepEqual(states().filter((state) => state === 'lost'), [])
})

test('an end that is told late is the truth', () => {
  const { model, states } = with3Open()
  model.apply(living(5 * SECOND, [1, 3]))
  model.apply(living(10 * SECOND, [1, 3]))
  model.apply(closed(2, 10.1 * SECOND))
  assert.deepEqual(states(), ['lost', 'closed'])
})

test('a connection that only an exchange told of is no business of the walks', () => {
  const { model, states } = with3Open()
  model.apply(exchange('client', { request: 'GET / HTTP/1.1\r\n\r\n', response: 'HTTP/1.1 204 No Content\r\n\r\n', atMs: 2_000, cookie: 9 }, outside))
  for (const at of [5, 10]) model.apply(living(at * SECOND, [1, 2, 3]))
  assert.deepEqual(states(), [])
  assert.equal(model.bounds().connections![0], 4)
})

test('an idle connection lets go its request, unless it is missed by a walk, and reads the next one as before', () => {
  const { model, requests } = watched()
  const ask = (cookie: number, atMs: number) => model.apply(exchange('client', { request: 'GET / HTTP/1.1\r\n\r\n', response: 'HTTP/1.1 204 No Content\r\n\r\n', atMs, cookie }, outside))
  const held = () => model.snapshot(0).connections.map(({ cookie, request }) => [cookie, request !== undefined])
  for (const cookie of [1, 2]) {
    model.apply(opened(cookie))
    ask(cookie, 6_000)
  }
  model.apply(living(5 * SECOND, [1]))
  model.tick(9.9 * SECOND)
  assert.deepEqual(held(), [[1, true], [2, true]])
  model.tick(10.1 * SECOND)
  model.tick(10.2 * SECOND)
  assert.deepEqual(held(), [[1, false], [2, true]])
  model.apply(living(10.3 * SECOND, [1]))
  assert.deepEqual(held(), [[1, false], [2, true]])
  ask(1, 11_000)
  assert.deepEqual(requests.map(({ line, status }) => [line, status]), Array.from({ length: 3 }, () => ['GET /', 204]))
})
