import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RESPONSE } from '../protocol.ts'
import { http1 } from './index.ts'
import { readOne, readTurn, turnOf, type TurnText } from './turn-fixture.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
const one = (text: TurnText, role: 'server' | 'client' = 'server') => readOne(http1.open, text, role)
const attributes = (text: TurnText, role: 'server' | 'client' = 'server') => JSON.parse(one(text, role).attributes.text) as Record<string, unknown>

const requestLines: [name: string, head: string, method: string, target: string, path: string, more: Record<string, unknown>][] = [
  ['origin form', 'GET /a/b?c=1 HTTP/1.1\r\nHost: example.org\r\n\r\n', 'GET', '/a/b?c=1', '/a/b', { 'server.address': 'example.org', 'network.protocol.version': '1.1' }],
  ['HTTP/1.0, no fields', 'HEAD / HTTP/1.0\r\n\r\n', 'HEAD', '/', '/', { 'url.scheme': 'http', 'network.protocol.version': '1.0' }],
  ['absolute form goes before Host', 'GET http://a.example:81/x?y HTTP/1.1\r\nHost: b.example\r\n\r\n', 'GET', 'http://a.example:81/x?y', '/x', { 'server.address': 'a.example', 'server.port': 81 }],
  ['absolute form, https, no path', 'GET HTTPS://user:pw@a.example?q HTTP/1.1\r\n\r\n', 'GET', 'HTTPS://user:pw@a.example?q', '/', { 'url.scheme': 'https', 'server.address': 'a.example' }],
  ['authority form', 'CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n', 'CONNECT', 'db.example:5432', '', { 'server.address': 'db.example', 'server.port': 5432 }],
  ['asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 'OPTIONS', '*', '*', { 'server.address': 'a' }],
  ['unknown method', 'PROPFIND /dav HTTP/1.1\r\n\r\n', '_OTHER', '/dav', '/dav', { 'http.request.method_original': 'PROPFIND' }],
  ['methods are case-sensitive', 'get / HTTP/1.1\r\n\r\n', '_OTHER', '/', '/', { 'http.request.method_original': 'get' }],
  ['IPv6 host', 'GET / HTTP/1.1\r\nhOsT:\t [::1]:8080 \r\n\r\n', 'GET', '/', '/', { 'server.address': '::1', 'server.port': 8080 }],
  ['empty lines first, bare LF', '\r\n\n\r\nGET /lf HTTP/1.1\nHost: a\nUser-Agent:  curl/8 \n\n', 'GET', '/lf', '/lf', { 'server.address': 'a', 'user_agent.original': 'curl/8' }],
  ['a field without a colon, obs-fold, an empty name', 'GET / HTTP/1.1\r\nnonsense\r\n: x\r\n folded: y\r\nHost: h\r\n\r\n', 'GET', '/', '/', { 'server.address': 'h' }],
  ['spaces in the target', 'GET /a b c HTTP/1.1\r\n\r\n', 'GET', '/a b c', '/a b c', {}],
  ['more spaces than one', 'GET   /a HTTP/1.1\r\n\r\n', 'GET', '/a', '/a', {}],
  ['fragment', 'GET /a#b?c HTTP/1.1\r\n\r\n', 'GET', '/a#b?c', '/a', {}],
  ['bytes stay as they are', 'GET /\x00\x1b[31m\xff"<b> HTTP/1.1\r\n\r\n', 'GET', '/\x00\x1b[31m\xff"<b>', '/\x00\x1b[31m\xff"<b>', {}],
  ['only the first Host counts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nX-Host: c\r\n\r\n', 'GET', '/', '/', { 'server.address': 'a' }],
]

for (const [name, head, method, target, path, more] of requestLines) {
  test(`request: ${name}`, () => {
    const message = one({ request: head, response: OK })
    assert.deepEqual([message.method.text, message.target.text, message.path.text], [method, target, path])
    const found = JSON.parse(message.attributes.text) as Record<string, unknown>
    for (const [key, value] of Object.entries(more)) assert.deepEqual(found[key], value, key)
  })
}

test('attributes are these and no others', () => {
  assert.deepEqual(attributes({ request: 'GET /a HTTP/1.1\r\nHost: shop:81\r\nUser-Agent: curl/7.88\r\nCookie: secret=1\r\n\r\n', response: OK }), {
    'url.scheme': 'http', 'network.protocol.version': '1.1', 'server.address': 'shop', 'server.port': 81, 'user_agent.original': 'curl/7.88',
  })
})

test('what is kept is bounded', () => {
  const long = 'x'.repeat(400)
  const message = one({ request: `GET /${'t'.repeat(4_000)} HTTP/1.1\r\nHost: ${long}\r\nUser-Agent: ${long}\r\n\r\n`, requestPrefix: 8_192, response: OK })
  assert.equal(message.target.text.length, 1_024)
  const found = JSON.parse(message.attributes.text) as Record<string, string>
  assert.equal(found['user_agent.original']!.length, 256)
  assert.equal(found['server.address']!.length, 256)
})

const errors: [status: number, server: boolean, client: boolean][] = [[200, false, false], [304, false, false], [399, false, false], [400, false, true], [404, false, true], [499, false, true], [500, true, true], [503, true, true], [599, true, true]]
for (const [status, server, client] of errors) {
  test(`error rule: ${status}`, () => {
    const text = { request: 'GET / HTTP/1.1\r\n\r\n', response: `HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n` }
    assert.equal(one(text, 'server').error, server)
    assert.equal(one(text, 'client').error, client)
    assert.equal(one(text).status, status)
    assert.equal(attributes(text, 'client')['error.type'], client ? String(status) : undefined)
  })
}

const POST = 'POST /p HTTP/1.1\r\nContent-Length: 5\r\n\r\n'
const ends: [name: string, request: string, response: string, bytes: number | undefined, state: keyof typeof RESPONSE][] = [
  ['content-length reached', 'GET / HTTP/1.1\r\n\r\n', OK, undefined, 'complete'],
  ['one byte short', 'GET / HTTP/1.1\r\n\r\n', OK.slice(0, -1), undefined, 'open'],
  ['beyond the prefix, complete', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n', 42 + 10_000, 'complete'],
  ['beyond the prefix, short', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n', 42 + 9_999, 'open'],
  ['equal lengths in a list', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nhi', undefined, 'complete'],
  ['HEAD has no body', 'HEAD / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n', undefined, 'complete'],
  ['204 has no body', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n', undefined, 'complete'],
  ['304 has no body', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', undefined, 'complete'],
  ['until the connection closes', 'GET / HTTP/1.0\r\n\r\n', 'HTTP/1.0 200 OK\r\n\r\nsome', undefined, 'open'],
  ['chunked, whole', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;ext=1\r\nhi\r\n0\r\n\r\n', undefined, 'complete'],
  ['chunked, trailer', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n0\r\nX: y\r\n\r\n', undefined, 'complete'],
  ['chunked, end missing', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n', undefined, 'open'],
  ['chunked, within a chunk', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhi', undefined, 'open'],
  ['chunked, last chunk beyond the prefix', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n', 53 + 0x1000 + 2 + 5, 'complete'],
  ['chunked, more beyond the prefix', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n', 90_000, 'unknown'],
  ['chunked, not chunks', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n', undefined, 'unknown'],
  ['head longer than the prefix', 'GET / HTTP/1.1\r\n\r\n', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(300)}\r\n\r\n`, undefined, 'unknown'],
  ['… with a length that can’t be there yet', 'GET / HTTP/1.1\r\n\r\n', `HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nX: ${'x'.repeat(300)}\r\n\r\n`, undefined, 'open'],
  ['head alone, not ended', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Le', undefined, 'open'],
  ['status line alone, cut', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 20', undefined, 'none'],
  ['interim', POST, 'HTTP/1.1 100 Continue\r\n\r\n', undefined, 'interim'],
  ['early hints, then the answer', 'GET / HTTP/1.1\r\n\r\n', `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${OK}`, undefined, 'complete'],
]
for (const [name, request, response, responseBytes, state] of ends) {
  test(`response: ${name}`, () => {
    const message = one({ request, response, responseBytes })
    assert.equal(message.response, RESPONSE[state])
    assert.equal(message.responseBytes, responseBytes ?? response.length)
  })
}

const traceparents: [value: string, parent: [number, number] | undefined][] = [
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', [0x00f067aa, 0x0ba902b7]],
  ['cc-4bf92f3577b34da6a3ce929d0e0e4736-f0f067aa0ba902b7-01-what-the-future-will-be-like', [0xf0f067aa, 0x0ba902b7]],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', undefined],
  ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', undefined],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', undefined],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', undefined],
  ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', undefined],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0', undefined],
  ['', undefined],
]
for (const [value, parent] of traceparents) {
  test(`traceparent: ${value}`, () => {
    const message = one({ request: `GET / HTTP/1.1\r\nTraceParent: ${value}\r\n\r\n`, response: OK })
    assert.equal(message.traced, parent !== undefined)
    if (!parent) return
    assert.deepEqual(message.traceId, [0x4bf92f35, 0x77b34da6, 0xa3ce929d, 0x0e0e4736])
    assert.deepEqual(message.parentId, parent)
  })
}

const detections: [name: string, request: string, response: string, confidence: number][] = [
  ['a request', 'GET / HTTP/1.1\r\n\r\n', '', 2],
  ['an answer to what wasn’t captured', '', 'HTTP/1.1 200 OK\r\n', 2],
  ['an answer to garbage', '\x00\x01', 'HTTP/1.1 400 Bad', 2],
  ['a request line that is cut', 'GET /a/long/pa', '', 1],
  ['the same, answered by something else', 'GET /a/long/pa', '+OK\r\n', 0],
  ['HTTP/0.9', 'GET /\r\n', '<html>', 0],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '', 0],
  ['Redis', '*2\r\n$3\r\nGET\r\n$1\r\na\r\n', '$1\r\nb\r\n', 0],
  ['an inline command', 'GET a\r\n', '$1\r\nb\r\n', 0],
  ['SIP', 'INVITE sip:a SIP/2.0\r\n\r\n', '', 0],
  ['RTSP', 'OPTIONS * RTSP/1.0\r\n\r\n', '', 0],
  ['TLS', '\x16\x03\x01\x02\x00\x01', '\x16\x03\x03', 0],
  ['nothing', '', '', 0],
]
for (const [name, request, response, confidence] of detections) {
  test(`detect: ${name}`, () => {
    const turn = turnOf({ request, response })
    assert.equal(http1.detect(turn.bytes, turn.requestAt, turn.requestPrefixEnd, turn.responseAt, turn.responsePrefixEnd), confidence)
  })
}

test('undecoded: bytes that aren’t HTTP on a connection that is', () => {
  for (const request of ['\x00\x01\x02', 'GET /\r\n', 'hello world\r\n\r\n', 'G'.repeat(2_000), 'GET   HTTP/1.1\r\n\r\n', '']) {
    assert.deepEqual(readTurn(http1.open('server'), { request, response: OK, requestBytes: Math.max(1, request.length) }), ['undecoded'], request)
  }
})
