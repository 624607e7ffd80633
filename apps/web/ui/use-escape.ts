'use client'
import { useEffect, useRef } from 'react'

/** Where Esc has a meaning of its own. */
const OWN = 'input, textarea, [role="dialog"], [role="menu"]'

/** Esc runs this while `active`, wherever the focus is: what was pressed may be gone with what it opened. */
export function useEscape(active: boolean, run: () => void): void {
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    if (!active) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || (event.target instanceof Element && event.target.closest(OWN))) return
      event.preventDefault()
      latest.current()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [active])
}
