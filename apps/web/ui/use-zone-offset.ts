'use client'
import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** Minutes the browser's zone is east of UTC at an instant; 0 until the page is alive, as the server draws it. */
export function useZoneOffset(ms: number): number {
  const alive = useSyncExternalStore(never, () => true, () => false)
  return alive ? -new Date(ms).getTimezoneOffset() : 0
}
