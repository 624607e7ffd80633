import { change, ratio } from '../../ui/format.ts'

/** Latencies by how many times, rates by a part of a hundred; a rate that more than doubled by how many times too. */
export function changeWords(what: string, times: number): string {
  if (!Number.isFinite(times)) return 'new'
  return what === 'rate' && times < 2 ? change(times - 1) : ratio(times) || change(times - 1)
}
