/** A bucket of the one histogram: lower inclusive, upper exclusive. */
export type Bucket = readonly [lowerNs: number, upperNs: number, count: number]

export interface BucketBins {
  /** Ends of the axis: powers of ten. */
  readonly from: number
  readonly to: number
  readonly bins: readonly { readonly lowerNs: number; readonly upperNs: number; readonly count: number }[]
}

/** Counts of histograms, bucket by bucket. */
export function mergeBuckets(histograms: readonly { readonly buckets: readonly Bucket[] }[]): Bucket[] {
  const merged = new Map<number, readonly [number, number]>()
  for (const { buckets } of histograms) for (const [lower, upper, count] of buckets) merged.set(lower, [upper, (merged.get(lower)?.[1] ?? 0) + count])
  return [...merged].sort(([a], [b]) => a - b).map(([lower, [upper, count]]) => [lower, upper, count])
}

/**
 * Buckets put together to four a doubling of time, which is what can be told apart in a panel. Buckets are never cut, so
 * counts stay exact. The axis is the decades in which they begin, at least `least` to `most`.
 */
export function bucketBins(buckets: readonly Bucket[], least: number, most: number): BucketBins {
  const bins = new Map<number, { lowerNs: number; upperNs: number; count: number }>()
  for (const [lower, upper, count] of buckets) {
    const [lowerNs, upperNs] = quarterAround(lower)
    const bin = bins.get(lowerNs) ?? { lowerNs, upperNs, count: 0 }
    bin.count += count
    bin.upperNs = Math.max(bin.upperNs, upper)
    bins.set(lowerNs, bin)
  }
  const sorted = [...bins.values()].sort((a, b) => a.lowerNs - b.lowerNs)
  const first = sorted.find(({ lowerNs }) => lowerNs > 0)?.lowerNs ?? least
  const last = sorted.at(-1)?.lowerNs ?? 0
  return { from: Math.min(least, 10 ** Math.floor(Math.log10(first))), to: Math.max(most, 10 ** (Math.floor(Math.log10(Math.max(1, last))) + 1)), bins: sorted }
}

/** The quarter of a doubling that holds a bucket: 64 … 80 … 96 … 112 … 128. Below 64 ns there is one bucket. */
function quarterAround(lowerNs: number): readonly [number, number] {
  if (lowerNs < 64) return [0, 64]
  const doubling = 2 ** Math.floor(Math.log2(lowerNs))
  const quarter = Math.floor((4 * (lowerNs - doubling)) / doubling)
  return [doubling * (1 + quarter / 4), doubling * (1 + (quarter + 1) / 4)]
}
