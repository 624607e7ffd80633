import type { TimeBar } from '../../charts/time-bars.tsx'
import { isUnwatched, type Unwatched } from '../../live/unwatched.ts'

export interface Point {
  readonly time: string
  readonly requestCount: number
  readonly errorCount: number
  readonly durationNs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }
}
export interface Aggregate {
  readonly groups: readonly { readonly points: readonly Point[] }[]
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]
const MOST_BARS = 100

/** A step that cuts a range into at most 100 bars. */
export function stepSeconds(rangeMs: number): number {
  return STEPS_S.find((step) => rangeMs / 1000 / step <= MOST_BARS) ?? Math.ceil(rangeMs / 1000 / MOST_BARS / 86_400) * 86_400
}

/** One bar a step; where nothing of the selection happened at all, so many zeros. */
export function barsOf(counts: Aggregate | undefined, slow: Aggregate | undefined, first: number, last: number, step: number): readonly TimeBar[] {
  if (!counts) return []
  const points = counts.groups[0]?.points
  if (!points) return Array.from({ length: Math.max(0, Math.min(MOST_BARS + 2, last - first)) }, (_, i) => ({ at: (first + i) * step * 1000, count: 0, marked: 0 }))
  const marked = new Map((slow?.groups[0]?.points ?? []).map((point) => [point.time, point.requestCount]))
  return points.map((point) => ({ at: Date.parse(point.time), count: point.requestCount, marked: marked.get(point.time) ?? 0 }))
}

/** While nobody reports, nothing is known: that is not zero. */
export function withUnknown(bars: readonly TimeBar[], stepMs: number, silentSinceMs: number | undefined, unwatched: readonly Unwatched[]): readonly TimeBar[] {
  const isUnknown = (at: number) => at >= (silentSinceMs ?? Infinity) || isUnwatched(unwatched, at, stepMs)
  return bars.map((bar) => (bar.count === 0 && isUnknown(bar.at) ? { ...bar, count: null } : bar))
}
