import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { CONNECTIONS, HOST_USAGE, MEASUREMENTS, SERVICE_USAGE, type HealthReport, type TableBatch } from '@sonde/shared/signal'
import { Losses } from '../../health/losses.ts'
import { batchOf } from '../../metrics/test-batches.ts'
import type { Exporter } from '../exporter.ts'
import { freePort } from '../test-port.ts'
import { openOtlp } from './index.ts'
import { TestReceiver } from './test-receiver.ts'
import { GET, requestBatch } from './test-requests.ts'

const NOW_NS = BigInt(Date.now()) * 1_000_000n

/** What a failed test leaves open would keep this process alive. */
const opened: { close(): Promise<void> }[] = []
after(() => Promise.all(opened.map((one) => one.close())))

async function open(environment: Record<string, string> = {}): Promise<{ exporter: Exporter; losses: Losses; receiver: TestReceiver }> {
  const receiver = new TestReceiver()
  const port = await freePort()
  await receiver.listenHttp(port)
  const losses = new Losses()
  const context = { host: { id: 'host-1', name: 'box', kernel: '6.1' }, version: '0.1.0', dataDirectory: '/nonexistent', losses, snapshot: () => undefined, onControl: () => undefined, onAttention: () => undefined }
  const exporter = openOtlp({ endpoint: `http://127.0.0.1:${port}`, metricsIntervalMs: 3_600_000 }, context, { OTEL_TRACES_EXPORTER: 'none', ...environment })!
  opened.push(exporter, receiver)
  return { exporter, losses, receiver }
}

/** The official exporter reads `process.env` itself. */
function withDeltas(t: TestContext): void {
  process.env.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE = 'delta'
  t.after(() => delete process.env.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE)
}

const USAGE = batchOf(SERVICE_USAGE, [{ service: 'shop', time: NOW_NS, cpuNs: 1_500_000_000, residentBytes: 4096, processCount: 3 }])
const BATCHES: readonly TableBatch[] = [
  USAGE,
  batchOf(HOST_USAGE, [{ time: NOW_NS, userNs: 2e9, memoryTotalBytes: 1000, memoryAvailableBytes: 400, load1: 0.5, cpus: 2 }]),
  batchOf(CONNECTIONS, [{ id: 1, service: 'shop', role: 1, state: 'closed', connectNs: 1e6, bytesSent: 77, retransmits: 2 }]),
  batchOf(MEASUREMENTS, [{ what: 'syscall', pid: 7, service: 'shop', name: 'read', count: 2, sumNs: 3000, histogram: '16:2' }]),
]
const REPORT = {
  probes: [], exporters: [], problems: [], bounds: {}, cost: { cpuCores: 0.25, memoryBytes: 5, memoryCeilingBytes: 10, addedNsPerRequest: null },
} as unknown as HealthReport

/** `service metric attributes` → value, unit and what kind of sum. */
function told({ numbers }: TestReceiver): Record<string, unknown> {
  return Object.fromEntries(numbers.map(({ service, metric, attributes, value, unit, temporality, isMonotonic }) => [
    [service, metric, ...Object.values(attributes)].join(' '), [value, unit, temporality === 0 ? 'gauge' : isMonotonic ? 'sum' : 'updown'],
  ]))
}

test('process, host, TCP and Sonde’s own, as the service they are of', async () => {
  const { exporter, losses, receiver } = await open()
  for (const batch of BATCHES) exporter.accept(batch)
  losses.count('model.x', 'evicted', 'requests', 3)
  exporter.report!(REPORT)
  await exporter.flush(30_000)
  const all = told(receiver)
  const expected = {
    'shop process.cpu.time': [1.5, 's', 'sum'], 'shop process.memory.usage': [4096, 'By', 'updown'], 'shop sonde.service.processes': [3, '{process}', 'updown'],
    'shop sonde.tcp.io transmit': [77, 'By', 'sum'], 'shop sonde.tcp.retransmits': [2, '{segment}', 'sum'], 'shop sonde.tcp.connections.opened client': [1, '{connection}', 'sum'],
    'sonde system.cpu.time user': [2, 's', 'sum'], 'sonde system.memory.usage used': [600, 'By', 'updown'], 'sonde system.cpu.load_average.1m': [0.5, '{thread}', 'gauge'],
    'sonde sonde.collector.cpu.usage': [0.25, '{cpu}', 'gauge'], 'sonde sonde.losses model.x evicted requests': [3, '{loss}', 'sum'],
  }
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(all[name], value, name)
  const { count, sum, bounds, buckets } = receiver.points.find(({ metric }) => metric === 'sonde.syscall.duration')!
  assert.deepEqual([count, sum, bounds.length, buckets.slice(0, 3)], [2n, 3e-6, 14, [0n, 2n, 0n]])
})

test('delta: sums begin anew with each export, how things stand and totals kept elsewhere do not', async (t) => {
  withDeltas(t)
  const { exporter, losses, receiver } = await open()
  losses.count('model.x', 'evicted', 'requests', 3)
  for (let i = 0; i < 2; i++) {
    exporter.accept(USAGE)
    exporter.report!(REPORT)
    await exporter.flush(30_000)
  }
  const of = (name: string) => receiver.numbers.filter(({ metric }) => metric === name).map(({ value, temporality }) => [value, temporality])
  assert.deepEqual(of('process.cpu.time'), [[1.5, 1], [1.5, 1]])
  assert.deepEqual(of('process.memory.usage'), [[4096, 2], [4096, 2]])
  assert.deepEqual(of('sonde.losses'), [[3, 2], [3, 2]])
  const starts = (name: string) => new Set(receiver.numbers.filter(({ metric }) => metric === name).map(({ start }) => start)).size
  assert.deepEqual([starts('sonde.losses'), starts('process.memory.usage')], [1, 1])
})

test('exponential by the standard variable: 1000 durations, each in the bucket it belongs to', async () => {
  const { exporter, receiver } = await open({ OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram' })
  const durations = Array.from({ length: 1000 }, (_, i) => Math.round(1000 * 1.02 ** i))
  exporter.accept(requestBatch([{ ...GET, durationNs: 0 }, ...durations.map((durationNs) => ({ ...GET, durationNs }))]))
  await exporter.flush(30_000)
  assert.equal(receiver.points.filter(({ metric }) => metric.startsWith('http.')).length, 0)
  assert.equal(receiver.exponentials.length, 1)
  const { metric, attributes, count, zeroCount, sum, scale, offset, buckets } = receiver.exponentials[0]!
  assert.equal(metric, 'http.server.request.duration')
  assert.equal(attributes['http.response.status_code'], 200)
  assert.deepEqual([count, zeroCount, buckets.reduce((total, one) => total + one, 0n)], [1001n, 1n, 1000n])
  const exact = durations.reduce((total, ns) => total + ns / 1e9, 0)
  assert.ok(Math.abs(sum - exact) < exact * 1e-12)
  assert.ok(buckets.length <= 160 && buckets.length > 80, `${buckets.length} buckets`)
  const base = 2 ** (2 ** -scale)
  buckets.forEach((one, i) => {
    const [lower, upper] = [base ** (offset + i), base ** (offset + i + 1)]
    assert.equal(Number(one), durations.filter((ns) => ns / 1e9 > lower && ns / 1e9 <= upper).length, `(${lower}, ${upper}]`)
  })
})
