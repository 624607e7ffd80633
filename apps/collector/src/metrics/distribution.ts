/** Numbers kept of each bucket's last exemplar: four words of the trace id, value and wall time in seconds. */
const EXEMPLAR_CELLS = 6

/** A histogram with explicit bounds, inclusive above. */
export class Distribution {
  readonly bounds: readonly number[]
  readonly counts: Float64Array
  count = 0
  sum = 0
  min = Infinity
  max = 0
  private exemplars: Float64Array | undefined

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  /** Counts a value; returns its bucket. */
  record(value: number): number {
    const bucket = this.bucketOf(value)
    this.counts[bucket]!++
    this.count++
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    return bucket
  }

  /** Adds what was counted elsewhere, whose values are known by bucket only. */
  addBucket(bucket: number, count: number): void {
    this.counts[bucket]! += count
    this.count += count
  }

  /** Whether a bucket has no exemplar, or one of more than a second before: who asks for each value writes few. */
  wantsExemplar(bucket: number, wallSeconds: number): boolean {
    return this.exemplars === undefined || this.exemplars[bucket * EXEMPLAR_CELLS + 5]! + 1 < wallSeconds
  }

  /** Remembers which trace a value of a bucket belongs to. */
  exemplify(bucket: number, value: number, trace: readonly [number, number, number, number], wallSeconds: number): void {
    const cells = (this.exemplars ??= new Float64Array(this.counts.length * EXEMPLAR_CELLS))
    const at = bucket * EXEMPLAR_CELLS
    cells.set(trace, at)
    cells[at + 4] = value
    cells[at + 5] = wallSeconds
  }

  /** The last exemplar of a bucket; undefined if it has none. */
  exemplar(bucket: number): Exemplar | undefined {
    const cells = this.exemplars?.subarray(bucket * EXEMPLAR_CELLS, (bucket + 1) * EXEMPLAR_CELLS)
    if (!cells || cells[5] === 0) return undefined
    return { traceId: Array.from(cells.subarray(0, 4), (word) => word.toString(16).padStart(8, '0')).join(''), value: cells[4]!, wallSeconds: cells[5]! }
  }

  private bucketOf(value: number): number {
    let bucket = 0
    while (bucket < this.bounds.length && value > this.bounds[bucket]!) bucket++
    return bucket
  }
}

export interface Exemplar {
  readonly traceId: string
  readonly value: number
  readonly wallSeconds: number
}
