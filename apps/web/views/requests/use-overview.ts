'use client'
import { useMemo } from 'react'
import { hourBefore } from '../../charts/hour-before.ts'
import type { TimeBar } from '../../charts/time-bars.tsx'
import { useQuery, useRangeMs, useSilence, useTopic, type Params, type Reading, type Selection } from '../../live/index.ts'
import type { FacetsAnswer } from './facets.ts'

interface Point {
  readonly time: string
  readonly requestCount: number
  readonly errorCount: number
  readonly durationNs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }
}
interface Aggregate {
  readonly groups: readonly { readonly points: readonly Point[] }[]
}
interface Losses {
  readonly losses: readonly { readonly affects: string; readonly count: number }[]
}

export interface RequestsOverview {
  readonly facets: Reading<FacetsAnswer>
  readonly bars: readonly TimeBar[]
  readonly stepMs: number
  /** p99 of the hour before under the same filters; null if there was nothing. */
  readonly usualP99: number | null
  /** What of the range's requests is known to be lost. */
  readonly lost: number
  readonly rangeSeconds: number
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]
const MOST_BARS = 100

/** A step that cuts a range into at most 100 bars. */
export function stepSeconds(rangeMs: number): number {
  return STEPS_S.find((step) => rangeMs / 1000 / step <= MOST_BARS) ?? Math.ceil(rangeMs / 1000 / MOST_BARS / 86_400) * 86_400
}

/** What stands above and beside the list: counts over time, facets, what is usual, what was lost. */
export function useOverview(selection: Selection, filters: Params, range: { readonly from: string; readonly to: string }, live: boolean): RequestsOverview {
  const { fromMs, toMs } = useRangeMs(selection)
  const alive = fromMs > 0 || selection.range.kind === 'between'
  const step = stepSeconds(toMs - fromMs)
  const facets = useTopic<FacetsAnswer>('requests/facets', { ...filters, ...range, limit: 8 }, live)
  const counts = useTopic<Aggregate>('requests/aggregate', { ...filters, ...range, step: `${step}s` }, live)
  const before = useQuery<Aggregate>(alive ? 'requests/aggregate' : null, { ...filters, ...hourBefore(Math.max(fromMs, 3_600_000)) })
  const usualP99 = before.data?.groups[0]?.points[0]?.durationNs.p99 ?? null
  const least = Math.max(usualP99 ?? 0, Number(filters.minDurationNs ?? 0))
  const slow = useTopic<Aggregate>(usualP99 === null ? null : 'requests/aggregate', { ...filters, ...range, step: `${step}s`, minDurationNs: least }, live)
  const losses = useTopic<Losses>('losses', range, live)
  const first = Math.floor(fromMs / 1000 / step)
  const last = Math.ceil(toMs / 1000 / step)
  const silentMs = useSilence(live)?.sinceMs
  const bars = useMemo(() => withSilence(barsOf(counts.data, usualP99 === null ? undefined : slow.data, first, last, step), silentMs), [counts.data, slow.data, usualP99, first, last, step, silentMs])
  const lost = (losses.data?.losses ?? []).filter((loss) => loss.affects === 'requests').reduce((sum, loss) => sum + loss.count, 0)
  return { facets, bars, stepMs: step * 1000, usualP99, lost, rangeSeconds: (toMs - fromMs) / 1000 }
}

/** One bar a step; where nothing of the selection happened at all, so many zeros. */
function barsOf(counts: Aggregate | undefined, slow: Aggregate | undefined, first: number, last: number, step: number): readonly TimeBar[] {
  if (!counts) return []
  const points = counts.groups[0]?.points
  if (!points) return Array.from({ length: Math.max(0, Math.min(MOST_BARS + 2, last - first)) }, (_, i) => ({ at: (first + i) * step * 1000, count: 0, marked: 0 }))
  const marked = new Map((slow?.groups[0]?.points ?? []).map((point) => [point.time, point.requestCount]))
  return points.map((point) => ({ at: Date.parse(point.time), count: point.requestCount, marked: marked.get(point.time) ?? 0 }))
}

/** While nobody reports, nothing is known: that is not zero. */
export function withSilence(bars: readonly TimeBar[], sinceMs: number | undefined): readonly TimeBar[] {
  return sinceMs === undefined ? bars : bars.map((bar) => (bar.at >= sinceMs && bar.count === 0 ? { ...bar, count: null } : bar))
}
