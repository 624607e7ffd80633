import type { TimeRange } from '../store.ts'
import { quoted } from './layout.ts'

/** By nearest rank over durations that were seen (−1 is none). */
export const PERCENTILES_SQL = `quantile_disc("durationNs", [0.5, 0.95, 0.99]) FILTER ("durationNs" >= 0) AS percentiles`

const SUMS = `count(*) AS n, sum(error)::BIGINT AS errors, sum("requestBytes")::BIGINT AS requested, sum("responseBytes")::BIGINT AS responded, (sum("durationNs") FILTER ("durationNs" >= 0))::DOUBLE AS total_ns, ${PERCENTILES_SQL}`

/** Requests in groups and steps; of many groups those with most requests. `keys` is how many groups there are. */
export function groupsSql(source: string, filter: string, range: TimeRange, by: readonly string[], stepNs: bigint | undefined, limit: number): string {
  const key = by.map(quoted).join(', ')
  const first = `LIMIT ${Math.trunc(limit)}`
  if (stepNs === undefined) {
    const grouping = by.length === 0 ? '' : `GROUP BY ${key} ORDER BY n DESC, ${key} ${first}`
    return `SELECT ${key && `${key}, `} ${range.from}::BIGINT AS step_time, ${SUMS}, count(*) OVER () AS keys FROM ${source} WHERE ${filter} ${grouping}`
  }
  const time = `"startTime" // ${stepNs} * ${stepNs} AS step_time`
  if (by.length === 0) return `SELECT ${time}, ${SUMS}, 1 AS keys FROM ${source} WHERE ${filter} GROUP BY step_time ORDER BY step_time`
  return `
    WITH cells AS (SELECT ${key}, ${time}, ${SUMS} FROM ${source} WHERE ${filter} GROUP BY ${key}, step_time),
      ranked AS (SELECT ${key}, sum(n) AS weight, count(*) OVER () AS keys FROM cells GROUP BY ${key} ORDER BY weight DESC, ${key} ${first})
    SELECT cells.*, ranked.keys FROM cells JOIN ranked USING (${key}) ORDER BY weight DESC, ${key}, step_time`
}
