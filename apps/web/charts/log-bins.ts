/** Counts of values in bins of equal width on a logarithmic axis. */
export interface LogBins {
  /** Ends of the axis: powers of ten. */
  readonly from: number
  readonly to: number
  /** `perDecade` bins a decade, from `from`. */
  readonly counts: readonly number[]
  /** Values that are missing or not above zero, and so in no bin. */
  readonly left: number
}

/** Bins positive values; the axis is the decades that hold them, at least `[least, most]`. */
export function logBins(values: readonly (number | null)[], perDecade: number, least: number, most: number): LogBins {
  let from = least
  let to = most
  let left = 0
  for (const value of values) {
    if (value === null || value <= 0) left++
    else {
      while (value < from) from /= 10
      while (value >= to) to *= 10
    }
  }
  const counts = Array.from({ length: Math.round(Math.log10(to / from)) * perDecade }, () => 0)
  for (const value of values) {
    if (value === null || value <= 0) continue
    const bin = Math.min(counts.length - 1, Math.max(0, Math.floor(Math.log10(value / from) * perDecade + 1e-9)))
    counts[bin]!++
  }
  return { from, to, counts, left }
}

/** The values a bin holds: lower inclusive, upper exclusive. */
export function binBounds({ from }: Pick<LogBins, 'from'>, perDecade: number, bin: number): readonly [number, number] {
  return [from * 10 ** (bin / perDecade), from * 10 ** ((bin + 1) / perDecade)]
}
