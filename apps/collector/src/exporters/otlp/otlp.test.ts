import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Losses } from '../../health/losses.ts'
import { exporterCases } from '../exporter.cases.ts'
import type { Exporter } from '../exporter.ts'
import { freePort } from '../test-port.ts'
import { openOtlp, type OtlpConfig } from './index.ts'
import { partialSuccess, TestReceiver, type Answer } from './test-receiver.ts'
import { GET, requestBatch, type RequestCells } from './test-requests.ts'

const OK: Answer = undefined

/** What a failed test leaves open would keep this process alive. */
const opened: { close(): Promise<void> }[] = []
after(() => Promise.all(opened.map((one) => one.close())))

function newReceiver(): TestReceiver {
  const receiver = new TestReceiver()
  opened.push(receiver)
  return receiver
}

function open(config: OtlpConfig | undefined, environment: Record<string, string> = {}): { exporter: Exporter | undefined; losses: Losses } {
  const losses = new Losses()
  const context = { host: { id: 'host-1', name: 'box', kernel: '6.1' }, version: '0.1.0', dataDirectory: '/nonexistent', losses, snapshot: () => undefined, onControl: () => undefined, onAttention: () => undefined }
  // Metrics only when a test flushes, however slow the machine is.
  const exporter = openOtlp(config && { metricsIntervalMs: 3_600_000, ...config }, context, environment)
  if (exporter) opened.push(exporter)
  return { exporter, losses }
}

/** The official exporters read `process.env` themselves. */
function withEnvironment(t: TestContext, variables: Record<string, string>): void {
  Object.assign(process.env, variables)
  t.after(() => Object.keys(variables).forEach((name) => delete process.env[name]))
}

let next = 1n
const many = (count: number, cells: RequestCells = {}) => requestBatch(Array.from({ length: count }, () => ({ ...GET, ...cells, id: next++ })))
const lost = (losses: Losses) => [...losses.all()].map(({ reason, affects, count }) => [reason, affects, count])

interface Transport {
  readonly name: string
  readonly protocol: 'http/protobuf' | 'grpc'
  listen(receiver: TestReceiver, port: number): Promise<void>
}
const TRANSPORTS: Transport[] = [
  { name: 'HTTP/protobuf', protocol: 'http/protobuf', listen: (receiver, port) => receiver.listenHttp(port) },
  { name: 'gRPC', protocol: 'grpc', listen: (receiver, port) => receiver.listenGrpc(port) },
]

