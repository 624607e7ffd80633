import type { SpooledFrame } from './segment.ts'

export interface QueuedFrame extends SpooledFrame {
  /** Monotonic milliseconds. */
  readonly acceptedAtMs: number
}

/** Frames in memory that are neither acknowledged nor on disk: without gaps, in order of sequence number. */
export class MemoryQueue {
  bytes = 0
  rowCount = 0
  private frames: QueuedFrame[] = []
  private head = 0

  get frameCount(): number {
    return this.frames.length - this.head
  }

  get oldest(): QueuedFrame | undefined {
    return this.frames[this.head]
  }

  push(frame: QueuedFrame): void {
    this.frames.push(frame)
    this.bytes += frame.bytes.length
    this.rowCount += frame.rows
  }

  shift(): QueuedFrame | undefined {
    const frame = this.frames[this.head]
    if (!frame) return undefined
    this.head++
    this.bytes -= frame.bytes.length
    this.rowCount -= frame.rows
    if (this.head * 2 > this.frames.length) {
      this.frames = this.frames.slice(this.head)
      this.head = 0
    }
    return frame
  }

  /** Removes frames up to `sequence` and returns their rows. */
  trim(sequence: number): number {
    const before = this.rowCount
    while (this.oldest && this.oldest.sequence <= sequence) this.shift()
    return before - this.rowCount
  }

  /** At most `count` frames after `sequence`. */
  after(sequence: number, count: number): QueuedFrame[] {
    const first = this.oldest
    if (!first) return []
    const from = this.head + Math.max(0, sequence + 1 - first.sequence)
    return this.frames.slice(from, from + count)
  }
}
