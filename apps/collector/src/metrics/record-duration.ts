import type { Distribution } from './distribution.ts'
import type { RequestRows } from './request-rows.ts'

/** Records how long a request took, and now and then which it was. */
export function recordDuration(distribution: Distribution, rows: RequestRows, row: number, exemplars: boolean): void {
  const seconds = rows.durationNs(row) / 1e9
  const bucket = distribution.record(seconds)
  if (!exemplars) return
  const startSeconds = rows.startSeconds(row)
  if (distribution.wantsExemplar(bucket, startSeconds)) distribution.exemplify(bucket, seconds, rows.traceId(row), startSeconds)
}
