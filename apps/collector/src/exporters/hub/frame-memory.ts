/** Smaller frames are cheaper made anew; larger ones are too rare to keep memory for. */
const LEAST_BYTES = 64 << 10
const MOST_BYTES = 4 << 20

/*
 * The first buffer that is detached makes V8 throw away all code it has optimized for typed arrays: 200 ms at full speed, when a ring holds 160.
 * So one is detached before there is such code.
 */
new ArrayBuffer(8).transfer(0)

interface SizeClass {
  readonly bytes: number
  readonly free: ArrayBuffer[]
  /** Fewest that were free since the last `trim`. */
  idle: number
}

/**
 * Memory for encoded frames, used again and again. Typed arrays by the megabyte make V8 collect its whole heap many times a
 * second: at 110,000 requests a second that was 1.4 of the collector's 4 µs a request. Bounded by who takes: what is free
 * was taken once, and what wasn't needed between two `trim`s goes back to the system.
 */
export class FrameMemory {
  private readonly classes = new Map<number, SizeClass>()

  /** `length` bytes, whatever they hold, on an 8-byte boundary. */
  readonly take = (length: number): Uint8Array => {
    if (!isKept(length)) return new Uint8Array(length)
    const size = this.classOf(length)
    const block = size.free.pop() ?? new ArrayBuffer(size.bytes)
    size.idle = Math.min(size.idle, size.free.length)
    return new Uint8Array(block, 0, length)
  }

  /** Gives back what `take` gave: nobody reads it any more. */
  give(bytes: Uint8Array): void {
    if (isKept(bytes.length)) this.classOf(bytes.length).free.push(bytes.buffer as ArrayBuffer)
  }

  /** Lets go what was not needed since the last call. */
  trim(): void {
    for (const size of this.classes.values()) {
      // Not left to the garbage collector, which sees no reason to hurry.
      for (const block of size.free.splice(0, size.idle)) block.transfer(0)
      size.idle = size.free.length
    }
  }

  /** Bytes that are free. */
  get freeBytes(): number {
    return [...this.classes.values()].reduce((sum, { bytes, free }) => sum + bytes * free.length, 0)
  }

  private classOf(length: number): SizeClass {
    const bytes = roundedUp(length)
    let size = this.classes.get(bytes)
    if (!size) this.classes.set(bytes, (size = { bytes, free: [], idle: 0 }))
    return size
  }
}

const isKept = (length: number) => length >= LEAST_BYTES && length <= MOST_BYTES

/** Four sizes a doubling: at most a fifth is wasted, and there are 25 of them. */
function roundedUp(length: number): number {
  const step = 2 ** (Math.floor(Math.log2(length)) - 2)
  return Math.ceil(length / step) * step
}
