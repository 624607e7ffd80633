import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { after, test } from 'node:test'
import { CONNECTIONS, REQUEST_FLAG } from '@sonde/shared/signal'
import { Losses } from '../../health/losses.ts'
import { batchOf } from '../../metrics/test-batches.ts'
import { exporterCases } from '../exporter.cases.ts'
import { ExporterConfigError } from '../exporter.ts'
import { GET, requestBatch, type RequestCells } from '../otlp/test-requests.ts'
import { openPrometheus, type PrometheusExporter } from './index.ts'
import { samples, scrape } from './test-scrape.ts'

const DURATION = 'http_server_request_duration_seconds'
const GRAPH = 'traces_service_graph_request'

/** What a failed test leaves open would keep this process alive. */
const opened: { close(): unknown }[] = []
after(() => Promise.all(opened.map((one) => one.close())))

function open(listen = '127.0.0.1:0'): { exporter: PrometheusExporter; losses: Losses } {
  const losses = new Losses()
  const context = { host: { id: 'host-1', name: 'box', kernel: '6.1' }, version: '0.1.0', dataDirectory: '/nonexistent', losses, snapshot: () => undefined, onControl: () => undefined, onAttention: () => undefined }
  const exporter = openPrometheus({ listen }, context)!
  opened.push(exporter)
  return { exporter, losses }
}

async function listening(): Promise<{ exporter: PrometheusExporter; losses: Losses; port: number }> {
  const one = open()
  await one.exporter.flush(30_000)
  return { ...one, port: one.exporter.port! }
}

