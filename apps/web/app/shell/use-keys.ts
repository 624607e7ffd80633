'use client'
import { useEffect, useRef } from 'react'

export interface KeyActions {
  /** By what is pressed: `t`, `space`, `mod+k`, or after `g`: `g o`. */
  readonly [keys: string]: (() => void) | undefined
}

const SEQUENCE_MS = 1200
const TYPED = 'input, textarea, select, [contenteditable]'
const PRESSED = 'button, a, [role="switch"], [role^="menuitem"], [role="option"]'

/** Keys of the whole page. Where text is typed only those with a modifier count; a focused control keeps its space. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions)
  useEffect(() => {
    latest.current = actions
  })
  useEffect(() => {
    let first: { readonly key: string; readonly atMs: number } | undefined
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return
      const target = event.target instanceof Element ? event.target : document.body
      const modified = event.metaKey || event.ctrlKey
      if (!modified && target.closest(TYPED)) return
      const key = event.key === ' ' ? 'space' : event.key
      if (key === 'space' && target.closest(PRESSED)) return
      const sequence = first && event.timeStamp - first.atMs < SEQUENCE_MS ? `${first.key} ${key}` : undefined
      const name = modified ? `mod+${key.toLowerCase()}` : sequence !== undefined && latest.current[sequence] ? sequence : key
      first = !modified && key === 'g' ? { key, atMs: event.timeStamp } : undefined
      const run = document.querySelector('[role="dialog"]') && name !== 'mod+k' ? undefined : latest.current[name]
      if (!run) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}
