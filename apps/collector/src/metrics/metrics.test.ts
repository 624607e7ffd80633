import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CGROUP_USAGE, CONNECTIONS, DEVICE_USAGE, HOST_USAGE, MEASUREMENTS, REQUESTS, SERVICE_USAGE, type HealthReport } from '@sonde/shared/signal'
import { Losses } from '../health/losses.ts'
import { ExponentialDistribution, LIMITS, Metrics, RequestRows, type MetricsOptions } from './index.ts'
import { batchOf } from './test-batches.ts'

const AT_S = 1_795_000_000
const AT_NS = BigInt(AT_S) * 1_000_000_000n

function open(options: Partial<MetricsOptions> = {}) {
  const drops: [string, string, number][] = []
  const metrics = new Metrics({ losses: new Losses(), exponential: false, exemplars: false, onDrop: (...drop) => drops.push(drop), ...options })
  return { metrics, drops }
}

/** `name service attributes` → value; a histogram as count and sum. */
function told(metrics: Metrics, prefix: string, atSeconds = AT_S): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const metric of metrics.metrics(atSeconds)) {
    if (!metric.descriptor.name.startsWith(prefix)) continue
    for (const service of metric.services()) {
      for (const { attributes, value } of metric.points(service)) {
        const key = [metric.descriptor.name, service, ...Object.values(attributes)].filter((word) => word !== '').join(' ')
        assert.ok(!(key in all), `told twice: ${key}`)
        all[key] = typeof value === 'number' ? value : [value.count, value.sum]
      }
    }
  }
  return all
}

test('services: CPU time adds up, memory is the last said, and is forgotten when nobody says it any more', () => {
  const { metrics } = open()
  const usage = (seconds: number, cpuNs: number, residentBytes: number) => batchOf(SERVICE_USAGE, [{ service: 'shop', time: AT_NS + BigInt(seconds) * 1_000_000_000n, cpuNs, residentBytes, processCount: 2 }])
  metrics.accept(usage(0, 1_500_000_000, 1000))
  metrics.accept(usage(5, 500_000_000, 900))
  assert.deepEqual(told(metrics, 'process.'), { 'process.cpu.time shop': 2, 'process.memory.usage shop': 900 })
  assert.deepEqual(told(metrics, 'sonde.service'), { 'sonde.service.processes shop': 2 })
  assert.deepEqual(told(metrics, 'process.', AT_S + 400), { 'process.cpu.time shop': 2 })
  metrics.clearCounters()
  metrics.accept(usage(410, 250_000_000, 800))
  assert.deepEqual(told(metrics, 'process.', AT_S + 411), { 'process.cpu.time shop': 0.25, 'process.memory.usage shop': 800 })
})

test('the host: CPU by mode, memory, swap, load, pressure', () => {
  const { metrics } = open()
  const second = {
    time: AT_NS, intervalNs: 1e9, userNs: 1e9, systemNs: 5e8, idleNs: 25e7, ioWaitNs: 125e6, interruptNs: 1e6, stealNs: 2e6, memoryTotalBytes: 1000, memoryAvailableBytes: 300, memoryCachedBytes: 200,
    swapTotalBytes: 50, swapUsedBytes: 20, memoryFullNs: 3e9, contextSwitches: 7, forks: 3, load1: 0.5, load5: 0.25, load15: 0.125, cpus: 2, runnable: 4, threads: 90,
  }
  metrics.accept(batchOf(HOST_USAGE, [second, second]))
  assert.deepEqual(told(metrics, 'system.'), {
    'system.cpu.time user': 2, 'system.cpu.time system': 1, 'system.cpu.time interrupt': 0.002, 'system.cpu.time steal': 0.004, 'system.cpu.time iowait': 0.25, 'system.cpu.time idle': 0.5,
    'system.cpu.load_average.1m': 0.5, 'system.cpu.load_average.5m': 0.25, 'system.cpu.load_average.15m': 0.125, 'system.memory.usage used': 700, 'system.memory.usage cached': 200,
    'system.memory.limit': 1000, 'system.memory.linux.available': 300, 'system.paging.usage used': 20, 'system.paging.usage free': 30, 'system.process.created': 6,
  })
  assert.deepEqual(told(metrics, 'sonde.host'), {
    'sonde.host.cpus': 2, 'sonde.host.pressure.time cpu some': 0, 'sonde.host.pressure.time memory some': 0, 'sonde.host.pressure.time memory full': 6, 'sonde.host.pressure.time io some': 0,
    'sonde.host.pressure.time io full': 0, 'sonde.host.context_switches': 14, 'sonde.host.threads all': 90, 'sonde.host.threads runnable': 4,
  })
})

