import type { Percentiles, RequestGroups } from '../../live/index.ts'

/** Requests of one method and learned template. */
export interface Endpoint {
  readonly method: string
  /** '' where none was learned. */
  readonly template: string
  /** Of the whole selection. */
  readonly requestCount: number
  /** In the time the figures are of; null where that isn't known. */
  readonly rate: number | null
  readonly errorShare: number | null
  readonly durationNs: Percentiles
  /** Of the time all of them took, 0–1; null where that isn't known. */
  readonly timeShare: number | null
  /** p95 against that of the hour before; undefined if either has too few requests. */
  readonly slower: number | undefined
  readonly p99: readonly (number | null)[]
}

/** Fewer requests than these say nothing of what is usual. */
const ENOUGH = 20

export interface EndpointAnswers {
  /** Of the range, in steps: which there are, and their lines. */
  readonly range: RequestGroups
  /** Without steps: what the figures are of, and how long that is. */
  readonly figures: RequestGroups | undefined
  readonly figuresSeconds: number
  /** The hour before, without steps. */
  readonly before: RequestGroups | undefined
}

/** A row for each endpoint of the range or of the figures' time, most requests first. */
export function endpointsOf({ range, figures, figuresSeconds, before }: EndpointAnswers): Endpoint[] {
  const lines = byKey(range)
  const now = byKey(figures)
  const earlier = byKey(before)
  // Of very many only those with most requests are given: one that is missing then isn't one without.
  const isAll = figures !== undefined && figures.total <= figures.groups.length
  const allNs = (figures?.groups ?? []).reduce((sum, { points }) => sum + (points[0]?.totalNs ?? 0), 0)
  const rows = [...new Set([...lines.keys(), ...now.keys()])].map((key): Endpoint => {
    const { method, template } = parts(lines.get(key) ?? now.get(key)!)
    const group = now.get(key)
    const usual = earlier.get(key)
    const [point, past] = [group?.points[0], usual?.points[0]]
    const count = group?.requestCount ?? 0
    const comparable = count >= ENOUGH && (usual?.requestCount ?? 0) >= ENOUGH && point?.durationNs.p95 && past?.durationNs.p95
    return {
      method, template, requestCount: lines.get(key)?.requestCount ?? count, rate: group || isAll ? count / Math.max(1e-9, figuresSeconds) : null, errorShare: count > 0 ? (point?.errorCount ?? 0) / count : null,
      durationNs: point?.durationNs ?? { p50: null, p95: null, p99: null }, slower: comparable ? point.durationNs.p95! / past.durationNs.p95! : undefined,
      timeShare: isAll && allNs > 0 ? (point?.totalNs ?? 0) / allNs : null,
      p99: (lines.get(key)?.points ?? []).map(({ durationNs }) => durationNs.p99),
    }
  })
  return rows.sort((a, b) => b.requestCount - a.requestCount || (endpointKey(a) < endpointKey(b) ? -1 : 1))
}

export const endpointKey = ({ method, template }: Pick<Endpoint, 'method' | 'template'>): string => `${method} ${template}`

const parts = ({ key }: RequestGroups['groups'][number]) => ({ method: String(key.method ?? ''), template: String(key.template ?? '') })

const byKey = (data: RequestGroups | undefined) => new Map((data?.groups ?? []).map((group) => [endpointKey(parts(group)), group]))
