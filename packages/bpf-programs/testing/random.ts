/** Repeatable random numbers (xorshift32), so that a failing property fails again. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed | 1
  }

  /** 32 bits. */
  next(): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return this.state >>> 0
  }

  below(limit: number): number {
    return this.next() % limit
  }
}
