import { z } from '@hono/zod-openapi'
import { addedNow } from './added-time.ts'
import type { QueryContext } from './context.ts'
import { Count, DurationNs, Host, instant, Instant, Problem, Rate } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { resource } from './resource.ts'

const HostHealth = z.object({ id: z.string(), name: z.string(), connected: z.boolean(), lastSeenAt: Instant, kernel: z.string() }).openapi('HostHealth')

export const HealthSchema = z.object({
  status: z.enum(['starting', 'ok', 'degraded']),
  version: z.string(),
  startedAt: Instant,
  problems: z.array(Problem),
  hosts: z.array(HostHealth),
}).openapi('Health')

/** Problems of this process and of every collector that is connected. */
function allProblems(context: QueryContext) {
  const reported = [...context.living.hosts.values()].filter((host) => host.sessions > 0).flatMap((host) => host.report?.problems ?? [])
  const away = [...context.living.hosts.values()].filter((host) => host.sessions === 0).map((host) => ({
    what: `The collector on ${host.name} is not connected`, detail: `It was last heard at ${instant(host.lastSeenAt)}.`, fix: 'Look whether it runs; it keeps what it sees on disk meanwhile.',
  }))
  return [...context.problems(), ...away, ...reported.map(({ what, detail, fix }) => ({ what, detail, fix }))]
}

export const health = resource({
  name: 'health',
  summary: 'Whether all is well; 503 while starting.',
  params: z.strictObject({}),
  answer: HealthSchema,
  async run(context) {
    const problems = allProblems(context)
    const hosts = (await hostList(context)).map(({ id, name, connected, lastSeenAt, kernel }) => ({ id, name, connected, lastSeenAt, kernel }))
    return { status: problems.length > 0 ? 'degraded' as const : 'ok' as const, version: context.version, startedAt: instant(context.startedAt), problems, hosts }
  },
})

export const HostSchema = HostHealth.extend({
  label: z.string().nullable().openapi({ description: 'What people call it.' }),
  startedAt: Instant.nullable().openapi({ description: 'Since when its collector has been running; null if it isn’t connected.' }),
  version: z.string().nullable().openapi({ description: 'Of its collector.' }),
  btf: z.boolean().nullable(),
  cpus: Count.nullable(),
  memoryBytes: Count.nullable(),
  clock: z.object({ stepNs: DurationNs, driftNs: z.number() }).nullable(),
  bounds: z.record(z.string(), z.tuple([z.number(), z.number()])).openapi({ description: 'Sizes of the collector’s bounded things: [now, limit].' }),
  cost: z.object({ cpuCores: z.number(), memoryBytes: Count, memoryCeilingBytes: Count, addedNsPerRequest: DurationNs.nullable() }).nullable(),
}).openapi('Host')
export type HostAnswer = z.input<typeof HostSchema>

/** Every host known, with what its collector says now. */
export async function hostList(context: QueryContext): Promise<HostAnswer[]> {
  const kept = new Map((await context.people.hosts()).map((host) => [host.id, host]))
  const ids = new Set([...kept.keys(), ...context.living.hosts.keys()])
  return [...ids].sort().map((id) => {
    const now = context.living.hosts.get(id)
    const then = kept.get(id)
    const report = now?.report
    return {
      id, name: now?.name ?? then!.name, connected: (now?.sessions ?? 0) > 0, kernel: now?.kernel ?? then!.kernel,
      lastSeenAt: instant(now?.lastSeenAt ?? BigInt(then!.lastSeenAt.getTime()) * 1_000_000n),
      label: then?.label ?? null, startedAt: report && now!.sessions > 0 ? instant(BigInt(report.startedAt)) : null, version: now?.version ?? null,
      btf: report?.host.btf ?? null, cpus: report?.host.cpus ?? null, memoryBytes: report?.host.memoryBytes ?? null, clock: report?.clock ?? null,
      bounds: Object.fromEntries(Object.entries(report?.bounds ?? {}).map(([name, [size, limit]]) => [name, [size, limit] as [number, number]])),
      cost: report?.cost ?? null,
    }
  })
}