test('devices and control groups', () => {
  const { metrics } = open()
  const device = { readBytes: 10, writtenBytes: 20, reads: 1, writes: 2, busyNs: 5e8, waitNs: 25e7, errors: 3, drops: 4 }
  metrics.accept(batchOf(DEVICE_USAGE, [{ device: 'disk', name: 'vda', ...device }, { device: 'network', name: 'eth0', ...device }, { device: 'network', name: 'eth0', ...device }]))
  assert.deepEqual(told(metrics, 'system.'), {
    'system.disk.io vda read': 10, 'system.disk.io vda write': 20, 'system.disk.operations vda read': 1, 'system.disk.operations vda write': 2, 'system.disk.io_time vda': 0.5, 'system.disk.operation_time vda': 0.25,
    'system.network.io eth0 receive': 20, 'system.network.io eth0 transmit': 40, 'system.network.packet.count eth0 receive': 2, 'system.network.packet.count eth0 transmit': 4,
    'system.network.errors eth0': 6, 'system.network.packet.dropped eth0': 8,
  })
  metrics.accept(batchOf(CGROUP_USAGE, [{ cgroup: '/a', time: AT_NS, cpuNs: 2e9, throttledNs: 1e9, memoryBytes: -1, memoryLimitBytes: -1, oomKills: 1 }, { cgroup: '/b', time: AT_NS, memoryBytes: 5, memoryLimitBytes: 6, ioSomeNs: 1e9 }]))
  assert.deepEqual(told(metrics, 'sonde.cgroup'), {
    'sonde.cgroup.cpu.time /a': 2, 'sonde.cgroup.cpu.time /b': 0, 'sonde.cgroup.throttled.time /a': 1, 'sonde.cgroup.throttled.time /b': 0, 'sonde.cgroup.memory.usage /b': 5, 'sonde.cgroup.memory.limit /b': 6,
    'sonde.cgroup.oom_kills /a': 1, 'sonde.cgroup.oom_kills /b': 0, 'sonde.cgroup.pressure.time /a cpu': 0, 'sonde.cgroup.pressure.time /a memory': 0, 'sonde.cgroup.pressure.time /a io': 0,
    'sonde.cgroup.pressure.time /b cpu': 0, 'sonde.cgroup.pressure.time /b memory': 0, 'sonde.cgroup.pressure.time /b io': 1,
  })
})

test('TCP: totals of rows become counts, each byte once, under the name a connection gets', () => {
  const { metrics } = open()
  const client = { id: 1, service: 'web', role: 1, state: 'established', connectNs: 250_000_000 }
  const server = { id: 2, role: 0, state: 'established', connectNs: -1 }
  metrics.accept(batchOf(CONNECTIONS, [
    client, server, { ...client, bytesSent: 100, bytesReceived: 10, retransmits: 1 },
    { ...server, bytesReceived: 40 }, { ...server, service: 'shop', bytesReceived: 100, bytesSent: 10 },
    { id: 3, service: 'old', role: 0, state: 'established', connectNs: -1, bytesSent: 5000 }, // found when the probe started
    { id: 3, service: 'old', role: 0, state: 'established', connectNs: -1, bytesSent: 5001 },
    { id: 4, service: 'web', role: 1, state: 'failed', failure: 'refused', connectNs: -1 },
    { id: 5, service: 'web', role: 1, state: 'closed', failure: 'reset', connectNs: 500_000_000, bytesSent: 7 },
  ]))
  const counts = {
    'sonde.tcp.connections.opened web client': 2, 'sonde.tcp.connections.opened shop server': 1, 'sonde.tcp.connections.opened old server': 1,
    'sonde.tcp.connections.failed web refused': 1, 'sonde.tcp.connections.failed web reset': 1,
    'sonde.tcp.io web transmit': 107, 'sonde.tcp.io web receive': 10, 'sonde.tcp.io shop transmit': 10, 'sonde.tcp.io shop receive': 100, 'sonde.tcp.io old transmit': 1, 'sonde.tcp.io old receive': 0,
    'sonde.tcp.retransmits web': 1, 'sonde.tcp.retransmits shop': 0, 'sonde.tcp.retransmits old': 0, 'sonde.tcp.connect.duration web': [2, 0.75],
  }
  const live = { 'sonde.tcp.connections.live web': 1, 'sonde.tcp.connections.live shop': 1, 'sonde.tcp.connections.live old': 1 }
  assert.deepEqual(told(metrics, 'sonde.tcp'), { ...counts, ...live })
  metrics.clearCounters()
  metrics.accept(batchOf(CONNECTIONS, [{ ...client, state: 'closed', bytesSent: 130, bytesReceived: 10, retransmits: 4 }]))
  assert.deepEqual(told(metrics, 'sonde.tcp'), {
    'sonde.tcp.connections.live shop': 1, 'sonde.tcp.connections.live old': 1, 'sonde.tcp.io web transmit': 30, 'sonde.tcp.io web receive': 0, 'sonde.tcp.retransmits web': 3,
  })
})

