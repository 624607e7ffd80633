/** As OpenTelemetry's SDK specification has them for base-2 exponential histograms. */
const MAX_BUCKETS = 160
const MAX_SCALE = 20

/**
 * A base-2 exponential histogram of positive values: bucket i holds (base^i, base^(i+1)], base = 2^(2^-scale). It begins at
 * the finest scale and halves its resolution whenever its values span more than 160 buckets, so any range fits.
 */
export class ExponentialDistribution {
  scale = MAX_SCALE
  /** Index of the first of `counts`. */
  offset = 0
  counts: number[] = []
  zeroCount = 0
  count = 0
  sum = 0
  min = Infinity
  max = 0

  record(value: number): void {
    this.count++
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    if (value <= 0) this.zeroCount++
    else this.increment(value)
  }

  private increment(value: number): void {
    let index = this.indexOf(value)
    if (this.counts.length === 0) this.offset = index
    while (this.spanWith(index) > MAX_BUCKETS) {
      this.coarsen()
      index = this.indexOf(value)
    }
    while (index < this.offset) {
      this.counts.unshift(0)
      this.offset--
    }
    while (index >= this.offset + this.counts.length) this.counts.push(0)
    this.counts[index - this.offset]!++
  }

  private indexOf(value: number): number {
    return Math.ceil(Math.log2(value) * 2 ** this.scale) - 1
  }

  private spanWith(index: number): number {
    return Math.max(index, this.offset + this.counts.length - 1) - Math.min(index, this.offset) + 1
  }

  /** Two neighbours become one. */
  private coarsen(): void {
    const { counts, offset } = this
    this.scale--
    this.offset = offset >> 1
    this.counts = []
    for (let i = 0; i < counts.length; i++) {
      const bucket = ((offset + i) >> 1) - this.offset
      this.counts[bucket] = (this.counts[bucket] ?? 0) + counts[i]!
    }
  }
}
