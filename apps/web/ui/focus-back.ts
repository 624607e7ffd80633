'use client'
import { useRef } from 'react'

/** Gives the focus back to what had it when a dialog that has no trigger of its own closes: handlers for its content. */
export function useFocusBack(): { readonly onOpenAutoFocus: () => void; readonly onCloseAutoFocus: (event: Event) => void } {
  const before = useRef<Element | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = document.activeElement
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault()
      if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true })
    },
  }
}
