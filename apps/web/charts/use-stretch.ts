'use client'
import { useCallback, useState } from 'react'
import { nodeKey, type FlameLayout } from './flame-layout.ts'
import { scaled, stretchOf, type Stretch } from './flame-view.ts'

export interface StretchHandle {
  readonly stretch: Stretch
  /** Somebody went closer or aside by hand. */
  readonly isFree: boolean
  change(to: (stretch: Stretch) => Stretch): void
  closer(factor: number, share: number): void
  reset(): void
}

/** What is seen across: the zoomed rectangle, and from there as somebody moves, until another is zoomed to. It stays while samples come. */
export function useStretch(layout: FlameLayout, zoom: number): StretchHandle {
  const [free, setFree] = useState<{ readonly of: string; readonly stretch: Stretch }>()
  const of = nodeKey(layout, zoom)
  const own = stretchOf(layout, zoom)
  const change = useCallback((to: (stretch: Stretch) => Stretch) => setFree((before) => {
    const from = before?.of === of ? before.stretch : { from: own.from, to: own.to }
    const stretch = to(from)
    return stretch === from ? before : { of, stretch }
  }), [of, own.from, own.to])
  const isFree = free?.of === of
  return {
    stretch: isFree ? free.stretch : own,
    isFree,
    change,
    closer: useCallback((factor, share) => change((stretch) => scaled(stretch, factor, share)), [change]),
    reset: useCallback(() => setFree(undefined), []),
  }
}
