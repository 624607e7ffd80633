import type { Service, ServiceSeries, Services, ServicesSeries, TrafficFigures } from '../../live/index.ts'
import { isUnwatched, type Unwatched } from '../../live/unwatched.ts'
import { failing, rateMoved, slower, usualOf, type Moved, type Usual } from '../../charts/trouble.ts'

/** What is said of a service against the hour before. */
export interface Told {
  readonly what: 'p99' | 'p95' | 'errors' | 'rate'
  readonly moved: Moved | undefined
  /** For errors: their share now and before. */
  readonly share?: number
  readonly shareBefore?: number | undefined
  readonly sinceMs: number | undefined
}

export interface ServiceRow {
  readonly name: string
  readonly protocol: string | null
  readonly role: 'server' | 'client'
  readonly figures: TrafficFigures | undefined
  readonly cpuCores: number | null
  readonly series: ServiceSeries
  readonly usual: { readonly [metric in 'rate' | 'p50' | 'p95' | 'p99']: Usual | undefined }
  readonly told: readonly Told[]
  /** Sorts: more is worse. */
  readonly trouble: number
}

interface Answers {
  /** Ends of the range: a step that begins before or ends after is not whole, and a rate of it would be too small. */
  readonly fromMs: number
  readonly toMs: number
  /** Figures to show: the last minute or the whole range. */
  readonly now: Services | undefined
  readonly series: ServicesSeries
  readonly before: ServicesSeries | undefined
  readonly unwatched: readonly Unwatched[]
}

/** A row for each service with requests in the range, worst first. */
export function serviceRows({ now, series, before, fromMs, toMs, unwatched }: Answers): ServiceRow[] {
  const services = new Map((now?.services ?? []).map((service) => [service.name, service]))
  const earlier = new Map((before?.series ?? []).map((one) => [one.service, one]))
  const begins = series.times.map((time) => Date.parse(time))
  const stepMs = series.stepNs / 1e6
  const whole = begins.map((at) => at >= fromMs && at + stepMs <= toMs)
  const unseen = begins.map((at) => isUnwatched(unwatched, at, stepMs))
  const known = (rate: number | null, i: number) => (whole[i] && !(unseen[i] && rate === 0) ? rate : null)
  const rows = series.series.map((one) => rowOf({ ...one, requestRate: one.requestRate.map(known) }, services.get(one.service), earlier.get(one.service), series))
  return rows.sort((a, b) => b.trouble - a.trouble || (b.figures?.requestRate ?? 0) - (a.figures?.requestRate ?? 0) || (a.name < b.name ? -1 : 1))
}

function rowOf(series: ServiceSeries, service: Service | undefined, before: ServiceSeries | undefined, axis: ServicesSeries): ServiceRow {
  const figures = service && (series.role === 'client' ? service.client : service)
  const usual = {
    rate: before && hasHour(before) ? usualOf(before.requestRate) : undefined,
    p50: before && usualOf(before.p50), p95: before && usualOf(before.p95), p99: before && usualOf(before.p99),
  }
  const told = toldOf(series, figures, before, usual, axis)
  return { name: series.service, protocol: service?.protocol ?? null, role: series.role, figures, cpuCores: service?.cpuCores ?? null, series, usual, told, trouble: troubleOf(told) }
}

/** Requests in nearly all of the hour before: else a rate of it says nothing. */
const hasHour = (before: ServiceSeries): boolean => {
  const twelfth = Math.ceil(before.requestRate.length / 12)
  for (let i = 0; i < before.requestRate.length; i += twelfth) if (!before.requestRate.slice(i, i + twelfth).some((rate) => rate !== null && rate > 0)) return false
  return before.requestRate.length > 0
}

function toldOf(series: ServiceSeries, figures: TrafficFigures | undefined, before: ServiceSeries | undefined, usual: ServiceRow['usual'], { times, stepNs }: ServicesSeries): Told[] {
  const since = (moved: Moved) => Date.parse(times[moved.since] ?? '')
  const told: Told[] = []
  const p99 = slower(series.p99, usual.p99)
  const p95 = p99 ? undefined : slower(series.p95, usual.p95)
  if (p99) told.push({ what: 'p99', moved: p99, sinceMs: since(p99) })
  if (p95) told.push({ what: 'p95', moved: p95, sinceMs: since(p95) })
  const shareBefore = before && errorShare(before, stepNs)
  if (figures && failing(figures, shareBefore)) told.push({ what: 'errors', moved: undefined, share: figures.errorRate, shareBefore, sinceMs: undefined })
  const rate = rateMoved(series.requestRate, usual.rate)
  if (rate) told.push({ what: 'rate', moved: rate, sinceMs: since(rate) })
  return told
}

/** Errors over requests of all steps; undefined without requests. */
function errorShare({ errorCount, requestRate }: ServiceSeries, stepNs: number): number | undefined {
  const sum = (points: readonly (number | null)[]) => points.reduce<number>((total, value) => total + (value ?? 0), 0)
  const requests = (sum(requestRate) * stepNs) / 1e9
  return requests > 0 ? sum(errorCount) / requests : undefined
}

function troubleOf(told: readonly Told[]): number {
  let sum = 0
  for (const { what, moved, share = 0 } of told) {
    if (what === 'errors') sum += 100 + share * 1000
    else if (what === 'rate') sum += 1
    else sum += 10 + Math.min(50, moved?.ratio ?? 0)
  }
  return sum
}
