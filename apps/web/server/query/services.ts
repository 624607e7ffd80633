import { z } from '@hono/zod-openapi'
import type { ServiceTraffic, StoredRow, TimeRange } from '../store/store.ts'
import type { QueryContext } from './context.ts'
import { Count, instant, Instant, Host, Percentiles, Rate, Share } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { rangeChanges, rangeParams, resolveRange, seconds, stepParam, stepTimes } from './range.ts'
import { niceStep, pointsOf } from './request-groups.ts'
import { resource } from './resource.ts'

const Traffic = z.object({ requestCount: Count, requestRate: Rate, errorCount: Count, errorRate: Share, durationNs: Percentiles })

const Service = z.object({
  id: z.string().openapi({ description: 'Its name: what is named alike is one service.' }),
  name: z.string(),
  kind: z.string().openapi({ description: 'What it evidently is: nginx, postgresql, node, … or process.' }),
  protocol: z.string().nullable().openapi({ description: 'The protocol of most of its requests; as a server, if it is one.' }),
  hosts: z.array(Host),
  ...Traffic.shape,
  client: Traffic.openapi({ description: 'What it asks of others. The figures beside are of what it is asked.' }),
  cpuCores: z.number().nullable(),
  processCount: Count,
}).openapi('Service')

interface Known {
  name: string
  kind: string
  hosts: Set<string>
  server: ServiceTraffic | undefined
  client: ServiceTraffic | undefined
  cpuCores: number | null
  processCount: number
}

const NO_TRAFFIC = { requestCount: 0, errorCount: 0, p50: null, p95: null, p99: null }

function trafficAnswer(traffic: ServiceTraffic | undefined, range: TimeRange): z.input<typeof Traffic> {
  const { requestCount, errorCount, p50, p95, p99 } = traffic ?? NO_TRAFFIC
  return { requestCount, requestRate: requestCount / seconds(range), errorCount, errorRate: requestCount > 0 ? errorCount / requestCount : 0, durationNs: { p50, p95, p99 } }
}

/** Every service seen in the range as a server, a client or a process, by name. */
export async function knownServices(context: QueryContext, range: TimeRange): Promise<Map<string, Known>> {
  const known = new Map<string, Known>()
  const know = (name: string): Known => {
    const service = known.get(name) ?? { name, kind: 'process', hosts: new Set<string>(), server: undefined, client: undefined, cpuCores: null, processCount: 0 }
    known.set(name, service)
    return service
  }
  const [traffic, usage] = await Promise.all([context.store.serviceTraffic(range), context.store.serviceUsage(range)])
  for (const row of traffic) {
    const service = know(row.service)
    service[row.role] = row
    for (const host of row.hosts) service.hosts.add(host)
  }
  for (const row of usage) {
    if (row.service === '') continue
    const service = know(row.service)
    Object.assign(service, { kind: row.kind || service.kind, cpuCores: row.cpuCores, processCount: row.processCount })
    for (const host of row.hosts) service.hosts.add(host)
  }
  addLiving(know, context.living.processes(), range)
  return known
}

function addLiving(know: (name: string) => Known, processes: Iterable<StoredRow>, range: TimeRange): void {
  const counts = new Map<string, number>()
  for (const row of processes) {
    const name = String(row.service)
    if (name === '' || (row.startedAt as bigint) >= range.to) continue
    const service = know(name)
    if (row.serviceKind) service.kind = String(row.serviceKind)
    service.hosts.add(String(row.host))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  for (const [name, count] of counts) know(name).processCount = count
}

export const services = resource({
  name: 'services',
  summary: 'Every service seen as a server, a client or a process.',
  params: z.strictObject({ ...rangeParams, ...pageParams }),
  answer: z.object({ services: z.array(Service), ...pageFields }).openapi('Services'),
  changes: rangeChanges,
  async run(context, params) {
    const range = resolveRange(params, context.now())
    const known = await knownServices(context, range)
    const { page, ...rest } = pageOf([...known.values()], (service) => service.name, params)
    return {
      services: page.map(({ name, kind, hosts, server, client, cpuCores, processCount }) => ({
        id: name, name, kind, protocol: (server ?? client)?.protocol ?? null, hosts: [...hosts].sort(),
        ...trafficAnswer(server, range), client: trafficAnswer(client, range), cpuCores, processCount,
      })),
      ...rest,
    }
  },
})

const Series = z.array(z.number().nullable())

export const servicesSeries = resource({
  name: 'services/series',
  summary: 'Rate, errors and percentiles of every service over one shared time axis, as a server (services that are none: as a client).',
  params: z.strictObject({ ...rangeParams, step: stepParam.optional() }),
  answer: z.object({
    times: z.array(Instant).openapi({ description: 'Begins of the steps.' }),
    stepNs: Count,
    series: z.array(z.object({ service: z.string(), role: z.enum(['server', 'client']), requestRate: Series, errorCount: Series, p50: Series, p95: Series, p99: Series })),
  }).openapi('ServicesSeries'),
  changes: rangeChanges,
  async run(context, { step, ...asked }) {
    const range = resolveRange(asked, context.now())
    const stepNs = step ?? niceStep(range.to - range.from, 90n)
    const times = stepTimes(range, stepNs)
    const { groups } = await context.store.requestGroups(range, { kind: 'all', of: [] }, ['service', 'role'], stepNs, 1000)
    const byService = new Map<string, { server: typeof groups; client: typeof groups }>()
    for (const group of groups) {
      const name = String(group.key.service)
      if (name === '') continue
      const entry = byService.get(name) ?? { server: [], client: [] }
      entry[group.key.role === 1 ? 'client' : 'server'].push(group)
      byService.set(name, entry)
    }
    const stepSeconds = Number(stepNs) / 1e9
    const series = [...byService].map(([service, { server, client }]) => {
      const points = pointsOf(server.length > 0 ? server : client, times)
      const role: 'server' | 'client' = server.length > 0 ? 'server' : 'client'
      return {
        service, role, requestRate: points.map((point) => point.requestCount / stepSeconds), errorCount: points.map((point) => point.errorCount),
        p50: points.map((point) => point.durationNs.p50), p95: points.map((point) => point.durationNs.p95), p99: points.map((point) => point.durationNs.p99),
      }
    })
    return { times: times.map(instant), stepNs: Number(stepNs), series: series.sort((a, b) => (a.service < b.service ? -1 : 1)) }
  },
})
