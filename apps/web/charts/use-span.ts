'use client'
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { spanBounds, spanKey, stepAt, type StepSpan } from './span-selection.ts'

/** Where the steps are drawn, in pixels from the left edge of what takes the pointer. */
export interface StepAxis {
  readonly count: number
  readonly left: number
  readonly width: number
}

export interface SpanHandle {
  /** What is under the pointer or chosen by keys; while dragging, from where to where. */
  readonly shown: StepSpan | undefined
  /** For each element that draws the steps; several may share them. */
  readonly pointer: {
    onPointerDown(event: PointerEvent<Element>): void
    onPointerMove(event: PointerEvent<Element>): void
    onPointerUp(event: PointerEvent<Element>): void
    onPointerLeave(): void
    onPointerCancel(): void
  }
  /** True if it took the key. */
  onKey(event: KeyboardEvent): boolean
}

/** Choosing steps by pointer (drag, applies on release) and keys (arrows, Shift, Enter; Esc cancels). */
export function useSpan({ count, left, width }: StepAxis, apply: (bounds: readonly [number, number]) => void): SpanHandle {
  const [shown, setShown] = useState<StepSpan>()
  /** Where a drag was begun. */
  const anchor = useRef<number | undefined>(undefined)
  const step = (event: PointerEvent<Element>) => stepAt(event.clientX - event.currentTarget.getBoundingClientRect().left - left, width, count)
  const end = () => {
    anchor.current = undefined
    setShown(undefined)
  }
  const pointer = {
    onPointerDown(event: PointerEvent<Element>) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      anchor.current = step(event)
      setShown({ anchor: anchor.current, head: anchor.current })
    },
    onPointerMove(event: PointerEvent<Element>) {
      const head = step(event)
      setShown({ anchor: anchor.current ?? head, head })
    },
    onPointerUp(event: PointerEvent<Element>) {
      // Where it is let go, not what was drawn last: on a busy machine that is a step behind.
      const head = step(event)
      if (anchor.current !== undefined && anchor.current !== head) apply(spanBounds({ anchor: anchor.current, head }))
      end()
    },
    onPointerLeave() {
      if (anchor.current === undefined) setShown(undefined)
    },
    onPointerCancel: end,
  }
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.key === 'Escape' && shown) {
      end()
      return true
    }
    if (event.key === 'Enter' && shown) {
      apply(spanBounds(shown))
      setShown(undefined)
      return true
    }
    const next = spanKey(shown, event.key, event.shiftKey, count)
    if (next === shown) return false
    setShown(next)
    return true
  }
  return { shown, pointer, onKey }
}