export const hosts = resource({
  name: 'hosts',
  summary: 'Hosts that collectors have reported from.',
  params: z.strictObject(pageParams),
  answer: z.object({ hosts: z.array(HostSchema), ...pageFields }).openapi('Hosts'),
  async run(context, params) {
    const { page, ...rest } = pageOf(await hostList(context), (host) => host.id, params)
    return { hosts: page, ...rest }
  },
})

function openConnections(context: QueryContext): { open: number; undecoded: number } {
  let [open, undecoded] = [0, 0]
  for (const row of context.living.connections()) {
    open++
    if (row.undecoded !== 0) undecoded++
  }
  return { open, undecoded }
}

const Cost = z.object({ cpuCores: z.number(), memoryBytes: Count })

export const status = resource({
  name: 'status',
  summary: 'The honest line: what goes through, what was lost, what Sonde itself uses.',
  params: z.strictObject({}),
  answer: z.object({
    time: Instant,
    status: z.enum(['ok', 'degraded']),
    requestRate: Rate.openapi({ description: 'Over the last 10 s; a request seen at both ends is one.' }),
    lost: Count.openapi({ description: 'In the last 15 minutes, since this process started.' }),
    lagNs: z.object({ p50: DurationNs, p95: DurationNs }).nullable().openapi({ description: 'From a request’s last byte to its arrival here; some 50 ms more until it is shown.' }),
    sonde: z.object({ cpuCores: z.number(), memoryBytes: Count, web: Cost, collectors: Cost }),
    addedNsPerRequest: DurationNs.nullable().openapi({ description: 'By probe `exchange` to one request, over all its ends that watched hosts have, in the last minute; without requests, to one end. Estimated: see `services` of /probes. Null until measured.' }),
    hosts: z.array(z.object({ id: Host, name: z.string(), connected: z.boolean(), lastSeenAt: Instant, startedAt: Instant.nullable() })),
    connections: z.object({ open: Count, undecoded: Count }).openapi({ description: 'Open now, and those of them whose bytes no protocol here reads.' }),
    problems: z.array(Problem),
    store: z.object({
      state: z.enum(['ok', 'failing']),
      pendingBytes: Count.openapi({ description: 'Taken and not yet written.' }),
      pendingLimitBytes: Count,
      memoryLimit: z.string().openapi({ description: 'What the store may use of the web process’s memory, as configured: 1GB.' }),
      segmentCount: Count,
      segmentBytes: Count,
      rowCount: z.record(z.string(), Count),
    }),
  }).openapi('Status'),
  async run(context) {
    const now = context.now()
    const problems = allProblems(context)
    const list = (await hostList(context)).map(({ id, name, label, connected, lastSeenAt, startedAt }) => ({ id, name: label ?? name, connected, lastSeenAt, startedAt }))
    const costs = [...context.living.hosts.values()].filter((host) => host.sessions > 0).flatMap((host) => (host.report ? [host.report.cost] : []))
    const collectors = { cpuCores: costs.reduce((sum, cost) => sum + cost.cpuCores, 0), memoryBytes: costs.reduce((sum, cost) => sum + cost.memoryBytes, 0) }
    const web = context.cost()
    const added = costs.flatMap((cost) => (cost.addedNsPerRequest === null ? [] : [cost.addedNsPerRequest]))
    const { state, pendingBytes, pendingLimitBytes, memoryLimit, segmentCount, segmentBytes, rowCount } = context.store.state()
    return {
      time: instant(now), status: problems.length > 0 ? 'degraded' as const : 'ok' as const, requestRate: context.traffic.rate(now), lost: context.traffic.lost(now), lagNs: context.traffic.lag(now),
      sonde: { cpuCores: web.cpuCores + collectors.cpuCores, memoryBytes: web.memoryBytes + collectors.memoryBytes, web, collectors },
      addedNsPerRequest: added.length > 0 ? Math.round((await addedNow(context)).nsPerRequest ?? Math.max(...added)) : null,
      hosts: list, connections: openConnections(context), problems, store: { state, pendingBytes, pendingLimitBytes, memoryLimit, segmentCount, segmentBytes, rowCount: { ...rowCount } },
    }
  },
})
