'use client'
import { useLayoutEffect, useRef, type RefObject } from 'react'

/** Takes the focus as it comes, if `takes` then: before anything is painted, so no key is lost. */
export function useTakenFocus(element: RefObject<HTMLElement | null>, takes: boolean): void {
  const first = useRef(takes)
  useLayoutEffect(() => {
    if (first.current) element.current?.focus()
  }, [element])
}
