const SECONDS = 10

/**
 * The fullest a ring buffer has been lately, from what was read of it in one go: batches that follow each other at once
 * were all in it together.
 */
export class RingFill {
  readonly ringBytes: number
  private readonly batchBytes: number
  private burst = 0
  private readonly fullest: number[] = [0]

  constructor(ringBytes: number, batchBytes: number) {
    this.ringBytes = ringBytes
    this.batchBytes = batchBytes
  }

  /** A batch was read. One that isn't nearly full emptied the ring. */
  read(bytes: number): void {
    this.burst += bytes
    if (this.burst > this.fullest[0]!) this.fullest[0] = this.burst
    if (bytes < this.batchBytes / 2) this.burst = 0
  }

  second(): void {
    this.fullest.unshift(0)
    if (this.fullest.length > SECONDS) this.fullest.pop()
  }

  /** 0–1. */
  get share(): number {
    return Math.min(1, Math.max(...this.fullest) / this.ringBytes)
  }
}
