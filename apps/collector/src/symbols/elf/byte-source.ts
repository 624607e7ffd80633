import { closeSync, fstatSync, readSync } from 'node:fs'

/** Bytes that are read in parts. */
export interface ByteSource {
  readonly size: number
  /** The bytes [at, at + length), or undefined if not all of them are there. Valid until the next read. */
  read(at: number, length: number): Buffer | undefined
}

/** Bytes in memory. */
export class BufferSource implements ByteSource {
  readonly size: number
  private readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.size = bytes.length
  }

  read(at: number, length: number): Buffer | undefined {
    return at >= 0 && length >= 0 && at + length <= this.size ? this.bytes.subarray(at, at + length) : undefined
  }
}

const WINDOW_BYTES = 16 * 1024

/** An open file; small reads near each other cost one system call. */
export class FileSource implements ByteSource {
  readonly size: number
  readonly fd: number
  private readonly window = Buffer.alloc(WINDOW_BYTES)
  private windowAt = 0
  private windowEnd = 0

  constructor(fd: number) {
    this.fd = fd
    this.size = fstatSync(fd).size
  }

  read(at: number, length: number): Buffer | undefined {
    if (!(at >= 0 && length >= 0 && at + length <= this.size)) return undefined
    if (length > WINDOW_BYTES) {
      const bytes = Buffer.alloc(length)
      return readFully(this.fd, bytes, at) ? bytes : undefined
    }
    if (at < this.windowAt || at + length > this.windowEnd) {
      const part = this.window.subarray(0, Math.min(WINDOW_BYTES, this.size - at))
      this.windowEnd = 0
      if (!readFully(this.fd, part, at)) return undefined
      this.windowAt = at
      this.windowEnd = at + part.length
    }
    return this.window.subarray(at - this.windowAt, at - this.windowAt + length)
  }

  close(): void {
    closeSync(this.fd)
  }
}

/** False if the file became shorter, or can't be read. */
function readFully(fd: number, bytes: Buffer, at: number): boolean {
  for (let done = 0; done < bytes.length; ) {
    let count: number
    try {
      count = readSync(fd, bytes, done, bytes.length - done, at + done)
    } catch (error) {
      if (typeof (error as NodeJS.ErrnoException).code === 'string') return false
      throw error
    }
    if (count === 0) return false
    done += count
  }
  return true
}
