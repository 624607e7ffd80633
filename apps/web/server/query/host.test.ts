import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketOf } from '@sonde/shared/signal'
import { formatInstant } from '@sonde/shared/units'
import { batchOf, SECOND, T0 } from '../store/rows.cases.ts'
import { startWeb } from '../web.cases.ts'

/** Ten seconds of two CPUs: half a core in user space; 4 GB of 10 in use. */
const usage = (second: number) => ({
  time: T0 + BigInt(second) * SECOND, intervalNs: 1e9, userNs: 4e8, systemNs: 1e8, idleNs: 15e8, memoryTotalBytes: 10e9, memoryAvailableBytes: 6e9, memoryCachedBytes: 1e9,
  ioSomeNs: second === 3 ? 5e8 : 0, load1: 0.5, cpus: 2, runnable: 1, threads: 90,
})
const device = (second: number, cells: object) => ({ time: T0 + BigInt(second) * SECOND, intervalNs: 1e9, ...cells })
const range = (from: number, to: number) => `from=${formatInstant(T0 + BigInt(from) * SECOND)}&to=${formatInstant(T0 + BigInt(to) * SECOND)}`

test('bands and figures of a host: a device that is quiet is at 0, where the host was not read is a gap', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  await collector.store(batchOf('host_usage', [1, 2, 3, 4, 5].map(usage)))
  await collector.store(batchOf('device_usage', [
    device(3, { device: 'disk', name: 'vda', writtenBytes: 5_000_000, writes: 10, busyNs: 1e8, waitNs: 2e7 }),
    device(2, { device: 'network', name: 'eth0', readBytes: 1000, writtenBytes: 4000, reads: 1, writes: 4, drops: 2 }),
    device(2, { device: 'network', name: 'lo', readBytes: 9000, writtenBytes: 9000 }),
  ]))
  await collector.store(batchOf('measurements', [
    { time: T0 + 3n * SECOND, intervalNs: 1e9, observedNs: 1e9, what: 'run_queue', name: 'cpu0', count: 100, histogram: `${bucketOf(10_000)}:96 ${bucketOf(1_000_000)}:4` },
    { time: T0 + 3n * SECOND, intervalNs: 1e9, observedNs: 1e9, what: 'run_queue', service: 'shop', pid: 4, name: '', count: 100, histogram: `${bucketOf(10_000)}:96 ${bucketOf(1_000_000)}:4` },
  ]))
  const { hosts, times } = (await web.get(`host?${range(0, 8)}&step=1s`)).body as unknown as { times: string[]; hosts: { cpu: { user: unknown }; disks: Record<string, unknown>[]; interfaces: Record<string, unknown>[]; runQueue: { p95: (number | null)[] } }[] }
  const [host] = hosts
  // What is read at the second's end is of the step before it.
  assert.equal(times.length, 8)
  assert.deepEqual(host!.cpu.user, [0.2, 0.2, 0.2, 0.2, 0.2, null, null, null])
  assert.deepEqual([host!.disks[0]!.name, host!.disks[0]!.writtenBytesPerSecond, host!.disks[0]!.busy], ['vda', [0, 0, 5_000_000, 0, 0, null, null, null], [0, 0, 0.1, 0, 0, null, null, null]])
  assert.deepEqual(host!.disks[0]!.meanWaitNs, [null, null, 2_000_000, null, null, null, null, null])
  assert.deepEqual(host!.interfaces.map(({ name, writtenBytesPerSecond }) => [name, writtenBytesPerSecond]), [['eth0', [0, 4000, 0, 0, 0, null, null, null]], ['lo', [0, 9000, 0, 0, 0, null, null, null]]])
  assert.deepEqual(host!.runQueue.p95.map((value) => value !== null), [false, false, true, false, false, false, false, false])
  const wide = (await web.get(`host?${range(0, 8)}&step=10s`)).body as unknown as { hosts: { disks: { writtenBytesPerSecond: number[] }[] }[] }
  assert.equal(wide.hosts[0]!.disks[0]!.writtenBytesPerSecond.filter((value) => value !== null)[0], 1_000_000)
  const summary = ((await web.get(`host/summary?${range(0, 8)}`)).body.hosts as unknown as Record<string, never>[])[0]!
  const { runQueue, ...rest } = summary as unknown as { runQueue: { count: number; p50: number; p95: number; p99: number } }
  assert.deepEqual(rest, {
    id: 'h1', name: 'name of h1', cpus: 2, cpuCores: 0.5, stealShare: 0, memoryTotalBytes: 10e9, memoryUsedBytes: 4e9, swapUsedBytes: 0,
    pressure: { cpuSome: 0, memorySome: 0, memoryFull: 0, ioSome: 0.1, ioFull: 0 },
    disk: { readBytesPerSecond: 0, writtenBytesPerSecond: 1_000_000, busiest: { name: 'vda', busy: 0.02 } },
    network: { receivedBytesPerSecond: 200, sentBytesPerSecond: 800, errorCount: 0, dropCount: 2, loopbackBytesPerSecond: 1800 },
  })
  assert.equal(runQueue.count, 100)
  for (const [value, true_] of [[runQueue.p50, 10_000], [runQueue.p95, 10_000], [runQueue.p99, 1_000_000]] as const) assert.ok(value >= true_ && value <= true_ * 1.0625, `${value} for ${true_}`)
})

test('a host that nobody read in the range is not there; nor is one that was not asked for', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  await collector.store(batchOf('host_usage', [usage(1)]))
  assert.deepEqual((await web.get(`host/summary?${range(10, 20)}`)).body, { hosts: [] })
  assert.deepEqual((await web.get(`host/summary?${range(0, 8)}&host=h2`)).body, { hosts: [] })
  const only = ((await web.get(`host/summary?${range(0, 8)}`)).body.hosts as unknown as { runQueue: unknown; disk: { busiest: unknown } }[])[0]!
  assert.deepEqual([only.runQueue, only.disk.busiest], [null, null])
})
