import { z } from '@hono/zod-openapi'
import type { DeviceUsageSteps, RunQueueSteps } from '../store/measured.ts'
import { quantileNs } from './distribution.ts'
import { Count, DurationNs, Host, Rate, Share } from './fields.ts'
import { rangeChanges, rangeParams, resolveRange } from './range.ts'
import { resource } from './resource.ts'

/** One step that holds every time there is. */
const ALL_NS = 2n ** 62n
const LOOPBACK = 'lo'

const Busiest = z.object({ name: z.string(), busy: Share }).nullable()

const HostSummary = z.object({
  id: Host,
  name: z.string(),
  cpus: Count,
  cpuCores: z.number().openapi({ description: 'Used: user, system and interrupts.' }),
  stealShare: Share.openapi({ description: 'Of all CPUs’ time, what another guest had.' }),
  runQueue: z.object({ count: Count, p50: DurationNs, p95: DurationNs, p99: DurationNs }).nullable().openapi({ description: 'Waits for a CPU. Null if nobody listened.' }),
  memoryTotalBytes: Count,
  memoryUsedBytes: Count.openapi({ description: 'At the end: what isn’t available.' }),
  swapUsedBytes: Count,
  pressure: z.object({ cpuSome: Share, memorySome: Share, memoryFull: Share, ioSome: Share, ioFull: Share }).openapi({ description: 'Shares of the time in which some, or all, threads waited (PSI).' }),
  disk: z.object({ readBytesPerSecond: Rate, writtenBytesPerSecond: Rate, busiest: Busiest }),
  network: z.object({ receivedBytesPerSecond: Rate, sentBytesPerSecond: Rate, errorCount: Count, dropCount: Count, loopbackBytesPerSecond: Rate }).openapi({ description: 'Of all interfaces but loopback.' }),
}).openapi('HostSummary')

type Row = Readonly<Record<string, number>>

/** The one step of everything. */
const whole = <T>(steps: ReadonlyMap<bigint, T>): T => steps.values().next().value!

function summaryOf(id: string, name: string, row: Row, waits: RunQueueSteps | undefined, devices: readonly DeviceUsageSteps[]): z.input<typeof HostSummary> {
  const intervalNs = Math.max(1, row.intervalNs!)
  const ofTime = (ns: number) => Math.min(1, ns / intervalNs)
  const cpuNs = row.userNs! + row.systemNs! + row.interruptNs!
  const all = Math.max(1, cpuNs + row.stealNs! + row.ioWaitNs! + row.idleNs!)
  return {
    id, name, cpus: row.cpus!,
    cpuCores: (cpuNs / all) * row.cpus!,
    stealShare: row.stealNs! / all,
    runQueue: waits ? waitsOf(whole(waits.steps).buckets) : null,
    memoryTotalBytes: row.memoryTotalBytes!, memoryUsedBytes: Math.max(0, row.memoryTotalBytes! - row.memoryAvailableBytes!), swapUsedBytes: row.swapUsedBytes!,
    pressure: { cpuSome: ofTime(row.cpuSomeNs!), memorySome: ofTime(row.memorySomeNs!), memoryFull: ofTime(row.memoryFullNs!), ioSome: ofTime(row.ioSomeNs!), ioFull: ofTime(row.ioFullNs!) },
    ...devicesOf(devices, intervalNs),
  }
}

function waitsOf(buckets: readonly (readonly [number, number])[]) {
  const at = (share: number) => quantileNs(buckets, share, Infinity)!
  return buckets.length === 0 ? null : { count: buckets.reduce((sum, [, count]) => sum + count, 0), p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** Devices are told of only in seconds in which something passed: rates are over the time in which the host was read. */
function devicesOf(devices: readonly DeviceUsageSteps[], intervalNs: number): Pick<z.input<typeof HostSummary>, 'disk' | 'network'> {
  const rows = devices.map(({ device, name, steps }) => ({ device, name, row: whole(steps) }))
  const disks = rows.filter(({ device }) => device === 'disk')
  const interfaces = rows.filter(({ device, name }) => device === 'network' && name !== LOOPBACK)
  const loopback = rows.filter(({ device, name }) => device === 'network' && name === LOOPBACK)
  const sum = (of: typeof rows, column: string) => of.reduce((total, { row }) => total + row[column]!, 0)
  const rate = (of: typeof rows, column: string) => sum(of, column) / (intervalNs / 1e9)
  const busiest = disks.map(({ name, row }) => ({ name, busy: Math.min(1, row.busyNs! / intervalNs) })).sort((a, b) => b.busy - a.busy)[0]
  return {
    disk: { readBytesPerSecond: rate(disks, 'readBytes'), writtenBytesPerSecond: rate(disks, 'writtenBytes'), busiest: busiest ?? null },
    network: {
      receivedBytesPerSecond: rate(interfaces, 'readBytes'), sentBytesPerSecond: rate(interfaces, 'writtenBytes'),
      errorCount: sum(interfaces, 'errors'), dropCount: sum(interfaces, 'drops'), loopbackBytesPerSecond: rate(loopback, 'writtenBytes'),
    },
  }
}

export const hostSummary = resource({
  name: 'host/summary',
  summary: 'What each host used over the whole range, as one figure each.',
  params: z.strictObject({ ...rangeParams, host: z.string().optional().openapi({ description: 'Id of the host; default: all.' }) }),
  answer: z.object({ hosts: z.array(HostSummary) }).openapi('HostSummaries'),
  probes: ['run_queue_latency'],
  changes: rangeChanges,
  async run(context, { host: asked, ...moments }) {
    const range = resolveRange(moments, context.now())
    const [usage, waits, devices] = await Promise.all([context.store.hostUsage(range, ALL_NS), context.store.runQueueSteps(range, ALL_NS), context.store.deviceUsage(range, ALL_NS)])
    const hosts = usage.filter(({ host }) => asked === undefined || host === asked)
    return { hosts: hosts.map(({ host: id, steps }) => summaryOf(id, context.living.hosts.get(id)?.name ?? id, whole(steps), waits.find(({ host }) => host === id), devices.filter(({ host }) => host === id))) }
  },
})
