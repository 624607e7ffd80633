'use client'
import { useSyncExternalStore } from 'react'

const QUERY = '(max-width: 719px)'
const watch = (changed: () => void) => {
  const query = matchMedia(QUERY)
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}

/** Whether the page is as narrow as a phone's: lists instead of tables. */
export const usePhone = (): boolean => useSyncExternalStore(watch, () => matchMedia(QUERY).matches, () => false)
