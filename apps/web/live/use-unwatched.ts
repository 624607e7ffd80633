'use client'
import { useMemo } from 'react'
import type { HostUsage } from './measured-resources.ts'
import { rangeMs, type Selection } from './selection.ts'
import { unwatchedIn, type Unwatched } from './unwatched.ts'
import { useNow } from './use-now.ts'
import { useQuery } from './use-topic.ts'

const STEPS = 180
/** While live only the beginning of the range changes, and slowly. */
const MOVES_EVERY_MS = 30_000

/** The stretches of the selection's range in which nobody watched. */
export const useUnwatched = (selection: Selection): readonly Unwatched[] => useUnwatchedOrNotKnown(selection) ?? NONE

/** The same; undefined while it is asked for: then that nothing was seen may say nothing. */
export function useUnwatchedOrNotKnown(selection: Selection): readonly Unwatched[] | undefined {
  const live = selection.range.kind === 'last' && selection.pausedAt === null
  const now = useNow(live)
  const range = rangeMs(selection, now)
  const every = live ? MOVES_EVERY_MS : 1
  const [fromMs, toMs] = [Math.floor(range.fromMs / every) * every, Math.ceil(range.toMs / every) * every]
  const host = selection.filters.find(({ key, not }) => key === 'host' && !not)?.value
  const step = `${Math.max(1, Math.ceil((toMs - fromMs) / 1000 / STEPS))}s`
  const { data, error } = useQuery<HostUsage>(fromMs > 0 ? 'host' : null, { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), step, ...(host !== undefined && { host }) })
  return useMemo(() => (data ? unwatchedIn(data) : error ? NONE : undefined), [data, error])
}

const NONE: readonly Unwatched[] = []
