'use client'
import { useCallback, useEffect, useState } from 'react'
import type { Status } from '../../live/index.ts'

const KEY = 'sonde.rail'

/** Whether the rail shows names: as pinned, else in the first run, before any request was seen. And what pins it the other way. */
export function useRailOpen(status: Status | undefined): [boolean, () => void] {
  const [pinned, setPinned] = useState<boolean | null>(null)
  useEffect(() => {
    try {
      const kept = localStorage.getItem(KEY)
      if (kept !== null) setPinned(kept === 'open')
    } catch {
      // Storage is shut off: nothing was kept.
    }
  }, [])
  const open = pinned ?? (status !== undefined && (status.store.rowCount.requests ?? 0) === 0)
  const toggle = useCallback(() => {
    setPinned(!open)
    try {
      localStorage.setItem(KEY, open ? 'closed' : 'open')
    } catch {
      // Storage is shut off: the choice holds for this page.
    }
  }, [open])
  return [open, toggle]
}
