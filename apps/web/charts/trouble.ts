/** What left its usual range: the steps of this range against the hour before it. Pure. */

type Points = readonly (number | null)[]

/** From 1.5× a longer latency is put in words, a rate from 25 % more or less. */
const SLOWER = 1.5
const RATE_CHANGE = 0.25
/** Steps in a row that must have left the usual range, and the share of them that did. */
const LEAST_STEPS = 3
const SHARE_OUT = 0.75
/** Without that many usual steps there is no hour to compare with. */
const LEAST_USUAL = 12
/** Errors: at least so many, and so large a share, before they are trouble. */
const LEAST_ERRORS = 5
const LEAST_ERROR_SHARE = 0.001

export interface Usual {
  readonly median: number
  /** 5th and 95th percentile of its steps. */
  readonly low: number
  readonly high: number
}

/** The usual range of a figure from its steps; undefined if too few are known. */
export function usualOf(points: Points): Usual | undefined {
  const known = points.filter((value): value is number => value !== null).sort((a, b) => a - b)
  if (known.length < LEAST_USUAL) return undefined
  const at = (share: number) => known[Math.min(known.length - 1, Math.floor(known.length * share))]!
  return { median: at(0.5), low: at(0.05), high: at(0.95) }
}

export interface Moved {
  /** Index of the first step that left. */
  readonly since: number
  /** Median from there on, against the usual median. */
  readonly ratio: number
}

/**
 * Since which step to the end a figure is out of its usual range: the longest tail that begins outside and of which at least
 * three steps in four are. Undefined if it is inside, or back inside.
 */
function tail(points: Points, out: (value: number) => boolean, usual: Usual): Moved | undefined {
  let known = 0
  let outside = 0
  let since: number | undefined
  for (let i = points.length - 1; i >= 0; i--) {
    const value = points[i]
    if (value === null || value === undefined) continue
    known++
    if (!out(value)) continue
    outside++
    if (outside >= LEAST_STEPS && outside >= known * SHARE_OUT && goesOn(points, i, out)) since = i
  }
  if (since === undefined) return undefined
  const level = medianOf(points.slice(since))
  return out(level) ? { since, ratio: usual.median > 0 ? level / usual.median : Infinity } : undefined
}

/** It is a begin if most of the next steps are outside too: a stray step long before is none. */
function goesOn(points: Points, at: number, out: (value: number) => boolean): boolean {
  const next = points.slice(at, at + NEXT_STEPS).filter((value): value is number => value !== null)
  return next.filter(out).length >= next.length * SHARE_OUT
}

const NEXT_STEPS = 4

function medianOf(points: Points): number {
  const known = points.filter((value): value is number => value !== null).sort((a, b) => a - b)
  return known[known.length >> 1] ?? 0
}

/** A latency that grew out of its usual range. */
export function slower(points: Points, usual: Usual | undefined): Moved | undefined {
  if (!usual || usual.median <= 0) return undefined
  const threshold = Math.max(usual.high, usual.median * SLOWER)
  return tail(points, (value) => value > threshold, usual)
}

/** A rate that left its usual range by a quarter. */
export function rateMoved(points: Points, usual: Usual | undefined): Moved | undefined {
  if (!usual || usual.median <= 0) return undefined
  const more = tail(points, (value) => value > Math.max(usual.high, usual.median * (1 + RATE_CHANGE)), usual)
  return more ?? tail(points, (value) => value < Math.min(usual.low, usual.median * (1 - RATE_CHANGE)), usual)
}

/** Whether errors are trouble: enough of them, and 1.5 × their share of before. */
export function failing(now: { readonly errorCount: number; readonly errorRate: number }, shareBefore: number | undefined): boolean {
  return now.errorCount >= LEAST_ERRORS && now.errorRate >= LEAST_ERROR_SHARE && (shareBefore === undefined ? now.errorRate >= 0.01 : now.errorRate >= shareBefore * SLOWER)
}
