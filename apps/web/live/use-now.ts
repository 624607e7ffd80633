'use client'
import { useEffect, useState } from 'react'
import { isLive, rangeMs, rangeParams, type Selection } from './selection.ts'

/** The present, a step a second while `running`. 0 before the page is alive, so that server and browser draw the same. */
export function useNow(running = true): number {
  const [now, setNow] = useState(0)
  useEffect(() => {
    setNow(Date.now())
    if (!running) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [running])
  return now
}

/** The selection's range in milliseconds, moving on while live. */
export function useRangeMs(selection: Selection): { readonly fromMs: number; readonly toMs: number } {
  const now = useNow(selection.range.kind === 'last' && selection.pausedAt === null)
  return rangeMs(selection, now)
}

/** What needn't be asked for each second is asked for again so often. */
const CALM_MS = 10_000

/** The selection's range for a query: while live as instants that move on each ten seconds; undefined until the page is alive. */
export function useCalmRange(selection: Selection): { readonly from: string; readonly to: string } | undefined {
  const now = useNow(isLive(selection))
  if (selection.range.kind === 'between' || selection.pausedAt !== null) return rangeParams(selection)
  if (now === 0) return undefined
  const to = Math.ceil(now / CALM_MS) * CALM_MS
  return { from: new Date(to - selection.range.seconds * 1000).toISOString(), to: new Date(to).toISOString() }
}
