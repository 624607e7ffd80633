import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anew, continuation, exchange, type FixtureTurn } from './exchange-fixture.ts'
import { watched } from './model-fixture.ts'

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`
const ok = (body = '') => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const MS = 1e6
// The other ends are elsewhere: nothing waits for their names.
const served = (turn: FixtureTurn) => exchange('server', turn, { client: '192.0.2.1' })
const asked = (turn: FixtureTurn) => exchange('client', turn, { client: '10.0.0.5', server: '192.0.2.1' })

test('an answer that is complete is emitted at once', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: get('/a?b=1'), response: ok('hi') }))
  const [seen] = requests
  assert.equal(requests.length, 1)
  assert.deepEqual([seen!.line, seen!.status, seen!.error, seen!.service, seen!.peer, seen!.protocol], ['GET /a?b=1', 200, false, 'shop', '192.0.2.1', 'http'])
  const { request } = seen!
  assert.deepEqual([request.arrivedAt, request.readAt, request.endAt, request.responseStartAt, request.responseEndAt], [1000, 1001, 1002, 1003, 1004].map((ms) => ms * MS))
  assert.deepEqual([request.pid, request.tid, request.turn, request.sequence, request.srttUs], [100, 101, 1, 1_000, 42])
  assert.deepEqual(lost(), {})
})

test('a long answer waits for its end, and has the end’s time and bytes', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: get('/file'), response: 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n' }))
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 500_000, atMs: 2_000 }))
  model.tick(20_000 * MS)
  assert.equal(requests.length, 0)
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 1_000_044, atMs: 21_000 }))
  assert.deepEqual([requests.length, requests[0]!.responseBytes, requests[0]!.request.responseEndAt], [1, 1_000_044, 21_000 * MS])
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 1_000_044, atMs: 22_000 }))
  assert.equal(requests.length, 1)
  assert.deepEqual(lost(), {})
})

test('a connection that has rested is read as before', () => {
  const { model, requests, lost } = watched()
  const upload = 'POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc'
  const rest = (atMs: number) => { for (let i = 0; i < 4; i++) model.tick(atMs * MS + i) }
  model.apply(served({ request: get('/1'), response: ok(), turn: 1, atMs: 1_000 }))
  rest(10_000)
  // Each end of a body that goes on over the rest belongs to its request.
  model.apply(served({ request: upload, response: ok(), turn: 2, atMs: 11_000 }))
  rest(20_000)
  model.apply(served({ request: `def${get('/3')}`, response: ok(), turn: 3, atMs: 21_000 }))
  assert.deepEqual(requests.map(({ line, status }) => `${line} ${status}`), ['GET /1 200', 'POST /2 200', 'GET /3 200'])
  assert.deepEqual(lost(), {})
})

test('the next turn ends what the one before it held', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: get('/1'), response: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx', turn: 1 }))
  model.apply(served({ request: get('/2'), response: ok(), turn: 2, atMs: 1_100 }))
  assert.deepEqual(requests.map((r) => r.line), ['GET /1', 'GET /2'])
  assert.deepEqual(lost(), {})
})

test('an end that can’t be told is taken for reached after 350 ms of quiet', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: get('/long-head'), response: `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(400)}\r\n\r\n` }))
  model.tick(1_300 * MS)
  assert.equal(requests.length, 0)
  model.tick(1_400 * MS)
  assert.equal(requests.length, 1)
  assert.deepEqual(lost(), {})
})

test('an answer that isn’t over after 30 s is let go, and that is counted', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: get('/slow'), response: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n' }))
  model.tick(31_000 * MS)
  assert.equal(requests.length, 0)
  model.tick(31_100 * MS)
  assert.deepEqual(requests.map((r) => r.status), [200])
  assert.deepEqual(lost(), { 'model.requests: answer not over after 30 s': 1 })
})

test('until the connection closes: closed, or quiet', () => {
  const { model, requests, lost } = watched()
  const response = 'HTTP/1.0 200 OK\r\n\r\nsome'
  model.apply(served({ request: get('/a'), response, cookie: 1 }))
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 5_000, atMs: 1_200 }))
  model.tick(2_000 * MS)
  assert.equal(requests.length, 0, 'it went on once, so its end will be said')
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 9_000, atMs: 3_000, closed: true }))
  assert.deepEqual(requests.map((r) => r.responseBytes), [9_000])
  model.apply(served({ request: get('/b'), response, cookie: 3 }))
  model.tick(1_400 * MS)
  assert.equal(requests.length, 2)
  assert.deepEqual(lost(), {})
})

test('100-continue: two turns are one request', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: 'PUT /up HTTP/1.1\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n', response: 'HTTP/1.1 100 Continue\r\n\r\n', turn: 1 }))
  model.tick(2_000 * MS)
  assert.equal(requests.length, 0)
  model.apply(served({ request: 'b'.repeat(5_000), response: 'HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n', turn: 2, atMs: 3_000, sequence: 1_064 }))
  const [seen] = requests
  assert.equal(requests.length, 1)
  assert.deepEqual([seen!.line, seen!.status, seen!.requestBytes, seen!.responseBytes, seen!.sequence], ['PUT /up', 201, 64 + 5_000, 25 + 43, 1_000])
  assert.deepEqual([seen!.request.arrivedAt, seen!.request.endAt, seen!.request.responseStartAt, seen!.request.responseEndAt], [1_000, 3_002, 3_003, 3_004].map((ms) => ms * MS))
  assert.deepEqual(lost(), {})
})

test('100-continue at a client that didn’t wait: the answer begins anew in the same turn', () => {
  const { model, requests, lost } = watched()
  const request = `PUT /up HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody`
  model.apply(asked({ request, response: 'HTTP/1.1 100 Continue\r\n\r\n' }))
  model.apply(anew({ cookie: 2, turn: 1, before: 25, response: 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', atMs: 1_500 }))
  model.apply(continuation({ cookie: 2, turn: 1, responseBytes: 25 + 45, atMs: 1_500 }))
  const [seen] = requests
  assert.deepEqual([requests.length, seen!.status, seen!.error, seen!.responseBytes], [1, 404, true, 70])
  assert.deepEqual([seen!.request.responseStartAt, seen!.request.responseEndAt], [1_500 * MS, 1_500 * MS])
  assert.equal(JSON.parse(seen!.request.attributes.text)['error.type'], '404')
  assert.deepEqual(lost(), {})
})

test('pipelined requests answered in one send', () => {
  const { model, requests } = watched()
  model.apply(served({ request: get('/1') + get('/22') + get('/3'), response: ok('a') + ok() + ok('ccc') }))
  assert.deepEqual(requests.map((r) => [r.line, r.status, r.sequence, r.requestBytes, r.responseBytes]), [
    ['GET /1', 200, 1_000, 28, 39], ['GET /22', 200, 1_028, 29, 38], ['GET /3', 200, 1_057, 28, 41],
  ])
})

test('pipelined requests answered one by one', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: get('/1') + get('/2') + 'HEAD /3 HTTP/1.1\r\n\r\n', response: ok('a') }))
  assert.deepEqual(requests.map((r) => r.line), ['GET /1'])
  model.apply(anew({ cookie: 1, turn: 1, before: 39, response: 'HTTP/1.1 500 Oops\r\nContent-Length: 2000\r\n\r\n', atMs: 1_100 }))
  model.tick(1_200 * MS)
  assert.equal(requests.length, 1)
  model.apply(anew({ cookie: 1, turn: 1, before: 39 + 2_043, response: ok(), atMs: 1_300 }))
  assert.deepEqual(requests.map((r) => [r.line, r.status, r.responseBytes]), [['GET /1', 200, 39], ['GET /2', 500, 2_043]])
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 39 + 2_043 + 38, atMs: 1_300 }))
  assert.deepEqual([requests.length, requests[2]!.line, requests[2]!.status, requests[2]!.responseBytes], [3, 'HEAD /3', 200, 38])
  assert.deepEqual(lost(), {})
})

test('quiet between answers: who isn’t answered yet waits on', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: get('/1') + get('/2') + get('/3'), response: ok() }))
  model.apply(anew({ cookie: 1, turn: 1, before: 38, response: ok(), atMs: 1_100 }))
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 76, atMs: 1_100 }))
  model.tick(9_000 * MS)
  assert.equal(requests.length, 2)
  model.apply(anew({ cookie: 1, turn: 1, before: 76, response: ok(), atMs: 9_100 }))
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 114, atMs: 9_100, closed: true }))
  assert.deepEqual(requests.map((r) => [r.line, r.status, r.request.unanswered]), [['GET /1', 200, false], ['GET /2', 200, false], ['GET /3', 200, false]])
  assert.deepEqual(lost(), {})
})

test('pipelined requests whose connection closes before they are answered', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: get('/1') + get('/2'), response: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n' }))
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 49, atMs: 1_100, closed: true }))
  assert.deepEqual(requests.map((r) => [r.line, r.status, r.request.unanswered, r.error]), [['GET /1', 200, false, false], ['GET /2', 0, true, true]])
  assert.deepEqual(lost(), {})
})

test('no answer before the end: an error of its own', () => {
  const { model, requests, lost } = watched()
  model.apply(asked({ request: get('/gone'), closed: true }))
  const [seen] = requests
  assert.deepEqual([seen!.line, seen!.status, seen!.error, seen!.request.unanswered], ['GET /gone', 0, true, true])
  assert.equal(JSON.parse(seen!.request.attributes.text)['error.type'], 'connection_closed')
  assert.deepEqual([seen!.request.responseStartAt, seen!.request.responseEndAt], [0, 1_005 * MS])
  assert.deepEqual(lost(), {})
})

test('an answer before the body’s end; then the rest of the body and a new request', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: 'POST /up HTTP/1.1\r\nContent-Length: 3000\r\n\r\n'.padEnd(1_043, 'x'), response: ok(), turn: 1 }))
  model.apply(served({ request: 'x'.repeat(1_000), requestBytes: 1_000, response: '', turn: 2, closed: false, responseBytes: 1, atMs: 1_010 }))
  model.apply(served({ request: 'x'.repeat(1_000) + get('/2'), response: ok(), turn: 3, atMs: 1_020, sequence: 3_043, requestPrefix: 2_000 }))
  assert.deepEqual(requests.map((r) => [r.line, r.sequence]), [['POST /up', 1_000], ['GET /2', 4_043]])
  assert.deepEqual(lost(), {})
})

test('a request whose body goes on while its answer does', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: 'POST /echo HTTP/1.1\r\nContent-Length: 3000\r\n\r\n'.padEnd(1_045, 'x'), response: 'HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n'.padEnd(141, 'y'), turn: 1 }))
  model.apply(continuation({ cookie: 1, turn: 1, responseBytes: 1_041, atMs: 1_050 }))
  model.apply(served({ request: 'x'.repeat(2_000), response: 'y'.repeat(500), responseBytes: 500, turn: 2, atMs: 1_100 }))
  model.apply(continuation({ cookie: 1, turn: 2, responseBytes: 1_999, atMs: 1_150 }))
  assert.equal(requests.length, 0)
  model.apply(continuation({ cookie: 1, turn: 2, responseBytes: 2_000, atMs: 1_200 }))
  assert.deepEqual(requests.map((r) => [r.line, r.requestBytes, r.responseBytes, r.request.responseEndAt]), [['POST /echo', 3_045, 3_041, 1_200 * MS]])
  assert.deepEqual(lost(), {})
})

test('after an upgrade turns are no requests', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: 'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n', response: 'HTTP/1.1 101 Switching Protocols\r\n\r\n', turn: 1 }))
  for (let turn = 2; turn < 20; turn++) model.apply(served({ request: '\x81\x85abcd', response: '\x81\x05hello', turn }))
  assert.deepEqual(requests.map((r) => [r.line, r.status]), [['GET /ws', 101]])
  assert.deepEqual(lost(), {})
})

test('bytes that aren’t HTTP on a connection that is: counted, no request', () => {
  const { model, requests, lost } = watched()
  for (let turn = 1; turn <= 10; turn++) model.apply(served({ request: get('/'), response: ok(), turn }))
  model.apply(served({ request: '\x00\x01garbage', response: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n', turn: 11 }))
  model.apply(served({ request: '', requestBytes: 500, response: ok(), turn: 12 }))
  assert.equal(requests.length, 10)
  assert.deepEqual(lost(), { 'model.requests: not decoded': 2 })
})

test('pipelined beyond the captured prefix is counted', () => {
  const { model, requests, lost } = watched()
  const request = `POST /up HTTP/1.1\r\nContent-Length: 2000\r\n\r\n`.padEnd(2_043, 'x') + get('/2')
  model.apply(served({ request, response: ok() }))
  assert.equal(requests.length, 1)
  assert.deepEqual(lost(), { 'model.requests: pipelined beyond the captured prefix': 1 })
})

test('what nobody reads is a request of its own protocol’s name each turn', () => {
  const { model, requests, lost } = watched()
  model.apply(served({ request: '*1\r\n$4\r\nPING\r\n', response: '+PONG\r\n', cookie: 1, turn: 1 }))
  model.apply(served({ request: '*1\r\n$4\r\nQUIT\r\n', response: '+OK\r\n', cookie: 1, turn: 2 }))
  model.apply(served({ request: '\x16\x03\x01\x00\xa5\x01', response: '\x16\x03\x03', cookie: 3, turn: 1 }))
  model.tick(2_000 * MS)
  assert.deepEqual(requests.map((r) => [r.protocol, r.line, r.status, r.requestBytes, r.responseBytes]), [
    ['tcp', ' ', 0, 14, 7], ['tcp', ' ', 0, 14, 5], ['tls', ' ', 0, 6, 3],
  ])
  assert.deepEqual(lost(), {})
})

test('a protocol is found later, if a connection was joined in the middle of something', () => {
  const { model, requests } = watched()
  model.apply(served({ request: 'rest of an upload', response: 'x', turn: 5 }))
  model.apply(served({ request: get('/'), response: ok(), turn: 6 }))
  assert.deepEqual(requests.map((r) => r.protocol), ['tcp', 'http'])
})

test('drain lets go of everything', () => {
  const { model, requests } = watched({ bare: true })
  model.apply(served({ request: get('/1'), response: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', cookie: 1 }))
  model.apply(served({ request: get('/2') + get('/3'), response: '', responseBytes: 1, cookie: 3 }))
  assert.equal(requests.length, 0)
  model.drain(1_100 * MS)
  assert.deepEqual(requests.map((r) => r.line).sort(), ['GET /1', 'GET /2', 'GET /3'])
})

test('a continuation of a connection nobody knows is nothing', () => {
  const { model, requests, lost } = watched()
  model.apply(continuation({ cookie: 99, turn: 1, responseBytes: 5, atMs: 1_000 }))
  model.apply(anew({ cookie: 99, turn: 1, before: 5, response: ok(), atMs: 1_000 }))
  assert.deepEqual([requests.length, lost()], [0, {}])
})
