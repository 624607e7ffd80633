'use client'
import { useMemo } from 'react'
import { hourBefore } from '../../charts/hour-before.ts'
import type { TimeBar } from '../../charts/time-bars.tsx'
import { useQuery, useRangeMs, useSilence, useTopic, useUnwatched, watchedMs, type Params, type Reading, type Selection } from '../../live/index.ts'
import { barsOf, stepSeconds, withUnknown, type Aggregate } from './bars.ts'
import type { FacetsAnswer } from './facets.ts'

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
  /** Requests a second: of the last minute while live, else of what was watched of the range. */
  readonly rate: number | undefined
}

/** What stands above and beside the list: counts over time, facets, what is usual, what was lost. */
export function useOverview(selection: Selection, filters: Params, range: { readonly from: string; readonly to: string }, live: boolean): RequestsOverview {
  const { fromMs, toMs } = useRangeMs(selection)
  const alive = fromMs > 0 || selection.range.kind === 'between'
  const step = stepSeconds(toMs - fromMs)
  const facets = useTopic<FacetsAnswer>('requests/facets', { ...filters, ...range, limit: 8 }, live)
  const counts = useTopic<Aggregate>('requests/aggregate', { ...filters, ...range, step: `${step}s` }, live)
  const minute = useTopic<Aggregate>(live ? 'requests/aggregate' : null, { ...filters, from: 'now-60s', to: 'now' }, live)
  const before = useQuery<Aggregate>(alive ? 'requests/aggregate' : null, { ...filters, ...hourBefore(Math.max(fromMs, 3_600_000)) })
  const usualP99 = before.data?.groups[0]?.points[0]?.durationNs.p99 ?? null
  const least = Math.max(usualP99 ?? 0, Number(filters.minDurationNs ?? 0))
  const slow = useTopic<Aggregate>(usualP99 === null ? null : 'requests/aggregate', { ...filters, ...range, step: `${step}s`, minDurationNs: least }, live)
  const losses = useTopic<Losses>('losses', range, live)
  const first = Math.floor(fromMs / 1000 / step)
  const last = Math.ceil(toMs / 1000 / step)
  const silentMs = useSilence(live)?.sinceMs
  const unwatched = useUnwatched(selection)
  const bars = useMemo(
    () => withUnknown(barsOf(counts.data, usualP99 === null ? undefined : slow.data, first, last, step), step * 1000, silentMs, unwatched),
    [counts.data, slow.data, usualP99, first, last, step, silentMs, unwatched],
  )
  const lost = (losses.data?.losses ?? []).filter((loss) => loss.affects === 'requests').reduce((sum, loss) => sum + loss.count, 0)
  return { facets, bars, stepMs: step * 1000, usualP99, lost, rate: perSecond(live, facets.data?.total, minute.data, watchedMs(unwatched, fromMs, toMs) / 1000) }
}

function perSecond(live: boolean, total: number | undefined, minute: Aggregate | undefined, watchedSeconds: number): number | undefined {
  if (live) return minute && (minute.groups[0]?.points[0]?.requestCount ?? 0) / Math.min(60, watchedSeconds)
  return total === undefined || watchedSeconds <= 0 ? undefined : total / watchedSeconds
}
