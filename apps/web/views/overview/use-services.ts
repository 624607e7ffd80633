'use client'
import { useMemo } from 'react'
import { hourBefore } from '../../charts/hour-before.ts'
import { rangeMs, useLastMinute, useNow, useQuery, useSelection, useTopic, useUnwatched, type Reading, type Services, type ServicesSeries } from '../../live/index.ts'
import { serviceRows, type ServiceRow } from './rows.ts'

const STEPS = [1, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]
const STEPS_SHOWN = 92

export interface OverviewReading {
  readonly rows: readonly ServiceRow[]
  readonly series: Reading<ServicesSeries>
  /** Services there are, with requests or without. */
  readonly services: Reading<Services>
  readonly fromMs: number
  readonly toMs: number
  /** There is an hour to compare with. */
  readonly compared: boolean
  /** All answers that decide the order are here. */
  readonly settled: boolean
}

/** The step that all lines of the page share. */
export const stepOf = (fromMs: number, toMs: number): string => `${STEPS.find((seconds) => (toMs - fromMs) / 1000 / seconds <= STEPS_SHOWN) ?? STEPS.at(-1)!}s`

/** Everything the table of services shows: figures of the last minute while live, else of the whole range. */
export function useServices(): OverviewReading {
  const { selection, live, range } = useSelection()
  const minute = useLastMinute()
  const now = useNow(live)
  const { fromMs, toMs } = rangeMs(selection, now)
  const step = stepOf(fromMs, toMs)
  const series = useTopic<ServicesSeries>('services/series', { ...range, step }, live)
  const services = useTopic<Services>('services', { ...(live ? minute.range : range), limit: 1000 }, live)
  const before = useQuery<ServicesSeries>(now === 0 ? null : 'services/series', { ...hourBefore(fromMs), step })
  const unwatched = useUnwatched(selection)
  const rows = useMemo(() => {
    if (!series.data || series.atMs === undefined) return []
    const ends = live ? { fromMs: series.atMs - (toMs - fromMs), toMs: series.atMs } : { fromMs, toMs }
    return serviceRows({ now: services.data, series: series.data, before: before.data, unwatched, ...ends })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- while live the ends move on with the answers
  }, [series.data, series.atMs, services.data, before.data, unwatched, live, live ? toMs - fromMs : fromMs, live ? 0 : toMs])
  const compared = rows.some(({ usual }) => usual.rate !== undefined)
  const settled = services.data !== undefined && (before.data !== undefined || before.error !== undefined)
  return { rows, series, services, fromMs, toMs, compared, settled }
}
