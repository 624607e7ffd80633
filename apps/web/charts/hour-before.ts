const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/**
 * The hour before a range, for "usual" and "before". Its end is held to whole minutes, so that a live page asks once a
 * minute and not each second.
 */
export function hourBefore(fromMs: number): { readonly from: string; readonly to: string } {
  const to = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS
  return { from: new Date(to - HOUR_MS).toISOString(), to: new Date(to).toISOString() }
}
