import { z } from '@hono/zod-openapi'
import type { DeviceUsageSteps, RunQueueSteps } from '../store/measured.ts'
import { quantileNs } from './distribution.ts'
import { Count, Host, Instant, instant, Share } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { rangeChanges, rangeParams, resolveRange, stepParam, stepTimes } from './range.ts'
import { niceStep } from './request-groups.ts'
import { resource } from './resource.ts'

const Series = z.array(z.number().nullable())
const Traffic = { readBytesPerSecond: Series, writtenBytesPerSecond: Series, readsPerSecond: Series, writesPerSecond: Series }

const HostBands = z.object({
  id: Host,
  name: z.string(),
  cpus: Count,
  memoryTotalBytes: Count,
  cpu: z.object({ user: Series, system: Series, interrupt: Series, steal: Series, ioWait: Series }).openapi({ description: 'Shares of all CPUs.' }),
  load1: Series,
  runnable: Series,
  runQueue: z.object({ p50: Series, p95: Series, p99: Series }).openapi({ description: 'Nanoseconds waited for a CPU by threads that could run; null where nobody listened.' }),
  memory: z.object({ used: Series, cached: Series, swapUsed: Series }).openapi({ description: 'Bytes; `used` is what isn’t available.' }),
  pressure: z.object({ cpuSome: Series, memorySome: Series, memoryFull: Series, ioSome: Series, ioFull: Series }).openapi({ description: 'Shares of time in which some, or all, threads waited (PSI).' }),
  disks: z.array(z.object({ name: z.string(), ...Traffic, busy: Series, meanWaitNs: Series })),
  interfaces: z.array(z.object({ name: z.string(), ...Traffic, errorsPerSecond: Series, dropsPerSecond: Series })).openapi({ description: 'Read is received, written is sent; reads and writes are packets.' }),
}).openapi('HostBands')

type Step = Readonly<Record<string, number>>

/** Values of steps, null where there is none. */
const seriesOf = <T>(steps: ReadonlyMap<bigint, T> | undefined, times: readonly bigint[], of: (step: T) => number | null) =>
  times.map((time) => {
    const step = steps?.get(time)
    return step === undefined ? null : of(step)
  })

/** Values of a device's steps. It is told of only when something passed through it: where the host was read, nothing is 0. */
const deviceSeries = (hostSteps: ReadonlyMap<bigint, Step>, steps: ReadonlyMap<bigint, Step>, times: readonly bigint[], of: (step: Step, intervalNs: number) => number | null, nothing: number | null = 0) =>
  times.map((time) => {
    const host = hostSteps.get(time)
    const step = steps.get(time)
    return host === undefined ? null : step === undefined ? nothing : of(step, host.intervalNs!)
  })

const perSecond = (column: string) => (step: Step, intervalNs: number) => step[column]! / (intervalNs / 1e9)
const ofTime = (column: string) => (step: Step) => Math.min(1, step[column]! / step.intervalNs!)
const ofCpus = (column: string) => (step: Step) => step[column]! / Math.max(1, step.userNs! + step.systemNs! + step.interruptNs! + step.stealNs! + step.ioWaitNs! + step.idleNs!)

function bandsOf(id: string, name: string, hostSteps: ReadonlyMap<bigint, Step>, waits: RunQueueSteps | undefined, devices: readonly DeviceUsageSteps[], times: readonly bigint[]): z.input<typeof HostBands> {
  const series = (of: (step: Step) => number) => seriesOf(hostSteps, times, of)
  const last = [...hostSteps.values()].at(-1)!
  const wait = (share: number) => seriesOf(waits?.steps, times, ({ buckets }) => quantileNs(buckets, share, Infinity))
  return {
    id, name, cpus: last.cpus!, memoryTotalBytes: last.memoryTotalBytes!,
    cpu: { user: series(ofCpus('userNs')), system: series(ofCpus('systemNs')), interrupt: series(ofCpus('interruptNs')), steal: series(ofCpus('stealNs')), ioWait: series(ofCpus('ioWaitNs')) },
    load1: series((step) => step.load1!),
    runnable: series((step) => step.runnable!),
    runQueue: { p50: wait(0.5), p95: wait(0.95), p99: wait(0.99) },
    memory: { used: series((step) => step.memoryTotalBytes! - step.memoryAvailableBytes!), cached: series((step) => step.memoryCachedBytes!), swapUsed: series((step) => step.swapUsedBytes!) },
    pressure: { cpuSome: series(ofTime('cpuSomeNs')), memorySome: series(ofTime('memorySomeNs')), memoryFull: series(ofTime('memoryFullNs')), ioSome: series(ofTime('ioSomeNs')), ioFull: series(ofTime('ioFullNs')) },
    disks: devices.filter(({ device }) => device === 'disk').map(({ name, steps }) => ({
      name, ...trafficOf(hostSteps, steps, times), busy: deviceSeries(hostSteps, steps, times, (step, intervalNs) => Math.min(1, step.busyNs! / intervalNs)),
      meanWaitNs: deviceSeries(hostSteps, steps, times, (step) => (step.reads! + step.writes! > 0 ? step.waitNs! / (step.reads! + step.writes!) : null), null),
    })),
    interfaces: devices.filter(({ device }) => device === 'network').map(({ name, steps }) => ({
      name, ...trafficOf(hostSteps, steps, times), errorsPerSecond: deviceSeries(hostSteps, steps, times, perSecond('errors')), dropsPerSecond: deviceSeries(hostSteps, steps, times, perSecond('drops')),
    })),
  }
}

