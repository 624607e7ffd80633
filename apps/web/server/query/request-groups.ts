import { z } from '@hono/zod-openapi'
import { bucketLowerNs, BUCKET_COUNT } from '@sonde/shared/signal'
import { hex64 } from '@sonde/shared/units'
import type { RequestColumn } from '../store/condition.ts'
import type { RequestGroup } from '../store/store.ts'
import { BadParameter } from './errors.ts'
import { Count, DurationNs, Histogram, instant, Instant, Percentiles, roleName, textOrNull } from './fields.ts'
import { limitParam } from './paging.ts'
import { rangeChanges, rangeParams, resolveRange, stepParam, stepTimes } from './range.ts'
import { BOTH_ENDS, conditionOf, requestFilterParams } from './request-filter.ts'
import { resource } from './resource.ts'

/** What requests can be grouped and counted by. */
const GROUPABLE = ['service', 'peer', 'host', 'role', 'protocol', 'method', 'path', 'template', 'target', 'status', 'error', 'pid', 'comm', 'connectionId'] as const satisfies readonly RequestColumn[]
type Groupable = (typeof GROUPABLE)[number]

const byParam = z.union([z.string(), z.array(z.string())]).transform((value, context): Groupable[] => {
  const fields = [value].flat().flatMap((text) => text.split(','))
  const unknown = fields.find((field) => !GROUPABLE.includes(field as Groupable))
  if (unknown === undefined) return [...new Set(fields)] as Groupable[]
  context.addIssue({ code: 'custom', message: `"${unknown.slice(0, 40)}" is not one of ${GROUPABLE.join(', ')}` })
  return z.NEVER
}).openapi({ type: 'string', description: `Fields to group by, separated by commas: ${GROUPABLE.join(', ')}.`, example: 'service,method' })

/** What a request may lack. */
const NULLABLE: ReadonlySet<string> = new Set(['method', 'target', 'path', 'template'])

/** A key's value as requests show it. */
export function keyValue(column: string, value: number | bigint | string): string | number | boolean | null {
  if (NULLABLE.has(column)) return textOrNull(value)
  if (column === 'role') return roleName(value)
  if (column === 'error') return value !== 0
  if (column === 'connectionId') return hex64(value as bigint)
  if (column === 'status') return value === 0 ? null : Number(value)
  return typeof value === 'bigint' ? Number(value) : value
}

const Point = z.object({ time: Instant, requestCount: Count, errorCount: Count, requestBytes: Count, responseBytes: Count, durationNs: Percentiles, totalNs: DurationNs.openapi({ description: 'Sum of all durations seen: with it, the share of time of a group.' }) })
const Key = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

export const requestAggregate = resource({
  name: 'requests/aggregate',
  summary: 'Counts, errors and percentiles of requests, grouped and in steps. Steps without requests are there, with a count of 0.',
  params: z.strictObject({ ...rangeParams, ...requestFilterParams, by: byParam.optional(), step: stepParam.optional(), limit: limitParam }),
  answer: z.object({ groups: z.array(z.object({ key: Key, requestCount: Count, points: z.array(Point) })), total: Count.openapi({ description: 'Groups there are; those with most requests are given.' }) }).openapi('RequestGroups'),
  changes: rangeChanges,
  async run(context, { by = [], step, limit = 100, ...asked }) {
    const range = resolveRange(asked, context.now())
    const times = step === undefined ? [range.from] : stepTimes(range, step)
    if (times.length * limit > 2_000_000) throw new BadParameter('step', 'so many steps of so many groups are too much: choose a longer step or a smaller limit')
    const { groups, total } = await context.store.requestGroups(range, conditionOf(asked), by, step, limit)
    const byKey = new Map<string, RequestGroup[]>()
    for (const group of groups) {
      const key = JSON.stringify(by.map((column) => String(group.key[column])))
      const list = byKey.get(key)
      if (list) list.push(group)
      else byKey.set(key, [group])
    }
    return { groups: [...byKey.values()].map((points) => ({ key: keyOf(points[0]!), requestCount: points.reduce((sum, point) => sum + point.requestCount, 0), points: pointsOf(points, times) })), total }
  },
})

const keyOf = (group: RequestGroup) => Object.fromEntries(Object.entries(group.key).map(([column, value]) => [column, keyValue(column, value)]))