for (const { name, protocol, listen } of TRANSPORTS) {
  exporterCases(`otlp over ${name}`, {
    tooMany: 8,
    batch: many,
    async open(destination) {
      const receiver = newReceiver()
      const at = await freePort()
      if (destination === 'alive') await listen(receiver, at)
      const { exporter, losses } = open({ endpoint: `http://127.0.0.1:${at}`, protocol, queueRows: 5000 })
      return { exporter: exporter!, losses, receivedRows: () => receiver.spans.length, tearDown: () => receiver.close() }
    },
  })

  test(`20,000 spans over ${name}: each once, times exact, one resource a service`, async () => {
    const receiver = newReceiver()
    const port = await freePort()
    await listen(receiver, port)
    const { exporter, losses } = open({ endpoint: `http://127.0.0.1:${port}`, protocol })
    const first = next
    for (let i = 0; i < 20; i++) {
      const rows = Array.from({ length: 1000 }, () => ({ ...GET, id: next, startTime: 1_795_000_000_000_000_000n + next * 1_000_003n, durationNs: next * 7n, service: next % 2n === 0n ? 'shop' : 'cart', role: Number(next++ % 2n) }))
      exporter!.accept(requestBatch(rows))
    }
    await exporter!.flush(30_000)
    assert.equal(receiver.spans.length, 20_000)
    assert.equal(new Set(receiver.spans.map((span) => span.spanId)).size, 20_000)
    for (const span of receiver.spans) {
      const id = BigInt(`0x${span.spanId}`)
      assert.ok(id >= first && id < next)
      assert.equal(span.start, 1_795_000_000_000_000_000n + id * 1_000_003n)
      assert.equal(span.end - span.start, id * 7n)
      assert.equal(span.kind, id % 2n === 0n ? 2 : 3)
      assert.equal(span.resource['service.name'], id % 2n === 0n ? 'shop' : 'cart')
    }
    assert.deepEqual(lost(losses), [])
    const { resource, resourceSchemaUrl, scope, scopeSchemaUrl } = receiver.spans.find((span) => span.resource['service.name'] === 'shop')!
    assert.match(String(resource['service.instance.id']), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.match(String(resource['telemetry.sdk.version']), /^3\./)
    assert.deepEqual({ ...resource, 'service.instance.id': '', 'telemetry.sdk.version': '' }, {
      'service.name': 'shop', 'service.instance.id': '', 'host.name': 'box', 'host.id': 'host-1', 'telemetry.distro.name': 'sonde', 'telemetry.distro.version': '0.1.0',
      'telemetry.sdk.language': 'nodejs', 'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.version': '',
    })
    assert.deepEqual({ resourceSchemaUrl, scope, scopeSchemaUrl }, { resourceSchemaUrl: 'https://opentelemetry.io/schemas/1.44.0', scope: 'sonde', scopeSchemaUrl: 'https://opentelemetry.io/schemas/1.44.0' })
    assert.equal(receiver.points.reduce((sum, point) => sum + point.count, 0n), 20_000n)
    await exporter!.close()
    await receiver.close()
  })

  test(`partial success over ${name} counts what was rejected`, async (t) => {
    const receiver = newReceiver()
    receiver.answer = () => ({ body: partialSuccess(3, 'too old') })
    const port = await freePort()
    await listen(receiver, port)
    withEnvironment(t, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${port}${protocol === 'grpc' ? '' : '/v1/traces'}`, OTEL_EXPORTER_OTLP_PROTOCOL: protocol })
    const { exporter, losses } = open({}, process.env as Record<string, string>)
    exporter!.accept(many(10))
    await exporter!.flush(10_000)
    const { sent, dropped, queued, lastError } = exporter!.health()
    assert.deepEqual({ sent, dropped, queued, lastError }, { sent: 7, dropped: 3, queued: 0, lastError: 'the receiver rejected 3 spans: too old' })
    assert.deepEqual(lost(losses), [['refused by the receiver', 'spans', 3]])
    await exporter!.close()
    await receiver.close()
  })

  test(`a receiver over ${name} that comes up later gets all of it`, async () => {
    const receiver = newReceiver()
    const port = await freePort()
    const { exporter, losses } = open({ endpoint: `http://127.0.0.1:${port}`, protocol })
    exporter!.accept(many(1500))
    await exporter!.flush(700)
    assert.equal(exporter!.health().queued, 1500)
    await listen(receiver, port)
    await exporter!.flush(30_000)
    assert.equal(receiver.spans.length, 1500)
    assert.deepEqual(lost(losses), [])
    await exporter!.close()
    await receiver.close()
  })
}

const REFUSALS: [string, Transport, Answer][] = [
  ['HTTP 400', TRANSPORTS[0]!, { status: 400 }],
  ['HTTP 413', TRANSPORTS[0]!, { status: 413 }],
  ['gRPC INVALID_ARGUMENT', TRANSPORTS[1]!, { grpcCode: 3 }],
  ['gRPC UNAUTHENTICATED', TRANSPORTS[1]!, { grpcCode: 16 }],
]
for (const [what, { protocol, listen }, answer] of REFUSALS) {
  test(`${what}: dropped, counted, not offered again`, async () => {
    const receiver = newReceiver()
    receiver.answer = () => answer
    const port = await freePort()
    await listen(receiver, port)
    const { exporter, losses } = open({ endpoint: `http://127.0.0.1:${port}`, protocol }, { OTEL_METRICS_EXPORTER: 'none' })
    exporter!.accept(many(10))
    await exporter!.flush(10_000)
    assert.equal(receiver.exports, 1)
    assert.equal(exporter!.health().state, 'failing')
    assert.deepEqual(lost(losses), [['refused by the receiver', 'spans', 10]])
    await exporter!.close()
    await receiver.close()
  })
}

const RETRIES: [string, Transport, Answer][] = [
  ['HTTP 503 with Retry-After', TRANSPORTS[0]!, { status: 503, headers: { 'retry-after': '1' } }],
  ['HTTP 503 with a Retry-After beyond the timeout', TRANSPORTS[0]!, { status: 503, headers: { 'retry-after': '2' } }],
  ['HTTP 429', TRANSPORTS[0]!, { status: 429 }],
  ['gRPC UNAVAILABLE', TRANSPORTS[1]!, { grpcCode: 14 }],
]
for (const [what, { protocol, listen }, answer] of RETRIES) {
  test(`${what}: offered again, arrives once`, async (t) => {
    withEnvironment(t, { OTEL_EXPORTER_OTLP_TIMEOUT: '1500' })
    const receiver = newReceiver()
    const times: number[] = []
    receiver.answer = (n) => {
      times.push(performance.now())
      return n === 1 ? answer : OK
    }
    const port = await freePort()
    await listen(receiver, port)
    const { exporter, losses } = open({ endpoint: `http://127.0.0.1:${port}`, protocol }, { OTEL_METRICS_EXPORTER: 'none' })
    exporter!.accept(many(10))
    await exporter!.flush(30_000)
    assert.equal(receiver.spans.length, 10)
    assert.equal(receiver.exports, 2)
    const after = Number(answer!.headers?.['retry-after'] ?? 0) * 1000
    assert.ok(times[1]! - times[0]! >= after * 0.99, 'sooner than the receiver allowed')
    assert.deepEqual(lost(losses), [])
    await exporter!.close()
    await receiver.close()
  })
}

for (const preference of ['cumulative', 'delta']) {
  test(`metrics, ${preference}: bounds, buckets and attributes by the convention`, async (t) => {
    withEnvironment(t, { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: preference })
    const receiver = newReceiver()
    const port = await freePort()
    await receiver.listenHttp(port)
    const { exporter } = open({ endpoint: `http://127.0.0.1:${port}` }, { OTEL_TRACES_EXPORTER: 'none' })
    exporter!.accept(many(3, { durationNs: 5_000_000 }))
    exporter!.accept(many(2, { durationNs: 5_000_001 }))
    exporter!.accept(many(1, { durationNs: 60_000_000_000, status: 500, error: 1, role: 1, remotePort: 8080 }))
    await exporter!.flush(10_000)
    exporter!.accept(many(1, { durationNs: 80_000_000 }))
    await exporter!.flush(10_000)
    const server = receiver.points.filter((point) => point.metric === 'http.server.request.duration')
    const client = receiver.points.filter((point) => point.metric === 'http.client.request.duration')
    assert.deepEqual(server.map((point) => point.count), preference === 'delta' ? [5n, 1n] : [5n, 6n])
    assert.deepEqual(client.map((point) => point.count), preference === 'delta' ? [1n] : [1n, 1n])
    assert.deepEqual(server[0]!.bounds, [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10])
    assert.deepEqual(server[0]!.buckets, [3n, 2n, ...new Array<bigint>(13).fill(0n)])
    assert.deepEqual(client[0]!.buckets, [...new Array<bigint>(14).fill(0n), 1n])
    assert.ok(Math.abs(server[0]!.sum - 0.025000002) < 1e-12)
    assert.equal(server[0]!.unit, 's')
    assert.equal(server[0]!.temporality, preference === 'delta' ? 1 : 2)
    assert.deepEqual(server[0]!.attributes, { 'http.request.method': 'GET', 'url.scheme': 'http', 'http.response.status_code': 200, 'network.protocol.version': '1.1' })
    assert.deepEqual(client[0]!.attributes, {
      'http.request.method': 'GET', 'url.scheme': 'http', 'http.response.status_code': 500, 'error.type': '500', 'network.protocol.version': '1.1',
      'server.address': 'shop.example', 'server.port': 8080,
    })
    assert.equal(server[1]!.start, preference === 'delta' ? server[0]!.end : server[0]!.start)
    await exporter!.close()
    await receiver.close()
  })
}

test('more attribute sets than the limit: one overflow series, every request in some series, counted', async () => {
  const receiver = newReceiver()
  const port = await freePort()
  await receiver.listenHttp(port)
  const { exporter, losses } = open({ endpoint: `http://127.0.0.1:${port}` }, { OTEL_TRACES_EXPORTER: 'none' })
  const rows = Array.from({ length: 2500 }, (_, i) => ({ ...GET, role: 1, attributes: `{"url.scheme":"http","server.address":"h${i}"}` }))
  exporter!.accept(requestBatch(rows))
  await exporter!.flush(10_000)
  assert.equal(receiver.points.length, 2000)
  const overflow = receiver.points.filter((point) => point.attributes['otel.metric.overflow'] === true)
  assert.deepEqual(overflow.map((point) => [point.attributes, point.count]), [[{ 'otel.metric.overflow': true }, 501n]])
  assert.deepEqual(lost(losses), [['too many attribute sets', 'metric attributes', 501]])
  await exporter!.close()
  await receiver.close()
})

test('delta metrics survive a receiver that was away, and what is never delivered is counted', async (t) => {
  withEnvironment(t, { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' })
  const receiver = newReceiver()
  let up = false
  receiver.answer = () => (up ? OK : { status: 503, headers: { 'retry-after': '600' } })
  const port = await freePort()
  await receiver.listenHttp(port)
  const { exporter, losses } = open({ endpoint: `http://127.0.0.1:${port}` }, { OTEL_TRACES_EXPORTER: 'none' })
  for (let i = 0; i < 3; i++) {
    exporter!.accept(many(10))
    await exporter!.flush(10_000)
  }
  up = true
  await exporter!.flush(10_000)
  assert.deepEqual(receiver.points.map((point) => point.count), [10n, 10n, 10n])
  up = false
  exporter!.accept(many(4))
  await exporter!.flush(10_000)
  await exporter!.close()
  assert.deepEqual(lost(losses), [['not delivered', 'metrics', 4]])
  await receiver.close()
})

test('without an endpoint there is no exporter; other switches switch it off; nonsense is a sentence', () => {
  const endpoint = 'http://127.0.0.1:9'
  assert.equal(open({}).exporter, undefined)
  assert.equal(open(undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).exporter, undefined)
  assert.equal(open({}, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).exporter, undefined)
  assert.equal(open({ endpoint }, { OTEL_SDK_DISABLED: 'true' }).exporter, undefined)
  assert.equal(open({ endpoint }, { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }).exporter, undefined)
  assert.throws(() => open({ endpoint: 'not an address' }), /"not an address" is no address/)
  assert.throws(() => open({ endpoint }, { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }), /protocol "http\/json" is not spoken here/)
})

test('headers of the configuration are sent, tables other than requests are not', async () => {
  const receiver = newReceiver()
  const port = await freePort()
  await receiver.listenHttp(port)
  const { exporter } = open({ endpoint: `http://127.0.0.1:${port}/`, headers: { authorization: 'Bearer x' } })
  exporter!.accept(many(1, { method: '', attributes: '' }))
  await exporter!.flush(1000)
  await sleep(20)
  assert.equal(receiver.exports, 0)
  exporter!.accept(many(1))
  await exporter!.flush(10_000)
  assert.equal(receiver.spans.length, 1)
  assert.equal(receiver.headers[0]!.authorization, 'Bearer x')
  await exporter!.close()
  await receiver.close()
})