test('TCP: slots are used again, and a connection too many is counted', () => {
  const { metrics, drops } = open()
  const rows = (from: number, count: number, state: string) => batchOf(CONNECTIONS, Array.from({ length: count }, (_, i) => ({ id: from + i, service: 'web', state, connectNs: -1, bytesSent: state === 'closed' ? 3 : 0 })))
  for (let i = 0; i < 8; i++) metrics.accept(rows(i * 8192, 8192, 'established'))
  metrics.accept(rows(1_000_000, 5, 'established'))
  assert.deepEqual(drops, Array.from({ length: 5 }, () => ['too many connections', 'tcp metrics', 1]))
  for (let i = 0; i < 8; i++) metrics.accept(rows(i * 8192, 8192, 'closed'))
  metrics.accept(rows(2_000_000, 10, 'established'))
  metrics.accept(rows(2_000_000, 10, 'closed'))
  assert.equal(drops.length, 5)
  assert.deepEqual(told(metrics, 'sonde.tcp.io'), { 'sonde.tcp.io web transmit': 3 * (65_536 + 10), 'sonde.tcp.io web receive': 0 })
  assert.deepEqual(told(metrics, 'sonde.tcp.connections.live'), {})
})

test('measured by the kernel: summed over processes, never scaled, with the time that was listened', () => {
  const { metrics } = open()
  metrics.accept(batchOf(MEASUREMENTS, [
    { what: 'syscall', intervalNs: 10e9, observedNs: 1e9 },
    // Buckets 16 and 17 begin at 1024 and 1088 ns, 47 ends at 4096.
    { what: 'syscall', pid: 7, service: 'shop', name: 'read', count: 4, untimed: 1, errorCount: 2, sumNs: 5000, histogram: '15:1 16:1 47:1', errors: 'EAGAIN:1 EINTR:1' },
    { what: 'syscall', pid: 8, service: 'shop', name: 'read', count: 1, sumNs: 70_000_000_000, histogram: '447:1' },
    { what: 'run_queue', intervalNs: 1e9, observedNs: 1e9 },
    { what: 'run_queue', pid: 7, service: 'shop', count: 1, sumNs: 100, histogram: '1:1' },
    { what: 'run_queue', name: 'cpu0', count: 1, sumNs: 100, histogram: '1:1' },
    { what: 'block_io', pid: 7, service: 'shop', name: 'vda', operation: 'write', count: 1, sumNs: 1e6, histogram: '200:1' },
    { what: 'block_io', name: 'vda', operation: 'flush', count: 1, sumNs: 1e6, histogram: '200:1' },
  ]))
  const { 'sonde.syscall.duration shop read': syscalls, ...rest } = told(metrics, 'sonde.')
  assert.deepEqual(syscalls, [4, 70.000005])
  assert.deepEqual(rest, {
    'sonde.syscall.errors shop read EAGAIN': 1, 'sonde.syscall.errors shop read EINTR': 1, 'sonde.run_queue.duration shop': [1, 1e-7],
    'sonde.block_io.duration shop vda write': [1, 0.001], 'sonde.block_io.duration vda flush': [1, 0.001],
    'sonde.measurement.listened.time syscall': 1, 'sonde.measurement.elapsed.time syscall': 10, 'sonde.measurement.listened.time run_queue': 1, 'sonde.measurement.elapsed.time run_queue': 1,
  })
  const [duration] = [...metrics.metrics(AT_S)].filter(({ descriptor }) => descriptor.name === 'sonde.syscall.duration')
  const { value } = [...duration!.points('shop')][0]!
  assert.deepEqual([...(value as { counts: Float64Array }).counts], [1, 2, ...new Array<number>(12).fill(0), 1])
})

