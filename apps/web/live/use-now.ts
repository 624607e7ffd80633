'use client'
import { useEffect, useState } from 'react'
import { rangeMs, type Selection } from './selection.ts'

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
