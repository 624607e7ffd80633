import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIVE_PROTOCOL } from '@sonde/shared/wire'
import { problemOf, queryOf } from './api.ts'
import { LiveSocket, SUBPROTOCOL, type SocketLike } from './socket.ts'

const ALIVE = { subscribe: 'alive', id: 0 }

/** Sockets and clocks that do as the test says. */
function surroundings() {
  const sockets: (SocketLike & { sent: unknown[]; closed: boolean })[] = []
  let timers: { at: number; run: () => void }[] = []
  let now = 1000
  const around = {
    open() {
      const socket = { onopen: null, onmessage: null, onclose: null, sent: [] as unknown[], closed: false, send: (text: string) => socket.sent.push(JSON.parse(text)), close: () => { socket.closed = true } } as SocketLike & { sent: unknown[]; closed: boolean }
      sockets.push(socket)
      return socket
    },
    now: () => now,
    later(run: () => void, ms: number) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => { timers = timers.filter((one) => one !== timer) }
    },
  }
  const pass = (ms: number) => {
    now += ms
    const due = timers.filter((timer) => timer.at <= now)
    timers = timers.filter((timer) => timer.at > now)
    for (const timer of due) timer.run()
  }
  return { sockets, around, pass }
}

test('the subprotocol is that of seam 4', () => assert.equal(SUBPROTOCOL, LIVE_PROTOCOL))

test('subscribes when it opens, and to everything again after the connection broke', () => {
  const { sockets, around, pass } = surroundings()
  const live = new LiveSocket(around)
  const seen: unknown[] = []
  live.subscribe('services', { from: 'now-1m' }, { onSnapshot: (data) => seen.push(data) })
  const end = live.subscribe('status', {}, {})
  assert.equal(sockets.length, 1)
  sockets[0]!.onopen!()
  assert.deepEqual(sockets[0]!.sent, [ALIVE, { subscribe: 'services', id: 1, params: { from: 'now-1m' } }, { subscribe: 'status', id: 2, params: {} }])
  sockets[0]!.onmessage!({ data: '{"id":1,"mode":"snapshot","data":{"services":[]}}' })
  end()
  assert.deepEqual(sockets[0]!.sent.at(-1), { unsubscribe: 2 })
  pass(500)
  sockets[0]!.onclose!()
  assert.deepEqual(live.connection, { state: 'away', sinceMs: 1500, heardMs: 1000 })
  pass(249)
  assert.equal(sockets.length, 1)
  pass(1)
  sockets[1]!.onopen!()
  assert.equal(live.connection.state, 'open')
  assert.deepEqual(sockets[1]!.sent, [ALIVE, { subscribe: 'services', id: 1, params: { from: 'now-1m' } }])
  sockets[1]!.onmessage!({ data: '{"id":1,"mode":"snapshot","data":{"services":[1]}}' })
  assert.deepEqual(seen, [{ services: [] }, { services: [1] }])
})

test('pauses between attempts double to five seconds; since when it is away stays', () => {
  const { sockets, around, pass } = surroundings()
  const live = new LiveSocket(around)
  live.subscribe('status', {}, {})
  for (const pause of [250, 500, 1000, 2000, 4000, 5000, 5000]) {
    const before = sockets.length
    sockets.at(-1)!.onclose!()
    pass(pause - 1)
    assert.equal(sockets.length, before)
    pass(1)
    assert.equal(sockets.length, before + 1)
  }
  assert.deepEqual([live.connection.state, live.connection.sinceMs], ['away', 1000])
})

test('ten silent seconds are an end too; reconnect() does not wait', () => {
  const { sockets, around, pass } = surroundings()
  const live = new LiveSocket(around)
  live.subscribe('status', {}, {})
  sockets[0]!.onopen!()
  pass(9_999)
  assert.equal(live.connection.state, 'open')
  pass(1)
  assert.equal(live.connection.state, 'away')
  assert.equal(sockets[0]!.closed, true)
  live.reconnect()
  assert.equal(sockets.length, 2)
})

test('rows, skipped ones, errors; what is not a message changes nothing', () => {
  const { sockets, around } = surroundings()
  const live = new LiveSocket(around)
  const seen: unknown[] = []
  live.subscribe('requests', {}, { onRows: (rows, skipped) => seen.push([rows, skipped]), onError: (error) => seen.push(error), onSnapshot: () => seen.push('snapshot') })
  sockets[0]!.onopen!()
  for (const data of ['{"id":1,"mode":"append","data":{"requests":[{"id":"a"}]},"skipped":7}', '{"id":1,"mode":"append","data":null}', '{"id":99,"data":{}}', 'nonsense', 'null', '{"id":1,"error":{"status":400,"title":"Bad","detail":"no"}}']) {
    sockets[0]!.onmessage!({ data })
  }
  sockets[0]!.onmessage!({ data: new ArrayBuffer(4) })
  assert.deepEqual(seen, [[[{ id: 'a' }], 7], [[], 0], { query: 'GET /api/v1/requests', status: 400, title: 'Bad', detail: 'no' }])
})

test('queries repeat lists and leave out what is undefined; problems are read whatever they are', () => {
  assert.equal(queryOf({ status: ['!404', '500'], q: 'a&b', host: undefined, limit: 5 }), '?status=%21404&status=500&q=a%26b&limit=5')
  assert.equal(queryOf({}), '')
  assert.deepEqual(problemOf('GET /x', 503, undefined), { query: 'GET /x', status: 503, title: 'Status 503', detail: 'Status 503' })
  assert.deepEqual(problemOf('GET /x', 400, { title: 'Bad parameter', detail: 4 }), { query: 'GET /x', status: 400, title: 'Bad parameter', detail: 'Bad parameter' })
})

test('a sign of life keeps a connection whose topics are slow, and is no news; silence ends it', () => {
  const { sockets, around, pass } = surroundings()
  const live = new LiveSocket(around)
  live.subscribe('status', {}, { onSnapshot: () => assert.fail('nothing came'), onRows: () => assert.fail('nothing came'), onError: () => assert.fail('nothing failed') })
  sockets[0]!.onopen!()
  for (let i = 0; i < 3; i++) {
    pass(9000)
    sockets[0]!.onmessage!({ data: '{"id":0,"mode":"snapshot","data":{}}' })
  }
  assert.deepEqual([live.connection, sockets.length], [{ state: 'open', sinceMs: 1000, heardMs: null }, 1])
  pass(10_000)
  assert.deepEqual([live.connection.state, sockets[0]!.closed], ['away', true])
})
