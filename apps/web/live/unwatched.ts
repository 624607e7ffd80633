import type { HostUsage } from './measured-resources.ts'

/** A stretch of time in which no collector ran: that nothing was seen in it says nothing. Milliseconds since the epoch. */
export interface Unwatched {
  readonly fromMs: number
  readonly toMs: number
}

/** While it isn't known when somebody watched, it may have been at no time. */
export const PERHAPS_NEVER: readonly Unwatched[] = [{ fromMs: -Infinity, toMs: Infinity }]

/** A restart is shorter, and what is missed in it is counted as lost. */
const WORTH_MS = 10_000

/**
 * When nobody watched, by the readings of the hosts that each collector makes once a second. Without any there is
 * nothing to tell by: recordings may hold none. The end of a range is left alone: who is silent now is told by `silence.ts`.
 */
export function unwatchedIn({ times, stepNs, hosts }: Pick<HostUsage, 'times' | 'stepNs' | 'hosts'>): readonly Unwatched[] {
  const isRead = times.map((_, i) => hosts.some(({ memory }) => (memory.used[i] ?? null) !== null))
  const last = isRead.lastIndexOf(true)
  const found: Unwatched[] = []
  for (let i = 0; i <= last; i++) {
    if (isRead[i]) continue
    const end = isRead.indexOf(true, i)
    const [fromMs, toMs] = [Date.parse(times[i]!), Date.parse(times[i]!) + ((end - i) * stepNs) / 1e6]
    if (toMs - fromMs >= WORTH_MS) found.push({ fromMs, toMs })
    i = end
  }
  return found
}

/** Whether all of a step lies in a time in which nobody watched. */
export function isUnwatched(unwatched: readonly Unwatched[], fromMs: number, stepMs: number): boolean {
  return unwatched.some((one) => fromMs >= one.fromMs && fromMs + stepMs <= one.toMs)
}

/** How much of a range somebody watched. */
export function watchedMs(unwatched: readonly Unwatched[], fromMs: number, toMs: number): number {
  return unwatched.reduce((left, one) => left - Math.max(0, Math.min(toMs, one.toMs) - Math.max(fromMs, one.fromMs)), toMs - fromMs)
}
