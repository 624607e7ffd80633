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
export function useUnwatched(selection: Selection): readonly Unwatched[] {
  const live = selection.range.kind === 'last' && selection.pausedAt === null
  const now = useNow(live)
  const range = rangeMs(selection, now)
  const every = live ? MOVES_EVERY_MS : 1
  const [fromMs, toMs] = [Math.floor(range.fromMs / every) * every, Math.ceil(range.toMs / every) * every]
  const host = selection.filters.find(({ key, not }) => key === 'host' && !not)?.value
  const step = `${Math.max(1, Math.ceil((toMs - fromMs) / 1000 / STEPS))}s`
  const { data } = useQuery<HostUsage>(fromMs > 0 ? 'host' : null, { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), step, ...(host !== undefined && { host }) })
  return useMemo(() => (data ? unwatchedIn(data) : NONE), [data])
}

const NONE: readonly Unwatched[] = []
