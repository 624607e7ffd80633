/** Lengths a timeline may have, in seconds. */
const LENGTHS_S = [60, 300, 900, 3600, 21_600, 86_400, 604_800] as const

export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * What the timeline shows around a chosen range: at least twice as much, the range in its middle, nothing after now. So one
 * sees what one narrowed, and can widen it again.
 */
export function contextOf({ fromMs, toMs }: Stretch, nowMs: number): Stretch {
  const chosen = toMs - fromMs
  const length = (LENGTHS_S.find((seconds) => seconds * 1000 >= 2 * chosen) ?? 0) * 1000 || 2 * chosen
  const end = Math.min(Math.max(nowMs, toMs), toMs + (length - chosen) / 2)
  return { fromMs: Math.max(0, Math.floor((end - length) / 1000) * 1000), toMs: Math.ceil(end / 1000) * 1000 }
}