/** Somebody else on a port. */
async function occupy(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  opened.push(server)
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

async function reaches(exporter: PrometheusExporter, state: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (exporter.health().state !== state && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
}

const lost = (losses: Losses) => [...losses.all()].map(({ reason, affects, count }) => [reason, affects, count])
const sum = (counts: Map<string, number>) => [...counts.values()].reduce((total, count) => total + count, 0)
const without = (text: string) => text.replaceAll(/job="[^"]*",instance="[0-9a-f-]{36}",/g, '')

let next = 0
/** Requests no two of which are alike: more of them than the limit have no series of their own. */
const unlike = (count: number) => requestBatch(Array.from({ length: count }, () => ({ ...GET, role: 1, attributes: `{"url.scheme":"http","server.address":"h${next++}"}` })))

exporterCases('prometheus', {
  tooMany: 4,
  batch: unlike,
  async open(destination) {
    const busy = destination === 'dead' ? await occupy() : undefined
    const { exporter, losses } = open(`127.0.0.1:${busy?.port ?? 0}`)
    let received = 0
    if (!busy) {
      // Flushed is what a scrape that follows has.
      const flush = exporter.flush.bind(exporter)
      exporter.flush = async (deadlineMs) => {
        await flush(deadlineMs)
        if (exporter.port !== undefined) received = sum(samples((await scrape(exporter.port)).text, 'http_client_request_duration_seconds_count'))
      }
    }
    return { exporter, losses, receivedRows: () => received, tearDown: async () => void busy?.server.close() }
  },
})

test('exact counts, sums and buckets, by service and whatever else matters', async () => {
  const { exporter, port } = await listening()
  const rows: RequestCells[] = []
  for (let i = 0; i < 900; i++) rows.push({ ...GET, durationNs: 4_000_000 })
  for (let i = 0; i < 90; i++) rows.push({ ...GET, durationNs: 30_000_000, status: 503, error: 1 })
  for (let i = 0; i < 10; i++) rows.push({ ...GET, service: 'cart', durationNs: 11_000_000_000 })
  for (let i = 0; i < 7; i++) exporter.accept(requestBatch(rows))
  const { status, type, text } = await scrape(port)
  assert.deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8'])
  const ok = 'service_name="shop",http_request_method="GET",url_scheme="http",http_response_status_code="200",network_protocol_version="1.1"'
  const failed = 'service_name="shop",http_request_method="GET",url_scheme="http",http_response_status_code="503",error_type="503",network_protocol_version="1.1"'
  const cart = ok.replace('shop', 'cart')
  assert.deepEqual([...samples(without(text), `${DURATION}_count`)], [[ok, 6300], [failed, 630], [cart, 70]])
  const sums = samples(without(text), `${DURATION}_sum`)
  for (const [labels, seconds] of [[ok, 25.2], [failed, 18.9], [cart, 770]] as const) assert.ok(Math.abs(sums.get(labels)! - seconds) < 1e-9, labels)
  const bucket = (labels: string, le: string) => samples(without(text), `${DURATION}_bucket`).get(`${labels},le="${le}"`)
  assert.deepEqual(['0.005', '10', '+Inf'].map((le) => bucket(ok, le)), [6300, 6300, 6300])
  assert.deepEqual(['0.005', '0.025', '0.05', '+Inf'].map((le) => bucket(failed, le)), [0, 0, 630, 630])
  assert.deepEqual(['10', '+Inf'].map((le) => bucket(cart, le)), [0, 70])
  assert.match(text, /^target_info\{job="shop",instance="[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",service_name="shop",host_name="box",host_id="host-1",telemetry_distro_name="sonde",telemetry_distro_version="0.1.0"\} 1$/m)
  assert.match(text, /^target_info\{host_name="box",/m)
})

test('the service graph counts a request once, at its client if that is watched', async () => {
  const { exporter, port } = await listening()
  const watched = { flags: REQUEST_FLAG.peerWatched | REQUEST_FLAG.peerNamed }
  const rows: RequestCells[] = [
    { ...GET, service: 'web', peer: 'shop', role: 1, ...watched, durationNs: 5e6 },
    { ...GET, service: 'shop', peer: 'web', role: 0, ...watched, durationNs: 4e6 },
    { ...GET, service: 'web', peer: 'shop', role: 1, ...watched, durationNs: 5e6, status: 500, error: 1 },
    { ...GET, service: 'shop', peer: 'web', role: 0, ...watched, durationNs: 4e6, status: 500, error: 1 },
    { ...GET, service: 'web', peer: '203.0.113.9', role: 0 },
    { ...GET, service: 'web', peer: '203.0.113.10', role: 0, status: 500, error: 1 },
    { ...GET, service: 'shop', peer: '198.51.100.7:443', role: 1 },
    { ...GET, service: '', peer: 'partner', role: 0, flags: REQUEST_FLAG.peerNamed },
    { ...GET, service: 'shop', peer: 'db', role: 1, method: '', attributes: '{"db.system.name":"postgresql"}' },
    { ...GET, service: 'shop', peer: 'cache', role: 1, method: '', attributes: '' }, // nobody read what it says
  ]
  exporter.accept(requestBatch(rows))
  const { text } = await scrape(port)
  const edge = (client: string, server: string, type = '') => `client="${client}",server="${server}",connection_type="${type}"`
  const all = [[edge('web', 'shop'), 2], [edge('user', 'web'), 2], [edge('shop', '198.51.100.7:443'), 1], [edge('partner', 'unknown_service'), 1], [edge('shop', 'db', 'database'), 1]] as const
  assert.deepEqual([...samples(text, `${GRAPH}_total`)], all)
  assert.deepEqual([...samples(text, `${GRAPH}_failed_total`)].map(([, count]) => count), [1, 1, 0, 0, 0])
  assert.deepEqual([...samples(text, `${GRAPH}_server_seconds_count`)], [[edge('web', 'shop'), 2], [edge('user', 'web'), 2], [edge('partner', 'unknown_service'), 1]])
  assert.deepEqual([...samples(text, `${GRAPH}_client_seconds_count`)], [[edge('web', 'shop'), 2], [edge('shop', '198.51.100.7:443'), 1], [edge('shop', 'db', 'database'), 1]])
  assert.equal(samples(text, `${GRAPH}_client_seconds_sum`).get(edge('web', 'shop')), 0.01)
})

test('OpenMetrics for who asks: exemplars with trace ids, and an end', async () => {
  const { exporter, port } = await listening()
  exporter.accept(requestBatch([{ ...GET, durationNs: 30_000_000 }]))
  const { type, text } = await scrape(port, { headers: { accept: 'application/openmetrics-text;version=1.0.0,*/*;q=0.1' } })
  assert.equal(type, 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  assert.ok(text.endsWith('\n# EOF\n'))
  assert.equal(text.match(/# EOF/g)!.length, 1)
  assert.deepEqual(text.split('\n').filter((line) => line.startsWith(DURATION) && line.includes(' # ')).map((line) => line.replace(/.*le=/, 'le=')), [
    'le="0.05"} 1 # {trace_id="0102030405060708090a0b0c0d0e0f10"} 0.03 1795000000.123',
  ])
})

test('hostile texts stay within their quotes, and two that would be told alike are one', async () => {
  const { exporter, port } = await listening()
  const evil = ['a"b', 'a\\', 'a\nb 1\nfake_metric 1', 'a{}# EOF', '\u0000\u001b[31m', '\ud800x', '\udfffx', 'é\u202e', `${'x'.repeat(256)}1`, `${'x'.repeat(256)}2`, '__proto__', 'constructor']
  for (const service of evil) exporter.accept(requestBatch([{ ...GET, service, attributes: JSON.stringify({ 'url.scheme': service, 'network.protocol.version': service, 'server.address': service }) }, { ...GET, service, peer: service, role: 1 }]))
  for (const accept of ['text/plain', 'application/openmetrics-text']) {
    const { text } = await scrape(port, { headers: { accept } })
    for (const line of text.split('\n')) assert.match(line, /^(|# (HELP|TYPE|UNIT) \w+ .*|# EOF|[a-z][a-z0-9_]*(\{(\w+="(\\["\\n]|[^"\\\n])*",?)*\})? \S+( # \{trace_id="[0-9a-f]{32}"\} \S+ \S+)?)$/)
    assert.doesNotMatch(text, /^fake_metric/m)
    assert.equal(sum(samples(text, `${DURATION}_count`)), evil.length)
    assert.equal(sum(samples(text, `${GRAPH}_total`)), 2 * evil.length)
    assert.equal(samples(text, `${DURATION}_count`).size, evil.length - 2)
  }
})

test('attribute sets without end: one overflow series a service has the rest, which is counted; others have theirs', async () => {
  const { exporter, losses, port } = await listening()
  for (let i = 0; i < 10; i++) exporter.accept(unlike(1000))
  exporter.accept(requestBatch([{ ...GET, service: 'calm', role: 1 }]))
  const counts = samples(without((await scrape(port)).text), 'http_client_request_duration_seconds_count')
  assert.equal(counts.size, 2001)
  assert.equal(sum(counts), 10_001)
  assert.equal(counts.get('service_name="shop",otel_metric_overflow="true"'), 10_000 - 1999)
  assert.deepEqual(lost(losses), [['too many attribute sets', 'metric attributes', 8001]])
  assert.equal(exporter.health().dropped, 8001)
})

test('only this machine’s own names are served, only /metrics, only by GET', async () => {
  const { port } = await listening()
  const status = async (headers: Record<string, string>, path = '/metrics', method = 'GET') => (await scrape(port, { headers, path, method })).status
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) assert.equal(await status({ host }), 200, host)
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`, `127.0.0.1:${port}.evil.example`, ' ']) assert.equal(await status({ host }), 421, host)
  assert.deepEqual([await status({}, '/'), await status({}, '/metrics/../x'), await status({}, '/metrics?x=1'), await status({}, '/metrics', 'POST'), await status({}, '/metrics', 'HEAD')], [404, 404, 200, 405, 200])
})

test('a port in use is a problem that is told, and the address is taken when it is free', async () => {
  const { server, port } = await occupy()
  const { exporter, losses } = open(`127.0.0.1:${port}`)
  exporter.accept(requestBatch([GET]))
  await reaches(exporter, 'failing')
  await exporter.flush(1e9)
  const { state, lastError, queued, sent } = exporter.health()
  assert.deepEqual({ state, lastError, queued, sent }, { state: 'failing', lastError: `127.0.0.1:${port}: another process listens there`, queued: 1, sent: 0 })
  assert.equal(exporter.problems().length, 1)
  server.close()
  await reaches(exporter, 'connected')
  assert.deepEqual([exporter.problems(), exporter.health().state, exporter.health().sent], [[], 'connected', 1])
  assert.equal(sum(samples((await scrape(port)).text, `${DURATION}_count`)), 1)
  assert.deepEqual(lost(losses), [])
})

test('a reader that goes away in the middle, and one that never reads, hold up nobody', async () => {
  const { exporter, port } = await listening()
  for (let i = 0; i < 2; i++) exporter.accept(unlike(1000)) // a few megabytes: more than sockets hold
  const rude = connect(port, '127.0.0.1')
  opened.push({ close: () => rude.destroy() })
  await once(rude, 'connect')
  rude.write(`GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
  await once(rude, 'readable')
  rude.destroy()
  const lengths = await Promise.all(Array.from({ length: 4 }, async () => (await scrape(port)).text.length))
  assert.ok(lengths.every((length) => length === lengths[0] && length > 1e6), lengths.join(' '))
})

test('scrapes while rows come and go have each series once', async () => {
  const { exporter, port } = await listening()
  const feeding = new AbortController()
  const feed = (async () => {
    for (let i = 0; !feeding.signal.aborted; i++) {
      exporter.accept(unlike(20))
      exporter.accept(batchOf(CONNECTIONS, [{ id: i, service: `s${i % 50}`, state: 'established', connectNs: -1 }, { id: i - 30, service: `s${i % 50}`, state: 'closed', connectNs: -1 }]))
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  for (let i = 0; i < 5; i++) {
    const texts = await Promise.all([scrape(port), scrape(port)])
    for (const { text } of texts) for (const name of ['http_client_request_duration_seconds_count', 'sonde_tcp_connections_live', 'sonde_tcp_io_bytes_total']) samples(text, name)
  }
  feeding.abort()
  await feed
})

test('what is no address is refused with a sentence; without configuration there is no exporter', () => {
  for (const listen of ['nonsense', '127.0.0.1', '127.0.0.1:99999', ':7664']) assert.throws(() => open(listen), ExporterConfigError, listen)
  assert.equal(openPrometheus(undefined, undefined as never), undefined)
})