test('Sonde’s own: cost, probes, losses as they stand when asked', () => {
  const losses = new Losses()
  const { metrics } = open({ losses })
  assert.deepEqual(told(metrics, 'sonde.'), {})
  const report = {
    probes: [{ name: 'exchange', state: 'attached', records: 9, lost: 1, nsPerRun: 500, runs: 3, cpuShare: 0.25, ringFill: 0.5 }, { name: 'dns', state: 'off', records: 0, lost: 0, nsPerRun: null, runs: null, cpuShare: null, ringFill: 0 }],
    exporters: [{ name: 'hub', state: 'connected', sent: 5, dropped: 0, queued: 2, lastError: null }], problems: [{ what: 'x', detail: '', fix: '' }], bounds: { connections: [3, 10] },
    cost: { cpuCores: 0.125, memoryBytes: 100, memoryCeilingBytes: 200, addedNsPerRequest: 1500, web: { cpuCores: 0.5, memoryBytes: 300 } },
  } as unknown as HealthReport
  metrics.report(report)
  losses.count('probe.exchange', 'ring buffer full', 'requests', 4)
  assert.deepEqual(told(metrics, 'sonde.'), {
    'sonde.collector.cpu.usage': 0.125, 'sonde.collector.memory.usage': 100, 'sonde.collector.memory.ceiling': 200, 'sonde.web.cpu.usage': 0.5, 'sonde.web.memory.usage': 300, 'sonde.request.added.time': 0.0000015, 'sonde.problems': 1,
    'sonde.losses probe.exchange ring buffer full requests': 4, 'sonde.bound.size connections': 3, 'sonde.bound.limit connections': 10,
    'sonde.probe.attached exchange': 1, 'sonde.probe.attached dns': 0, 'sonde.probe.records exchange': 9, 'sonde.probe.records dns': 0, 'sonde.probe.lost exchange': 1, 'sonde.probe.lost dns': 0,
    'sonde.probe.run.duration exchange': 5e-7, 'sonde.probe.runs exchange': 3, 'sonde.probe.cpu.usage exchange': 0.25, 'sonde.probe.listened exchange': 1, 'sonde.probe.listened dns': 0,
    'sonde.probe.ring.fill exchange': 0.5, 'sonde.probe.ring.fill dns': 0,
    'sonde.exporter.sent hub': 5, 'sonde.exporter.dropped hub': 0, 'sonde.exporter.queued hub': 2, 'sonde.exporter.connected hub': 1,
  })
})

test('more services than the limit: the rest are in one series of nobody’s, all are in some', () => {
  const { metrics, drops } = open()
  const rows = Array.from({ length: LIMITS.services + 500 }, (_, i) => ({ method: 'GET', service: `s${i}`, status: 200, attributes: '{"url.scheme":"http"}' }))
  metrics.addRequests(new RequestRows(batchOf(REQUESTS, rows)))
  const counts = Object.entries(told(metrics, 'http.server'))
  assert.equal(counts.length, LIMITS.services + 1)
  assert.deepEqual(counts.at(-1), ['http.server.request.duration true', [500, 0]])
  assert.deepEqual(drops, [['too many attribute sets', 'metric attributes', 500]])
})

test('requests that differ in anything that matters are told apart, within a batch and across', () => {
  const { metrics } = open()
  const base = { method: 'GET', service: 'a', status: 200, durationNs: 1_000_000_000, attributes: '{"url.scheme":"http"}' }
  const other = [{}, {}, { method: 'POST' }, { service: 'b' }, { service: '' }, { status: 500, error: 1 }, { status: 0, flags: 4 }, { attributes: '{"url.scheme":"https"}' }, { method: 'BREW' }, { method: 'STEEP' }]
  const batch = batchOf(REQUESTS, [...other.map((cells) => ({ ...base, ...cells })), { ...base, role: 1, remoteAddress: '10.0.0.1', remotePort: 1 }, { ...base, role: 1, remoteAddress: '10.0.0.1', remotePort: 2 }])
  for (let i = 0; i < 2; i++) metrics.addRequests(new RequestRows(batch))
  const name = 'http.server.request.duration'
  assert.deepEqual(told(metrics, 'http.'), {
    [`${name} a GET http 200`]: [4, 4], [`${name} a POST http 200`]: [2, 2], [`${name} a GET http 500 500`]: [2, 2], [`${name} a GET http no_response`]: [2, 2], [`${name} a GET https 200`]: [2, 2],
    [`${name} a _OTHER http 200`]: [4, 4], [`${name} b GET http 200`]: [2, 2], [`${name} unknown_service GET http 200`]: [2, 2],
    'http.client.request.duration a GET http 200 10.0.0.1 1': [2, 2], 'http.client.request.duration a GET http 200 10.0.0.1 2': [2, 2],
  })
})

test('exponential: every value lies in its bucket, however far apart they are', () => {
  const values = [1, 1, 1.0000001, 0.001, 5e-9, 3600, 0.25, 0.3, 0.30001, 1e-6, 0]
  const whole = new ExponentialDistribution()
  for (const value of values) whole.record(value)
  assert.deepEqual([whole.count, whole.zeroCount, whole.min, whole.max], [11, 1, 0, 3600])
  assert.ok(whole.counts.length <= 160, `${whole.counts.length} buckets`)
  const base = 2 ** (2 ** -whole.scale)
  whole.counts.forEach((count, i) => {
    const [lower, upper] = [base ** (whole.offset + i), base ** (whole.offset + i + 1)]
    assert.equal(count, values.filter((value) => value > lower && value <= upper).length, `(${lower}, ${upper}]`)
  })
  const one = new ExponentialDistribution()
  one.record(0.125)
  one.record(0.125)
  assert.deepEqual([one.scale, one.offset, one.counts], [20, -3 * 2 ** 20 - 1, [2]])
})
