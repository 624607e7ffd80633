import { Sample } from '../bytes.ts'

/** After so many different blocks in a row nothing is looked for in the next RESTING ones. */
const MAX_MISSES = 5
const RESTING = 256

/**
 * What a block of header fields meant, for when the same block comes again: one agent's requests on one connection mostly
 * differ in nothing but their first line. Reading a block depends on its bytes alone, so a block that is the same means the
 * same. Kept is one block; where they always differ (a traceparent, a cookie that moves) looking for it soon stops.
 */
export class Repeated<T> {
  private block: Sample | undefined = undefined
  private value: T | undefined = undefined
  private misses = 0
  private resting = 0

  /** What the block means that stands at `at` and is known; else undefined. */
  find(bytes: Buffer, at: number, end: number): T | undefined {
    if (this.block === undefined || !this.block.standsAt(bytes, at, end)) return undefined
    this.misses = 0
    return this.value
  }

  /**
   * True if `keep` is worth its cost; to be asked when a block wasn't found. Every second miss in a row is: the first may be
   * a stranger among blocks that are the same, or the only one its connection ever sends.
   */
  wants(): boolean {
    if (this.resting > 0) {
      this.resting--
      return false
    }
    if (++this.misses < MAX_MISSES) return this.misses % 2 === 0
    this.forget()
    this.misses = 0
    this.resting = RESTING
    return false
  }

  /** Lets go the block. */
  forget(): void {
    this.block = undefined
    this.value = undefined
  }

  /** Keeps the block [at, end), which must be all that `value` depends on. */
  keep(bytes: Buffer, at: number, end: number, value: T): void {
    this.block = new Sample(bytes, at, end)
    this.value = value
  }
}
