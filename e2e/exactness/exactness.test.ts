/**
 * Exactly so many requests as were sent, at both ends, through the kernel, the collector, the store and OTLP: counts,
 * methods, paths, statuses, pairs and latencies against what the client itself knows.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TestReceiver, type ReceivedSpan } from '../../apps/collector/src/exporters/otlp/test-receiver.ts'
import { startSonde, type RunningSonde } from '../running/sonde.ts'
import { until } from '../running/until.ts'
import { startApache } from '../workloads/apache.ts'
import { sendExactly, type ExactResult } from '../workloads/exact-client.ts'
import { startGo } from '../workloads/go.ts'
import { startNginxProxy, startNginxStatic } from '../workloads/nginx.ts'
import { startNode } from '../workloads/node.ts'
import { startGunicorn, startPython } from '../workloads/python.ts'
import type { Workload } from '../workloads/workload.ts'
import { loads, REQUESTS } from './loads.ts'

const SPAN_SERVER = 2
const SPAN_CLIENT = 3
const LATENCY_TRIES = 6
const PORTS = { sonde: 28663, otlp: 28318, static: 28080, proxy: 28081, apache: 28082, node: 28083, python: 28084, gunicorn: 28085, go: 28086 }

interface Total {
  readonly total: number
}

let sonde: RunningSonde
const receiver = new TestReceiver()
const servers: Workload[] = []

before(async () => {
  await receiver.listenHttp(PORTS.otlp)
  servers.push(
    await startNginxStatic(PORTS.static),
    await startApache(PORTS.apache),
    await startNode(PORTS.node),
    await startPython(PORTS.python),
    await startGunicorn(PORTS.gunicorn),
    await startGo(PORTS.go),
    await startNginxProxy(PORTS.proxy, { '/': `http://127.0.0.1:${PORTS.node}` }),
  )
  sonde = await startSonde({
    port: PORTS.sonde,
    // Counts of the kernel's histograms are proved beside their probes.
    environment: { SONDE_PROBES_OFF: 'syscall_latency,run_queue_latency,block_io', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${PORTS.otlp}`, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
  })
})

after(async () => {
  await sonde?.stop()
  await receiver.close()
  for (const server of servers.toReversed()) await server.stop()
})

/** Sends everything to one server and returns what the client counted, with the time it began. */
async function sendAll(port: number, takesBodies: boolean): Promise<{ from: string; results: ExactResult[] }> {
  const from = new Date().toISOString()
  const results: ExactResult[] = []
  for (const load of loads(port, takesBodies)) {
    const result = await sendExactly(load)
    assert.equal(result.failed, 0, `${load.name}: ${result.error}`)
    assert.equal(result.wrongBodies, 0)
    results.push(result)
  }
  assert.equal(results.reduce((sum, one) => sum + one.answered, 0), REQUESTS)
  return { from, results }
}

/** How often each (method, path, status) was answered; the path without its query, and `*` for a number. */
function expected(results: readonly ExactResult[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { method, path, status, count } of results.flatMap((one) => one.counts)) {
    const key = `${method} ${path.replace(/\?.*/, '').replace('%d', '*')} ${status}`
    counts.set(key, (counts.get(key) ?? 0) + count)
  }
  return counts
}

async function total(query: Record<string, string>): Promise<number> {
  const answer = await sonde.get<Total>(`requests?${new URLSearchParams({ limit: '1', to: 'now', ...query })}`)
  return answer.total
}

/** What Sonde calls the server on a port. */
async function serviceOn(port: number): Promise<string> {
  const { pid } = servers.find((server) => server.port === port)!
  const { processes } = await sonde.get<{ processes: { pid: number; service: string }[] }>('processes?limit=10000')
  const service = processes.find((one) => one.pid === pid)?.service
  assert.ok(service, `process ${pid} has no service`)
  return service
}

/** Counts in the API of one role, of the server on `port`. */
async function checkCounts(role: 'server' | 'client', port: number, from: string, wanted: Map<string, number>): Promise<void> {
  const name = await serviceOn(port)
  const where = { role, from, ...(role === 'server' ? { service: name } : { peer: name }) }
  const reached = await until(() => total(where), (count) => count >= REQUESTS)
  assert.equal(reached, REQUESTS, `${role} records`)
  for (const [key, count] of wanted) {
    const [method, path, status] = key.split(' ') as [string, string, string]
    assert.equal(await total({ ...where, method, path, status }), count, `${role} ${key}`)
  }
}

/** The spans of requests that went to `port`, of one kind. */
function spansTo(port: number, kind: number): ReceivedSpan[] {
  const side = kind === SPAN_SERVER ? 'network.local.port' : 'network.peer.port'
  return receiver.spans.filter((span) => span.kind === kind && Number(span.attributes[side] ?? span.attributes['server.port']) === port)
}