const EMPTY_POINT = { requestCount: 0, errorCount: 0, requestBytes: 0, responseBytes: 0, totalNs: 0, p50: null, p95: null, p99: null }

/** One point for each of `times`. */
export function pointsOf(groups: readonly RequestGroup[], times: readonly bigint[]): z.input<typeof Point>[] {
  const byTime = new Map(groups.map((group) => [group.time, group]))
  return times.map((time) => {
    const { requestCount, errorCount, requestBytes, responseBytes, totalNs, p50, p95, p99 } = byTime.get(time) ?? EMPTY_POINT
    return { time: instant(time), requestCount, errorCount, requestBytes, responseBytes, durationNs: { p50, p95, p99 }, totalNs }
  })
}

const upperNs = (bucket: number) => (bucket + 1 < BUCKET_COUNT ? bucketLowerNs(bucket + 1) : 2 ** 53 - 1)

export const requestHeatmap = resource({
  name: 'requests/heatmap',
  summary: 'Durations of requests over time: a histogram a step.',
  params: z.strictObject({ ...rangeParams, ...requestFilterParams, step: stepParam.optional() }),
  answer: z.object({ columns: z.array(z.object({ time: Instant, histogram: Histogram })), stepNs: Count }).openapi('RequestHeatmap'),
  changes: rangeChanges,
  async run(context, { step, ...asked }) {
    const range = resolveRange(asked, context.now())
    const stepNs = step ?? niceStep(range.to - range.from, 180n)
    const columns = stepTimes(range, stepNs).map((time) => ({ time, buckets: [] as [number, number, number][], count: 0 }))
    const byTime = new Map(columns.map((column) => [column.time, column]))
    for (const { time, bucket, count } of await context.store.requestHistogram(range, conditionOf(asked), stepNs)) {
      const column = byTime.get(time)
      if (!column) continue
      column.buckets.push([bucketLowerNs(bucket), upperNs(bucket), count])
      column.count += count
    }
    return { columns: columns.map(({ time, buckets, count }) => ({ time: instant(time), histogram: { buckets, count } })), stepNs: Number(stepNs) }
  },
})

const NICE_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

/** The shortest even step that cuts a length into at most `most` parts. */
export function niceStep(lengthNs: bigint, most: bigint): bigint {
  const least = Number(lengthNs / most) / 1e9
  return BigInt(NICE_SECONDS.find((seconds) => seconds >= least) ?? Math.ceil(least / 86_400) * 86_400) * 1_000_000_000n
}

const FACETS = ['status', 'method', 'template', 'service', 'peer', 'role', 'protocol', 'host', 'pid'] as const

export const requestFacets = resource({
  name: 'requests/facets',
  summary: 'How many requests of the filter and range have each value of a field; exact, most first.',
  params: z.strictObject({ ...rangeParams, ...requestFilterParams, limit: limitParam }),
  answer: z.object({
    facets: z.array(z.object({ field: z.enum([...FACETS, 'endpoint', 'link']), values: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean(), z.null()]), method: z.string().optional(), template: z.string().optional(), count: Count })) })),
    total: Count,
  }).openapi('RequestFacets'),
  changes: rangeChanges,
  async run(context, { limit = 20, ...asked }) {
    const range = resolveRange(asked, context.now())
    const where = conditionOf(asked)
    const [facets, endpoints, total, linked] = await Promise.all([
      context.store.requestFacets(range, where, FACETS, limit),
      context.store.requestGroups(range, where, ['method', 'template'], undefined, limit),
      context.store.requestCount(range, where),
      context.store.requestCount(range, { kind: 'all', of: [where, BOTH_ENDS] }),
    ])
    const fields = FACETS.map((field) => ({ field, values: facets.filter(({ column }) => column === field).map(({ value, count }) => ({ value: keyValue(field, value), count })) }))
    const endpoint = endpoints.groups.map(({ key, requestCount }) => ({ value: `${key.method} ${key.template}`.trim(), method: String(key.method), template: String(key.template), count: requestCount }))
    const links = [{ value: 'exact', count: linked }, { value: 'unknown', count: Math.max(0, total - linked) }].filter(({ count }) => count > 0)
    return { facets: [{ field: 'endpoint' as const, values: endpoint }, ...fields, { field: 'link' as const, values: links }], total }
  },
})
