'use client'
import { useCallback, useEffect, useRef, useState, type ChangeEvent, type KeyboardEvent } from 'react'

interface RestingText {
  readonly value: string
  /** Typing rests after so long without a key. */
  readonly restMs: number
  /** Called when typing rests, on Enter and when emptied. */
  readonly onChange: (value: string) => void
  /** Enter where nothing new was typed. */
  readonly onEnter?: (event: KeyboardEvent<HTMLInputElement>) => void
}

/** A text as it is typed, told when typing rests: what an `<input>` needs for it. Escape empties it, and leaves it when it is empty. */
export function useRestingText({ value, restMs, onChange, onEnter }: RestingText) {
  const [text, setText] = useState(value)
  // What was told comes back as `value` a little later; more may have been typed meanwhile, and stays.
  const told = useRef<string[]>([])
  const tell = useCallback((next: string) => {
    told.current.push(next)
    onChange(next)
  }, [onChange])
  useEffect(() => {
    const at = told.current.indexOf(value)
    told.current.splice(0, at < 0 ? Infinity : at + 1)
    if (at < 0) setText(value)
  }, [value])
  useEffect(() => {
    if (text === value) {
      told.current = []
      return
    }
    const timer = setTimeout(() => tell(text), restMs)
    return () => clearTimeout(timer)
  }, [text, value, restMs, tell])
  return {
    value: text,
    spellCheck: false,
    onChange: (event: ChangeEvent<HTMLInputElement>) => setText(event.target.value),
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.key === 'Enter') {
        if (text === value) onEnter?.(event)
        else tell(text)
      }
      if (event.key !== 'Escape') return
      if (text === '') event.currentTarget.blur()
      setText('')
      tell('')
    },
  }
}
