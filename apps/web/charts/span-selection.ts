/** A stretch being chosen on an axis of steps: from where it was begun to where it is now, both included. */
export interface StepSpan {
  readonly anchor: number
  readonly head: number
}

/** What a key does to a chosen stretch over `count` steps: arrows move it, Shift grows it, Home and End go to the ends. */
export function spanKey(span: StepSpan | undefined, key: string, shift: boolean, count: number): StepSpan | undefined {
  if (count === 0) return undefined
  const at = span?.head ?? count
  const to = targetOf(key, at, count)
  if (to === undefined) return span
  const head = Math.min(Math.max(to, 0), count - 1)
  return { anchor: shift && span ? span.anchor : head, head }
}

function targetOf(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowLeft': return at - 1
    case 'ArrowRight': return at + 1
    case 'Home': return 0
    case 'End': return count - 1
    default: return undefined
  }
}

/** First step and the one after the last. */
export function spanBounds(span: StepSpan): readonly [from: number, to: number] {
  return [Math.min(span.anchor, span.head), Math.max(span.anchor, span.head) + 1]
}

/** The step at a pixel of a plot `width` wide that begins at 0. */
export function stepAt(px: number, width: number, count: number): number {
  return Math.min(Math.max(Math.floor((px / Math.max(1, width)) * count), 0), Math.max(0, count - 1))
}
