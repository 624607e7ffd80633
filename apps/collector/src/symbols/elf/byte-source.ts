import { closeFile, readFully, type OpenFile } from '../files.ts'

/** Bytes that are read in parts, one after the other. */
export interface ByteSource {
  readonly size: number
  /** The bytes [at, at + length), or undefined if not all of them are there. Valid until the next read of any source. */
  read(at: number, length: number): Promise<Buffer | undefined>
  close(): Promise<void>
}

/** Bytes in memory. */
export class BufferSource implements ByteSource {
  readonly size: number
  private readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.size = bytes.length
  }

  async read(at: number, length: number): Promise<Buffer | undefined> {
    return at >= 0 && length >= 0 && at + length <= this.size ? this.bytes.subarray(at, at + length) : undefined
  }

  async close(): Promise<void> {}
}

const WINDOW_BYTES = 16 * 1024
/** One for all files: what is read of one is read near each other. */
const window = Buffer.alloc(WINDOW_BYTES)
/** Descriptor of the file that it is of; −1: none. */
let windowOf = -1
let windowAt = 0
let windowEnd = 0

/** An open file; small reads near each other cost one system call. */
export class FileSource implements ByteSource {
  readonly size: number
  private readonly fd: number

  constructor({ fd, size }: OpenFile) {
    this.fd = fd
    this.size = size
  }

  async read(at: number, length: number): Promise<Buffer | undefined> {
    if (!(at >= 0 && length >= 0 && at + length <= this.size)) return undefined
    if (length > WINDOW_BYTES) {
      const bytes = Buffer.alloc(length)
      return (await readFully(this.fd, bytes, at)) ? bytes : undefined
    }
    if (windowOf !== this.fd || at < windowAt || at + length > windowEnd) {
      const part = window.subarray(0, Math.min(WINDOW_BYTES, this.size - at))
      windowOf = -1
      if (!(await readFully(this.fd, part, at))) return undefined
      windowOf = this.fd
      windowAt = at
      windowEnd = at + part.length
    }
    return window.subarray(at - windowAt, at - windowAt + length)
  }

  close(): Promise<void> {
    if (windowOf === this.fd) windowOf = -1
    return closeFile(this.fd)
  }
}
