import type { FrameMemory } from './frame-memory.ts'
import type { SpooledFrame } from './segment.ts'

/** A frame in memory, whose bytes are given back when the last of its users is done: the queue, the socket, the disk. */
export class QueuedFrame implements SpooledFrame {
  readonly sequence: number
  readonly rows: number
  readonly table: number
  readonly bytes: Uint8Array
  /** Monotonic milliseconds. */
  readonly acceptedAtMs: number
  private readonly memory: FrameMemory
  private users = 1

  constructor({ sequence, rows, table, bytes }: SpooledFrame, acceptedAtMs: number, memory: FrameMemory) {
    this.sequence = sequence
    this.rows = rows
    this.table = table
    this.bytes = bytes
    this.acceptedAtMs = acceptedAtMs
    this.memory = memory
  }

  /** One user more, who is to `release` it. */
  retain(): void {
    this.users++
  }

  release(): void {
    if (--this.users === 0) this.memory.give(this.bytes)
  }
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

  /** Takes the oldest frame out and releases it. */
  shift(): QueuedFrame | undefined {
    const frame = this.frames[this.head]
    if (!frame) return undefined
    this.head++
    this.bytes -= frame.bytes.length
    this.rowCount -= frame.rows
    frame.release()
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

  /** At most `count` frames after `sequence`, held for the caller. */
  after(sequence: number, count: number): QueuedFrame[] {
    const first = this.oldest
    if (!first) return []
    const from = this.head + Math.max(0, sequence + 1 - first.sequence)
    return this.held(from, from + count)
  }

  /** The oldest frames of at most `bytes` in all, and one at least if there is one, held for the caller. */
  oldestOf(bytes: number): QueuedFrame[] {
    let to = this.head
    for (let left = bytes; to < this.frames.length && (to === this.head || this.frames[to]!.bytes.length <= left); to++) left -= this.frames[to]!.bytes.length
    return this.held(this.head, to)
  }

  private held(from: number, to: number): QueuedFrame[] {
    const frames = this.frames.slice(from, to)
    for (const frame of frames) frame.retain()
    return frames
  }
}
