import { binding } from './binding.ts'
import type { NativeRingReader } from './binding.ts'

/** In a batch each record is preceded by its length (u32) and 4 zero bytes, and padded to 8 bytes. */
export const RECORD_HEADER_BYTES = 8

/** Where the next record's header stands, given this one's place after its header and its length. */
export function nextRecord(at: number, length: number): number {
  return at + ((length + 7) & ~7)
}

export interface RingReaderOptions {
  readonly batchBytes?: number
  readonly intervalMs?: number
}

/** Called with a batch: `bytes` of the reader's one buffer, valid during the call. */
export type OnBatch = (bytes: number, buffer: Buffer, view: DataView) => void

/**
 * Reads a ring buffer on this thread's event loop: when the kernel wakes it and every 50 ms, one call a batch of at most
 * 256 KiB, into one buffer that is reused. An error thrown by `onBatch` is uncaught, as from any event. It keeps the
 * loop alive until it is closed.
 *
 *     for (let at = RECORD_HEADER_BYTES; at < bytes; ) {
 *       const length = view.getUint32(at - RECORD_HEADER_BYTES, true)
 *       …
 *       at = nextRecord(at, length) + RECORD_HEADER_BYTES
 *     }
 */
export class RingReader {
  readonly buffer: Buffer
  readonly view: DataView
  private readonly native: NativeRingReader

  constructor(mapFd: number, onBatch: OnBatch, options: RingReaderOptions = {}) {
    const { batchBytes = 256 * 1024, intervalMs = 50 } = options
    this.native = new binding.RingReader(mapFd, batchBytes, intervalMs, (bytes) => onBatch(bytes, this.buffer, this.view))
    this.buffer = Buffer.from(this.native.buffer)
    this.view = new DataView(this.native.buffer)
  }

  /** Gives `onBatch` all that is there, now, in this call (at most one ring's length); returns the bytes given. Errors of `onBatch` come through. */
  drain(): number {
    return this.native.drain()
  }

  /** Records so far that were longer than 32 KiB and therefore dropped. */
  get oversizedRecords(): number {
    return this.native.oversized()
  }

  /** Stops reading. What the ring still holds is left in it: `drain` first to have it. */
  close(): void {
    this.native.close()
  }
}
