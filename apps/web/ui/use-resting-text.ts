'use client'
import { useEffect, useState, type ChangeEvent, type KeyboardEvent } from 'react'

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
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), restMs)
    return () => clearTimeout(timer)
  }, [text, value, restMs, onChange])
  return {
    value: text,
    spellCheck: false,
    onChange: (event: ChangeEvent<HTMLInputElement>) => setText(event.target.value),
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.key === 'Enter') {
        if (text === value) onEnter?.(event)
        else onChange(text)
      }
      if (event.key !== 'Escape') return
      if (text === '') event.currentTarget.blur()
      setText('')
      onChange('')
    },
  }
}