function trafficOf(hostSteps: ReadonlyMap<bigint, Step>, steps: ReadonlyMap<bigint, Step>, times: readonly bigint[]) {
  const series = (column: string) => deviceSeries(hostSteps, steps, times, perSecond(column))
  return { readBytesPerSecond: series('readBytes'), writtenBytesPerSecond: series('writtenBytes'), readsPerSecond: series('reads'), writesPerSecond: series('writes') }
}

export const host = resource({
  name: 'host',
  summary: 'What each host used over time: CPU, waiting for a CPU, memory, pressure, disks, network; one shared time axis.',
  params: z.strictObject({ ...rangeParams, step: stepParam.optional(), host: z.string().optional().openapi({ description: 'Id of the host; default: all.' }) }),
  answer: z.object({ times: z.array(Instant).openapi({ description: 'Begins of the steps.' }), stepNs: Count, hosts: z.array(HostBands) }).openapi('HostUsage'),
  probes: ['run_queue_latency'],
  changes: rangeChanges,
  async run(context, { step, host: asked, ...moments }) {
    const range = resolveRange(moments, context.now())
    const stepNs = step ?? niceStep(range.to - range.from, 180n)
    const times = stepTimes(range, stepNs)
    const [usage, waits, devices] = await Promise.all([context.store.hostUsage(range, stepNs), context.store.runQueueSteps(range, stepNs), context.store.deviceUsage(range, stepNs)])
    const hosts = usage.filter((one) => asked === undefined || one.host === asked).map(({ host: id, steps }) =>
      bandsOf(id, context.living.hosts.get(id)?.name ?? id, steps, waits.find((one) => one.host === id), devices.filter((one) => one.host === id), times))
    return { times: times.map(instant), stepNs: Number(stepNs), hosts }
  },
})

const Cgroup = z.object({
  cgroup: z.string(), host: Host, cpuCores: z.number(), throttledShare: Share.openapi({ description: 'Of time in which it had used up its CPU quota.' }), throttledPeriods: Count, periods: Count,
  memoryBytes: Count.nullable(), memoryLimitBytes: Count.nullable(), oomKills: Count, pressure: z.object({ cpuSome: Share, memorySome: Share, ioSome: Share }),
}).openapi('Cgroup')

export const cgroups = resource({
  name: 'cgroups',
  summary: 'Control groups (v2) that used CPU in the range: CPU, throttling, memory, pressure.',
  params: z.strictObject({ ...rangeParams, ...pageParams }),
  answer: z.object({ cgroups: z.array(Cgroup), ...pageFields }).openapi('Cgroups'),
  changes: rangeChanges,
  async run(context, params) {
    const rows = await context.store.cgroupUsage(resolveRange(params, context.now()))
    const { page, ...rest } = pageOf(rows, ({ host, cgroup }) => `${cgroup} ${host}`, params)
    return {
      cgroups: page.map(({ host, cgroup, cpuCores, throttledShare, throttledPeriods, periods, memoryBytes, memoryLimitBytes, oomKills, cpuSomeShare, memorySomeShare, ioSomeShare }) => ({
        cgroup, host, cpuCores, throttledShare, throttledPeriods, periods, memoryBytes: memoryBytes < 0 ? null : memoryBytes, memoryLimitBytes: memoryLimitBytes < 0 ? null : memoryLimitBytes, oomKills,
        pressure: { cpuSome: Math.min(1, cpuSomeShare), memorySome: Math.min(1, memorySomeShare), ioSome: Math.min(1, ioSomeShare) },
      })),
      ...rest,
    }
  },
})
