'use client'
import { useEffect, useSyncExternalStore } from 'react'
import type { ApiError } from './api.ts'

/** A resource of the page that fails while its old picture is shown, or without one. */
export interface Failing {
  readonly error: ApiError
  retry(): void
}

const NONE: readonly Failing[] = []
const failing = new Map<object, Failing>()
const watchers = new Set<() => void>()
let list = NONE

function changed(): void {
  list = failing.size === 0 ? NONE : [...failing.values()]
  for (const watcher of watchers) watcher()
}

/** Makes a failing reading known to the page for as long as it fails. */
export function useTellFailing(error: ApiError | undefined, retry: () => void): void {
  useEffect(() => {
    if (!error) return
    const key = {}
    failing.set(key, { error, retry })
    changed()
    return () => {
      failing.delete(key)
      changed()
    }
  }, [error, retry])
}

const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

/** What of the page fails now. */
export function useFailing(): readonly Failing[] {
  return useSyncExternalStore(watch, () => list, () => NONE)
}
