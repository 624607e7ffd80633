import { z } from '@hono/zod-openapi'
import type { MeasuredGroup } from '../store/measured.ts'
import { bucketPercentiles, BucketPercentiles, histogramOf } from './distribution.ts'
import { Count, DurationNs, Histogram, Share } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { rangeChanges, rangeParams, resolveRange } from './range.ts'
import { resource } from './resource.ts'

const several = (description: string) => z.union([z.string(), z.array(z.string()).max(50)]).transform((value) => [value].flat()).optional().openapi({ type: 'string', description: `${description} May be repeated: any of the values.` })
const pids = z.union([z.string(), z.array(z.string()).max(50)]).transform((value) => [value].flat()).pipe(z.array(z.string().regex(/^\d{1,10}$/, 'not a process id').transform(Number))).optional()
  .openapi({ type: 'integer', description: 'Process. May be repeated: any of the values.' })

export const measuredParams = { ...rangeParams, service: several('Name of the service.'), pid: pids, host: several('Id of the host.'), ...pageParams }

const figures = {
  count: Count.openapi({ description: 'As seen, unscaled: while it was listened (`observedShare`).' }),
  estimatedCount: Count.openapi({ description: 'What there were, if the time not listened to was like the rest: each count divided by the share listened to in its interval.' }),
  durationNs: BucketPercentiles,
  totalNs: DurationNs.openapi({ description: 'Sum of all durations seen.' }),
  histogram: Histogram,
  processCount: Count,
}
export const observed = {
  observedShare: Share.nullable().openapi({ description: 'Of the time in which the probe was on, how much it listened. Null if it was off.' }),
  observedNs: Count,
}

export const figuresOf = ({ count, estimatedCount, sumNs, maxNs, buckets, processCount }: MeasuredGroup) =>
  ({ count, estimatedCount, durationNs: bucketPercentiles(buckets, maxNs), totalNs: sumNs, histogram: histogramOf(buckets), processCount })

export const observedOf = ({ observedNs, intervalNs }: { observedNs: number; intervalNs: number }) => ({ observedShare: intervalNs > 0 ? observedNs / intervalNs : null, observedNs })

const Syscall = z.object({
  service: z.string(), name: z.string().openapi({ description: 'The kernel’s name: `pread64`.' }), ...figures,
  errors: z.record(z.string(), Count).openapi({ description: 'By name: `EAGAIN`. Those the kernel begins anew (`ERESTARTSYS`) are there, too.' }), errorCount: Count,
  untimed: Count.openapi({ description: 'Of `count`, calls that began before anybody listened: they are in no histogram.' }),
}).openapi('Syscall')

/** Most time first; names break ties. */
export const byTime = (group: MeasuredGroup) => `${String(2 ** 53 - 1 - group.sumNs).padStart(16, '0')} ${group.service} ${group.name} ${group.operation}`

export const syscalls = resource({
  name: 'syscalls',
  summary: 'System calls by service and call, those that took most time first. The probe listens part of the time unless somebody looks at this topic.',
  params: z.strictObject(measuredParams),
  answer: z.object({ syscalls: z.array(Syscall), ...observed, ...pageFields }).openapi('Syscalls'),
  probes: ['syscall_latency'],
  changes: rangeChanges,
  async run(context, { from, to, service, pid, host, ...paging }) {
    const measured = await context.store.measured(resolveRange({ from, to }, context.now()), { what: 'syscall', services: service, pids: pid, hosts: host })
    const { page, ...rest } = pageOf(measured.groups, byTime, paging)
    return {
      syscalls: page.map((group) => ({ service: group.service, name: group.name, ...figuresOf(group), errors: Object.fromEntries(group.errors), errorCount: group.errorCount, untimed: group.untimed })),
      ...observedOf(measured), ...rest,
    }
  },
})

const RunQueue = z.object({ service: z.string(), ...figures }).openapi('RunQueue')

export const runQueue = resource({
  name: 'run-queue',
  summary: 'How long threads that could run waited for a CPU, by service.',
  params: z.strictObject(measuredParams),
  answer: z.object({ services: z.array(RunQueue), ...observed, ...pageFields }).openapi('RunQueues'),
  probes: ['run_queue_latency'],
  changes: rangeChanges,
  async run(context, { from, to, service, pid, host, ...paging }) {
    const measured = await context.store.measured(resolveRange({ from, to }, context.now()), { what: 'run_queue', services: service, pids: pid, hosts: host })
    const { page, ...rest } = pageOf(measured.groups.filter(({ name }) => name === ''), byTime, paging) // those with a name are CPUs
    return { services: page.map((group) => ({ service: group.service, ...figuresOf(group) })), ...observedOf(measured), ...rest }
  },
})

const BlockIo = z.object({ service: z.string().openapi({ description: 'Empty: the kernel’s own (write-back, the journal).' }), device: z.string(), operation: z.string(), ...figures, errorCount: Count }).openapi('BlockIo')

export const blockIo = resource({
  name: 'block-io',
  summary: 'How long block devices took, by service, device and operation.',
  params: z.strictObject(measuredParams),
  answer: z.object({ devices: z.array(BlockIo), ...observed, ...pageFields }).openapi('BlockIos'),
  probes: ['block_io'],
  changes: rangeChanges,
  async run(context, { from, to, service, pid, host, ...paging }) {
    const measured = await context.store.measured(resolveRange({ from, to }, context.now()), { what: 'block_io', services: service, pids: pid, hosts: host })
    const { page, ...rest } = pageOf(measured.groups, byTime, paging)
    return { devices: page.map((group) => ({ service: group.service, device: group.name, operation: group.operation, ...figuresOf(group), errorCount: group.errorCount })), ...observedOf(measured), ...rest }
  },
})
