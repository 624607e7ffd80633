import { z } from '@hono/zod-openapi'
import { BUCKET_COUNT, bucketLowerNs } from '@sonde/shared/signal'
import { DurationNs, type Histogram } from './fields.ts'

type Buckets = readonly (readonly [bucket: number, count: number])[]

export const BucketPercentiles = z.object({ p50: DurationNs.nullable(), p95: DurationNs.nullable(), p99: DurationNs.nullable(), max: DurationNs.nullable() }).openapi('BucketPercentiles', {
  description: 'From a histogram: the upper bound of the bucket that holds it (never above `max`), so at most 6.25 % too high. Null if nothing was timed.',
})

const upperNs = (bucket: number) => (bucket + 1 < BUCKET_COUNT ? bucketLowerNs(bucket + 1) : 2 ** 53 - 1)

/** Nearest rank over counted buckets, as the bucket's upper bound and at most `maxNs`. Null if there are none. */
export function quantileNs(buckets: Buckets, share: number, maxNs: number): number | null {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  let left = Math.ceil(total * share)
  for (const [bucket, count] of buckets) {
    left -= count
    if (left <= 0) return Math.min(upperNs(bucket) - 1, maxNs)
  }
  return null
}

export function bucketPercentiles(buckets: Buckets, maxNs: number): z.input<typeof BucketPercentiles> {
  const at = (share: number) => quantileNs(buckets, share, maxNs)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: buckets.length > 0 ? maxNs : null }
}

export function histogramOf(buckets: Buckets): z.input<typeof Histogram> {
  return { buckets: buckets.map(([bucket, count]) => [bucketLowerNs(bucket), upperNs(bucket), count]), count: buckets.reduce((sum, [, count]) => sum + count, 0) }
}
