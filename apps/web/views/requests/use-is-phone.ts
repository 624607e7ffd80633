'use client'
import { useSyncExternalStore } from 'react'

/** The width below which pages are for a phone; the same as `--breakpoint-desk`. */
const PHONE = '(max-width: 719px)'

function watch(onChange: () => void): () => void {
  const query = window.matchMedia(PHONE)
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

/** Whether the page is held in a hand. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(watch, () => window.matchMedia(PHONE).matches, () => false)
}
