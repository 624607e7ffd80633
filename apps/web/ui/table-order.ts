/** Rows of a live table stay where they are: an order is kept for so long unless the reader asks for another. */
export const RESORT_MS = 10_000

export interface HeldOrder {
  readonly keys: readonly string[]
  readonly atMs: number
  /** What was sorted by; another one ends the hold at once. */
  readonly by: string
}

/**
 * The order to show: the wanted one if it is time for it, else the one held, without what is gone and with what is new where
 * the wanted order puts it among its neighbours.
 */
export function calmOrder(held: HeldOrder | undefined, wanted: readonly string[], by: string, nowMs: number, untouched: boolean): HeldOrder {
  if (!held || held.by !== by || held.keys.length === 0 || (untouched && nowMs - held.atMs >= RESORT_MS)) return { keys: wanted, atMs: nowMs, by }
  const living = new Set(wanted)
  const known = new Set(held.keys)
  const keys = held.keys.filter((key) => living.has(key))
  for (let i = 0; i < wanted.length; i++) {
    const key = wanted[i]!
    if (known.has(key)) continue
    const before = i === 0 ? -1 : keys.indexOf(wanted[i - 1]!)
    keys.splice(before + 1, 0, key)
  }
  return { keys, atMs: held.atMs, by }
}
