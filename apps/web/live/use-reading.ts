'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ApiError } from './api.ts'
import { useTellFailing } from './failing.ts'

/** What a view knows of one resource. The old picture stays until the new one is there. */
export interface Reading<T> {
  readonly data: T | undefined
  /** Nothing of this selection is here yet. */
  readonly loading: boolean
  /** It has taken 300 ms: draw the old picture dimmed. */
  readonly dim: boolean
  readonly error: ApiError | undefined
  /** When `data` came; milliseconds since the epoch. */
  readonly atMs: number | undefined
  retry(): void
}

interface Held {
  readonly key: string
  readonly data: unknown
  readonly error: ApiError | undefined
  readonly atMs: number | undefined
}

export interface Sink {
  onData(data: unknown): void
  onError(error: ApiError): void
}

const DIM_AFTER_MS = 300
const KEPT = 16
/** Last answers by key, so that a page one comes back to is there at once. */
const answers = new Map<string, { readonly data: unknown; readonly atMs: number }>()

function keep(key: string, data: unknown, atMs: number): void {
  answers.delete(key)
  answers.set(key, { data, atMs })
  if (answers.size > KEPT) answers.delete(answers.keys().next().value!)
}

/** Reads what `start` brings for `key`; null reads nothing. `start` returns what ends it. */
export function useReading<T>(key: string | null, start: (sink: Sink) => () => void): Reading<T> {
  const [held, setHeld] = useState<Held | undefined>(undefined)
  const [attempt, setAttempt] = useState(0)
  const starting = useRef(start)
  useEffect(() => {
    starting.current = start
  })
  useEffect(() => {
    if (key === null) return
    const known = answers.get(key)
    if (known) setHeld({ key, error: undefined, ...known })
    return starting.current({
      onData: (data) => {
        const atMs = Date.now()
        keep(key, data, atMs)
        setHeld({ key, data, error: undefined, atMs })
      },
      onError: (error) => setHeld((before) => ({ key, error, data: before?.key === key ? before.data : undefined, atMs: before?.key === key ? before.atMs : undefined })),
    })
  }, [key, attempt])
  const loading = key !== null && held?.key !== key
  const dim = useLate(loading && held !== undefined)
  const retry = useCallback(() => setAttempt((before) => before + 1), [])
  const error = loading ? undefined : held?.error
  useTellFailing(error, retry)
  return { data: held?.data as T | undefined, loading, dim, error, atMs: held?.atMs, retry }
}

/** True once it has been true for 300 ms: when what is shown is of another question, and to be dimmed. */
export function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!waiting) return
    const timer = setTimeout(() => setLate(true), DIM_AFTER_MS)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [waiting])
  return waiting && late
}
