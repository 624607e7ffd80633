/**
 * The one histogram: log-linear, 16 linear steps per doubling from 64 ns to 68 s, 448 buckets; merging is adding.
 * The same index function is in C (`include/histogram.h`) and SQL (`store/histogram.sql.ts`), held together by a test.
 */
export const BUCKET_COUNT = 448

/** Bucket of a duration; below 64 ns × 16 one step is 64 ns, above 2^37 ns the last bucket takes all. */
export function bucketOf(ns: number): number {
  const steps = Math.floor(ns / 64)
  if (steps < 16) return steps < 0 ? 0 : steps
  if (steps > 0x7fffffff) return BUCKET_COUNT - 1
  const exponent = 31 - Math.clz32(steps)
  return (exponent - 3) * 16 + ((steps >>> (exponent - 4)) & 15)
}

/** Lower bound of a bucket in ns; the upper bound is the next one's lower. */
export function bucketLowerNs(bucket: number): number {
  if (bucket < 16) return bucket * 64
  const exponent = Math.floor(bucket / 16) + 3
  return (16 + (bucket % 16)) * 2 ** (exponent - 4) * 64
}
