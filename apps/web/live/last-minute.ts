import type { Status } from './resources.ts'

export interface LastMinute {
  /** As the API takes it. */
  readonly range: { readonly from: string; readonly to: 'now' }
  readonly seconds: number
}

const MINUTE: LastMinute = { range: { from: 'now-60s', to: 'now' }, seconds: 60 }

/** The last minute, or as much of it as somebody has watched: laid to a whole minute, what happened since the start would be less than it is. */
export function lastMinute(status: Pick<Status, 'time' | 'hosts'> | undefined): LastMinute {
  const starts = status?.hosts.flatMap(({ connected, startedAt }) => (connected && startedAt !== null ? [startedAt] : [])) ?? []
  const first = starts.reduce<string | undefined>((earliest, one) => (earliest === undefined || one < earliest ? one : earliest), undefined)
  if (!status || first === undefined) return MINUTE
  const seconds = (Date.parse(status.time) - Date.parse(first)) / 1000
  return seconds >= 0 && seconds < MINUTE.seconds ? { range: { from: first, to: 'now' }, seconds: Math.max(1, seconds) } : MINUTE
}
