import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { emptyResource } from '@opentelemetry/resources'
import { REQUEST_FLAG } from '@sonde/shared/signal'
import { RequestIds } from '../../model/ids.ts'
import { RequestRows, type RequestBatch } from '../../metrics/index.ts'
import { clientSpanId, hexOf } from './span-id.ts'
import { requestSpan, scopeOf } from './span.ts'
import { GET, requestBatch, type RequestCells } from './test-requests.ts'
import { fullUrl, redactQuery } from './url.ts'

function spanOf(cells: RequestCells) {
  const rows = new RequestRows(requestBatch([{ ...GET, ...cells }]) as RequestBatch)
  assert.deepEqual(rows.httpRows(), [0])
  return requestSpan(rows, 0, emptyResource(), scopeOf('1.2.3'))
}

test('a server span is the row, to the nanosecond', () => {
  const span = spanOf({})
  assert.equal(span.name, 'GET')
  assert.equal(span.kind, SpanKind.SERVER)
  assert.deepEqual(span.startTime, [1_795_000_000, 123_456_789])
  assert.deepEqual(span.endTime, [1_795_000_000, 124_691_356])
  assert.deepEqual(span.spanContext(), { traceId: '0102030405060708090a0b0c0d0e0f10', spanId: '1111222233334444', traceFlags: 1 })
  assert.equal(span.parentSpanContext, undefined)
  assert.deepEqual(span.status, { code: SpanStatusCode.UNSET })
  assert.deepEqual(span.attributes, {
    'http.request.method': 'GET', 'http.response.status_code': 200, 'url.scheme': 'http', 'url.path': '/items', 'url.query': 'id=1',
    'server.address': 'shop.example', 'server.port': 8080, 'client.address': '127.0.0.1', 'client.port': 40000,
    'network.peer.address': '127.0.0.1', 'network.peer.port': 40000, 'network.protocol.version': '1.1', 'user_agent.original': 'curl/8',
    'process.pid': 42, 'thread.id': 43, 'sonde.queue.duration': 0.000001,
  })
  assert.deepEqual(span.instrumentationScope, { name: 'sonde', version: '1.2.3', schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' })
})

test('a client span has url.full and no path or query of its own', () => {
  const span = spanOf({ role: 1, flags: REQUEST_FLAG.peerNamed, remotePort: 8080, localPort: 40000, peer: 'shop-backend', template: '/items' })
  assert.equal(span.kind, SpanKind.CLIENT)
  assert.deepEqual(span.attributes, {
    'http.request.method': 'GET', 'http.response.status_code': 200, 'url.scheme': 'http', 'url.full': 'http://shop.example:8080/items?id=1',
    'server.address': 'shop.example', 'server.port': 8080, 'network.peer.address': '127.0.0.1', 'network.peer.port': 8080,
    'network.protocol.version': '1.1', 'user_agent.original': 'curl/8', 'service.peer.name': 'shop-backend',
    'process.pid': 42, 'thread.id': 43, 'sonde.url.template': '/items',
  })
})

test('seconds carry, however the nanoseconds fall', () => {
  const span = spanOf({ startTime: 1_795_000_000_999_999_999n, durationNs: 1 })
  assert.deepEqual(span.endTime, [1_795_000_001, 0])
  assert.deepEqual(spanOf({ startTime: 1_795_000_000_000_000_001n, durationNs: 3_599_999_999_999 }).endTime, [1_795_003_600, 0])
})

const STATUSES: [string, RequestCells, SpanStatusCode, string | undefined][] = [
  ['server 404', { status: 404 }, SpanStatusCode.UNSET, undefined],
  ['server 500', { status: 500, error: 1 }, SpanStatusCode.ERROR, '500'],
  ['client 404', { role: 1, status: 404, error: 1 }, SpanStatusCode.ERROR, '404'],
  ['client 503', { role: 1, status: 503, error: 1 }, SpanStatusCode.ERROR, '503'],
  ['unanswered', { status: 0, flags: REQUEST_FLAG.unanswered, durationNs: -1, firstByteNs: -1 }, SpanStatusCode.ERROR, 'no_response'],
  ['with its own error.type', { role: 1, status: 0, error: 1, attributes: '{"url.scheme":"http","error.type":"ECONNRESET"}' }, SpanStatusCode.ERROR, 'ECONNRESET'],
]
for (const [what, cells, code, errorType] of STATUSES) {
  test(`status: ${what}`, () => {
    const span = spanOf(cells)
    assert.equal(span.status.code, code)
    assert.equal(span.attributes['error.type'], errorType)
    assert.equal(span.attributes['http.response.status_code'], cells.status === 0 ? undefined : cells.status)
  })
}

test('an unanswered request ends with the last that was seen of it', () => {
  assert.deepEqual(spanOf({ durationNs: -1, firstByteNs: -1, requestEndNs: 2_000, readNs: 1_000 }).duration, [0, 2_000])
})

test('a method nobody knows is _OTHER, its span HTTP', () => {
  const span = spanOf({ method: '_OTHER', attributes: '{"url.scheme":"http","http.request.method_original":"BREW"}' })
  assert.equal(span.name, 'HTTP')
  assert.equal(span.attributes['http.request.method'], '_OTHER')
  assert.equal(span.attributes['http.request.method_original'], 'BREW')
})

test('parents: the client\'s end if it is watched, else who wrote traceparent, else none', () => {
  const ids = new RequestIds()
  ids.make(0xdeadbeef, 0x12345678, 0x9abcdef0, 1)
  const pairKey = (BigInt(ids.pairHigh) << 32n) | BigInt(ids.pairLow)
  const traced = { flags: REQUEST_FLAG.traceparent, parentSpanId: 0xabcdn }
  const both = { ...traced, flags: REQUEST_FLAG.traceparent | REQUEST_FLAG.peerWatched, pairKey }
  assert.equal(spanOf(both).parentSpanContext!.spanId, hexOf(ids.high, ids.low))
  assert.equal(spanOf(traced).parentSpanContext!.spanId, '000000000000abcd')
  assert.equal(spanOf({ ...both, role: 1 }).parentSpanContext!.spanId, '000000000000abcd')
  assert.equal(spanOf({ pairKey }).parentSpanContext, undefined)
})

test('a client\'s span id follows from the pair key as the model makes it', () => {
  const ids = new RequestIds()
  for (let i = 0; i < 20_000; i++) {
    ids.make(Math.imul(i, 0x9e3779b1) >>> 0, Math.imul(i, 0x85ebca6b) >>> 0, Math.imul(i, 0xc2b2ae35) >>> 0, 1)
    assert.equal(clientSpanId(ids.pairHigh, ids.pairLow), hexOf(ids.high, ids.low))
  }
})

test('rows that are no HTTP make no spans', () => {
  const rows = new RequestRows(requestBatch([
    { ...GET, method: '', attributes: '' },
    { ...GET, method: 'SELECT', attributes: '{"db.system.name":"postgresql"}' },
    { ...GET, method: 'GET', attributes: 'not JSON' },
    { ...GET, method: 'GET', attributes: '[1]' },
    GET,
  ]) as RequestBatch)
  assert.deepEqual(rows.httpRows(), [4])
})

test('attributes of hostile shapes are left out', () => {
  const span = spanOf({ attributes: '{"url.scheme":"http","a":null,"b":{"c":1},"d":[1],"e":true}' })
  assert.equal('a' in span.attributes || 'b' in span.attributes || 'd' in span.attributes, false)
  assert.equal(span.attributes.e, true)
})

const URLS: [string, [string, string, number, string], string][] = [
  ['origin form', ['http', 'a.example', 80, '/x?y=1'], 'http://a.example/x?y=1'],
  ['another port', ['https', 'a.example', 8443, '/'], 'https://a.example:8443/'],
  ['IPv6', ['http', '::1', 8080, '/'], 'http://[::1]:8080/'],
  ['absolute form', ['http', 'proxy', 3128, 'http://b.example/z'], 'http://b.example/z'],
  ['credentials', ['http', 'proxy', 3128, 'http://me:secret@b.example/z@q'], 'http://REDACTED:REDACTED@b.example/z@q'],
  ['a signature', ['https', 's3', 443, '/o?AWSAccessKeyId=AK&Signature=abc%2F&x=1'], 'https://s3/o?AWSAccessKeyId=REDACTED&Signature=REDACTED&x=1'],
  ['asterisk form', ['http', 'a', 80, '*'], ''],
  ['authority form', ['http', 'a', 80, 'b.example:443'], ''],
]
for (const [what, args, url] of URLS) test(`url.full: ${what}`, () => assert.equal(fullUrl(...args), url))

test('a query beginning with a signature is redacted, another name that ends alike is not', () => {
  assert.equal(redactQuery('sig=abc&design=1'), 'sig=REDACTED&design=1')
})
