'use client'
import { useEffect, useSyncExternalStore } from 'react'

/** When the present trouble began, as the page that knows it says; milliseconds since the epoch. The range picker offers it. */
let onsetMs: number | null = null
const watchers = new Set<() => void>()

function set(next: number | null): void {
  if (next === onsetMs) return
  onsetMs = next
  for (const watcher of watchers) watcher()
}

const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Says when trouble began; null if there is none. It stays known on other pages. */
export function useSayOnset(ms: number | null | undefined): void {
  useEffect(() => {
    if (ms !== undefined) set(ms)
  }, [ms])
}

export const useOnset = (): number | null => useSyncExternalStore(watch, () => onsetMs, () => null)
