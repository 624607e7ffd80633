'use client'
import { useSyncExternalStore } from 'react'

/** A hook that says whether a media query holds, as it changes; not before the page is alive. */
function mediaHook(text: string): () => boolean {
  const watch = (changed: () => void) => {
    const query = matchMedia(text)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }
  const read = () => matchMedia(text).matches
  return function useMedia() {
    return useSyncExternalStore(watch, read, () => false)
  }
}

/** Whether the page is as narrow as a phone's: lists instead of tables. */
export const usePhone = mediaHook('(max-width: 719px)')

/** Whether there is room for wider pictures. */
export const useWide = mediaHook('(min-width: 1760px)')
