import { slower, usualOf, type Moved } from '../../charts/trouble.ts'
import type { Percentiles, RequestGroups } from '../../live/index.ts'
import { isUnwatched, type Unwatched } from '../../live/unwatched.ts'

/** What the service's requests say: pure, from answers of `requests/aggregate` by role. */

export type Role = 'server' | 'client'
type Group = RequestGroups['groups'][number]
type Points = readonly (number | null)[]

/** The side that is shown: the one asked for, else what it is asked, else what it asks. */
export function roleOf(groups: readonly Group[], asked: Role | undefined): Role {
  if (asked) return asked
  return groups.some(({ key }) => key.role === 'server') || groups.length === 0 ? 'server' : 'client'
}

export const groupOf = (data: RequestGroups | undefined, role: Role): Group | undefined => data?.groups.find(({ key }) => key.role === role)

/** Steps of one side on a time axis; all of them null where nothing is known. */
export interface ServiceSteps {
  /** Begins, ms since the epoch. */
  readonly times: readonly number[]
  readonly stepMs: number
  readonly requestRate: Points
  readonly errorRate: Points
  readonly p50: Points
  readonly p95: Points
  readonly p99: Points
}

export interface StepBounds {
  readonly stepMs: number
  /** Ends of a range that stands still; undefined while live: the first step and the one that still runs are not whole then. */
  readonly range: { readonly fromMs: number; readonly toMs: number } | undefined
  /** Nothing is known of what is later: the present, or when the last host fell silent. */
  readonly knownToMs: number
  /** In these a step without requests says nothing. */
  readonly unwatched: readonly Unwatched[]
}

/** The whole steps of a group's points: a rate of part of a step would be too small, a percentile of it chance. */
export function stepsOf(group: Group | undefined, { stepMs, range, knownToMs, unwatched }: StepBounds): ServiceSteps {
  const all = (group?.points ?? []).map((point) => ({ ...point, at: Date.parse(point.time) }))
  const whole = range ? all.filter(({ at }) => at >= range.fromMs && at + stepMs <= range.toMs) : all.slice(1, -1)
  const isKnown = ({ at, requestCount }: (typeof whole)[number]) => at + stepMs <= knownToMs && (requestCount > 0 || !isUnwatched(unwatched, at, stepMs))
  const points = whole.map((point) => (isKnown(point) ? point : { at: point.at, requestCount: null, errorCount: null, durationNs: NOTHING }))
  const perSecond = (count: number | null) => (count === null ? null : count / (stepMs / 1000))
  return {
    times: points.map(({ at }) => at), stepMs,
    requestRate: points.map(({ requestCount }) => perSecond(requestCount)), errorRate: points.map(({ errorCount }) => perSecond(errorCount)),
    p50: points.map(({ durationNs }) => durationNs.p50), p95: points.map(({ durationNs }) => durationNs.p95), p99: points.map(({ durationNs }) => durationNs.p99),
  }
}

const NOTHING: Percentiles = { p50: null, p95: null, p99: null }

/** Requests, errors and percentiles of one side over a time. */
export interface ServiceFigures {
  readonly requestCount: number
  readonly errorCount: number
  /** 0–1; null without requests. */
  readonly errorShare: number | null
  readonly durationNs: Percentiles
}

/** Figures of a group that was asked for without steps. */
export function figuresOf(group: Group | undefined): ServiceFigures {
  const point = group?.points[0]
  const [requestCount, errorCount] = [group?.requestCount ?? 0, point?.errorCount ?? 0]
  return { requestCount, errorCount, errorShare: requestCount > 0 ? errorCount / requestCount : null, durationNs: point?.durationNs ?? NOTHING }
}

export interface AgainstBefore {
  /** Of all of the hour before; undefined if it had too few requests. */
  readonly usual: { readonly [metric in keyof Percentiles]: number | undefined }
  /** Out of its usual range, and since when; ms since the epoch. */
  readonly moved: { readonly [metric in keyof Percentiles]: (Moved & { readonly sinceMs: number }) | undefined }
  /** 0–1; null without requests in the hour before. */
  readonly errorShare: number | null
}

const METRICS = ['p50', 'p95', 'p99'] as const

/** Fewer requests than these say nothing of what is usual. */
const ENOUGH = 20

/** Steps of the range against as long ones of the hour before it, and that hour as a whole. */
export function againstBefore(now: Group | undefined, steps: Group | undefined, whole: Group | undefined): AgainstBefore {
  const before = figuresOf(whole)
  const valuesOf = (group: Group | undefined, metric: keyof Percentiles) => (group?.points ?? []).map(({ durationNs }) => durationNs[metric])
  const moved = METRICS.map((metric) => {
    const found = slower(valuesOf(now, metric), usualOf(valuesOf(steps, metric)))
    return [metric, found && { ...found, sinceMs: Date.parse(now!.points[found.since]!.time) }] as const
  })
  return {
    usual: Object.fromEntries(METRICS.map((metric) => [metric, before.requestCount >= ENOUGH ? (before.durationNs[metric] ?? undefined) : undefined])) as AgainstBefore['usual'],
    moved: Object.fromEntries(moved) as AgainstBefore['moved'],
    errorShare: before.errorShare,
  }
}

/** When trouble began: of p99, else of p95. */
export const onsetOf = ({ moved }: AgainstBefore): number | undefined => (moved.p99 ?? moved.p95)?.sinceMs