async function checkSpans(port: number, wanted: Map<string, number>): Promise<void> {
  await until(async () => spansTo(port, SPAN_SERVER).length + spansTo(port, SPAN_CLIENT).length, (count) => count >= 2 * REQUESTS)
  const servers = spansTo(port, SPAN_SERVER)
  const clients = spansTo(port, SPAN_CLIENT)
  assert.equal(servers.length, REQUESTS, 'server spans')
  assert.equal(clients.length, REQUESTS, 'client spans')
  const parents = new Map(clients.map((span) => [span.spanId, span]))
  assert.equal(parents.size, REQUESTS, 'span ids are unique')
  const orphans = servers.filter((span) => !parents.has(span.parentSpanId))
  assert.deepEqual(orphans.slice(0, 3), [], `${orphans.length} server spans without their client spans`)
  for (const span of servers) {
    const parent = parents.get(span.parentSpanId)!
    assert.equal(parent.traceId, span.traceId)
    assert.equal(parent.attributes['http.response.status_code'], span.attributes['http.response.status_code'])
    parents.delete(span.parentSpanId)
  }
  assert.equal(parents.size, 0, 'client spans without a server span')
  const counts = new Map<string, number>()
  for (const span of servers) {
    const path = String(span.attributes['url.path']).replace(/^\/item\/\d+$/, '/item/*')
    const key = `${span.attributes['http.request.method']} ${path} ${span.attributes['http.response.status_code']}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  assert.deepEqual(counts, wanted)
}

const percentile = (sorted: readonly number[], share: number) => sorted[Math.ceil(sorted.length * share) - 1]!

/** Where our client records differ from the client's own clock: p50 and p99 by more than max(100 µs, 2 %). */
function differences(spans: readonly ReceivedSpan[], { latencyNs }: ExactResult): string[] {
  const durations = spans.map((span) => Number(span.end - span.start)).toSorted((a, b) => a - b)
  const figures = [['p50', percentile(durations, 0.5)], ['p99', percentile(durations, 0.99)]] as const
  return figures
    .filter(([name, ours]) => Math.abs(ours - latencyNs[name]) > Math.max(100_000, latencyNs[name] * 0.02))
    .map(([name, ours]) => `${name} ${ours} ns, the client says ${latencyNs[name]} ns`)
}

/**
 * Each load's latencies. Where others want the processors too, the client may be set aside between reading its clock and
 * its system call, which nobody else can know of: a load that differs is sent again, and must agree in one of a few tries.
 */
async function checkLatencies(port: number, takesBodies: boolean, results: readonly ExactResult[]): Promise<void> {
  const all = spansTo(port, SPAN_CLIENT).toSorted((a, b) => (a.start < b.start ? -1 : 1))
  let at = 0
  for (const [index, load] of loads(port, takesBodies).entries()) {
    let result = results[index]!
    let spans = all.slice(at, (at += result.answered))
    const found: string[][] = []
    while (found.push(differences(spans, result)) && found.at(-1)!.length > 0) {
      assert.ok(found.length < LATENCY_TRIES, `${load.name}: ${found.map((one) => one.join(', ')).join('; ')}`)
      receiver.spans.length = 0
      result = await sendExactly(load)
      await until(async () => spansTo(port, SPAN_CLIENT).length, (count) => count >= load.requests)
      spans = spansTo(port, SPAN_CLIENT)
    }
  }
}

for (const [name, takesBodies] of [['static', false], ['apache', false], ['node', true], ['go', true], ['gunicorn', true], ['python', true]] as const) {
  test(`${name}: ${REQUESTS} requests are ${REQUESTS} exchanges at each end`, async () => {
    const port = PORTS[name]
    const { from, results } = await sendAll(port, takesBodies)
    const wanted = expected(results)
    await checkCounts('server', port, from, wanted)
    await checkCounts('client', port, from, wanted)
    await checkSpans(port, wanted)
    await checkLatencies(port, takesBodies, results)
    receiver.spans.length = 0
  })
}

test(`nginx as a proxy: ${REQUESTS} requests, four records each`, async () => {
  const { from, results } = await sendAll(PORTS.proxy, true)
  const wanted = expected(results)
  await checkCounts('server', PORTS.proxy, from, wanted)
  await checkCounts('client', PORTS.proxy, from, wanted)
  await checkCounts('server', PORTS.node, from, wanted)
  await checkCounts('client', PORTS.node, from, wanted)
})

/** Requests of other programs on this machine whose answer wasn't seen; those sent here have all been found by their status. */
async function withoutStatus(): Promise<number> {
  const { groups } = await sonde.get<{ groups: { key: { status: number | null }; points: { requestCount: number }[] }[] }>('requests/aggregate?by=status&from=now-1h')
  return groups.filter(({ key }) => !key.status).reduce((sum, { points }) => sum + points.reduce((count, point) => count + point.requestCount, 0), 0)
}

test('nothing was lost', async () => {
  const { losses } = await sonde.get<{ losses: { where: string; reason: string; count: number }[] }>('losses?from=now-1h')
  const [statuses, others] = [losses.filter(({ reason }) => reason === 'answer beyond the captured prefix'), losses.filter(({ reason }) => reason !== 'answer beyond the captured prefix')]
  assert.deepEqual(others, [])
  const lost = statuses.reduce((sum, { count }) => sum + count, 0)
  if (lost > 0) assert.ok(lost <= (await withoutStatus()), `${lost} statuses of requests that were sent here`)
})

test('Ctrl-C ends it in 5 s with nothing left behind', async () => {
  const began = Date.now()
  assert.equal(await sonde.stop(), 0)
  assert.ok(Date.now() - began < 5_000)
})
