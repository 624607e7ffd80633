import { mkdir, open, readdir, readFile, rm, rmdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { FrameMemory } from './frame-memory.ts'
import { QueuedFrame } from './memory-queue.ts'
import { decodeSegment, encodeRecord, isRecordOf, RECORD_HEADER, recordLength, SEGMENT_MAGIC, type SpooledFrame } from './segment.ts'

/** What is known of a frame without reading it. */
interface Held {
  readonly sequence: number
  readonly rows: number
  readonly table: number
  /** Where its record begins, and how long the frame is. */
  readonly at: number
  readonly length: number
}

interface Segment {
  readonly path: string
  bytes: number
  /** In order of sequence number. */
  readonly frames: Held[]
}

/** Called for each frame that is gone for good. `table` is the position in `TABLES`, −1 where it can't be known. */
export type OnLost = (reason: string, table: number, rows: number) => void
export interface SpoolEvents {
  readonly onLost: OnLost
  /** The disk refused something that costs no frames. */
  readonly onError: (error: Error) => void
}

const SEGMENT_NAME = /^\d{16}\.seg$/
/** So much is read at once, or one frame that is larger: what the socket has no room for would be read again. */
const READ_BYTES = 512 << 10

/**
 * The frames of one stream on disk, oldest first, in segment files. Frames are appended in order and leave at the front,
 * a whole segment at a time. One caller at a time appends; reading may happen meanwhile.
 */
export class SpoolStream {
  readonly stream: string
  bytes = 0
  rowCount = 0
  private readonly directory: string
  private readonly segmentBytes: number
  private readonly memory: FrameMemory
  private readonly events: SpoolEvents
  private segments: Segment[] = []
  private writing: FileHandle | undefined
  /** Frames up to here are no concern of ours any more. */
  private committed = 0
  private removals: Promise<unknown> = Promise.resolve()

  constructor(options: { directory: string; stream: string; segmentBytes: number; memory: FrameMemory; events: SpoolEvents }) {
    this.stream = options.stream
    this.directory = join(options.directory, options.stream)
    this.segmentBytes = options.segmentBytes
    this.memory = options.memory
    this.events = options.events
  }

  get isEmpty(): boolean {
    return this.segments.every(({ frames }) => frames.length === 0)
  }

  /** The last sequence number held, 0 if none. */
  get lastSequence(): number {
    return this.segments.findLast(({ frames }) => frames.length > 0)?.frames.at(-1)!.sequence ?? 0
  }

  /** Finds what a former life left. Rejects with the system's error if the folder can't be read. */
  async scan(): Promise<void> {
    const names = (await readdir(this.directory)).filter((name) => SEGMENT_NAME.test(name)).sort()
    for (const name of names) {
      const path = join(this.directory, name)
      const { frames, unreadBytes } = decodeSegment(await readFile(path))
      if (unreadBytes > 0) this.events.onLost('spool damaged or torn', -1, 1)
      const segment: Segment = { path, bytes: 0, frames: [] }
      for (const frame of frames) if (frame.sequence > this.lastSequence) this.enter(segment, frame, frame.at)
      this.segments.push(segment)
      this.addBytes(segment, frames.reduce((sum, frame) => sum + recordLength(frame), 0))
    }
    this.dropEmpty()
    await this.removals
  }

  /** Appends frames whose numbers rise and are above all held. Rejects if the disk refuses; then none of them is held. */
  async append(frames: readonly SpooledFrame[]): Promise<void> {
    const parts = frames.flatMap(encodeRecord)
    const expected = parts.reduce((sum, part) => sum + part.length, 0)
    try {
      const { file, segment } = await this.segmentFor(frames[0]!.sequence)
      const { bytesWritten } = await file.writev(parts)
      if (bytesWritten !== expected) throw new Error('the disk took only a part: it is full')
      let at = SEGMENT_MAGIC.length + segment.bytes
      this.addBytes(segment, expected)
      for (const frame of frames) {
        if (frame.sequence > this.committed) this.enter(segment, frame, at)
        at += recordLength(frame)
      }
      this.dropEmpty()
    } catch (error) {
      await this.closeFile() // what was half written is a torn tail; the next append begins a new file
      throw error
    }
  }

  /**
   * Some of the frames after `sequence`, held for the caller; none if there are none. What the index has and the file hasn't
   * any more is counted as lost.
   */
  async after(sequence: number): Promise<QueuedFrame[]> {
    const segment = this.segments.find(({ frames }) => frames.length > 0 && frames.at(-1)!.sequence > sequence)
    if (!segment) return []
    const wanted = nextOf(segment, sequence)
    const read = await this.read(segment, wanted)
    // What was acknowledged or given up meanwhile is no loss.
    if (read.length < wanted.length && this.segments.includes(segment)) this.loseTail(segment, wanted[read.length]!.sequence - 1)
    return read.length > 0 ? read : this.after(sequence)
  }

  /** Forgets frames up to `committed`; returns their rows. */
  trim(committed: number): number {
    this.committed = Math.max(this.committed, committed)
    let rows = 0
    for (const { frames } of this.segments) {
      while (frames.length > 0 && frames[0]!.sequence <= committed) rows += frames.shift()!.rows
      if (frames.length > 0) break
    }
    this.rowCount -= rows
    this.dropEmpty()
    return rows
  }

  /** Gives up the oldest segment to make room; false if there is none but the one being written. */
  dropOldest(reason: string): boolean {
    const segment = this.segments[0]
    if (!segment || (this.segments.length === 1 && this.writing)) return false
    this.lose(segment, 0, reason)
    this.dropEmpty()
    return true
  }

  /** Closes the file; removes the folder if nothing is left in it. */
  async close(): Promise<void> {
    await this.closeFile()
    await this.removals
    if (this.isEmpty) await rmdir(this.directory).catch(() => undefined) // never made, or something foreign lies in it
  }

  /** Reads frames up to the first that isn't there as it was written: as good as damaged, and counted by the caller. */
  private async read(segment: Segment, wanted: readonly Held[]): Promise<QueuedFrame[]> {
    const read: QueuedFrame[] = []
    const file = await open(segment.path).catch(() => undefined)
    for (const held of wanted) {
      const header = Buffer.alloc(RECORD_HEADER)
      const bytes = this.memory.take(held.length)
      const result = await file?.readv([header, bytes], held.at).catch(() => undefined)
      if (result?.bytesRead !== RECORD_HEADER + held.length || !isRecordOf(header, bytes, held.sequence)) {
        this.memory.give(bytes)
        break
      }
      read.push(new QueuedFrame({ ...held, bytes }, performance.now(), this.memory))
    }
    await file?.close()
    return read
  }

  private enter(segment: Segment, { sequence, rows, table, bytes }: SpooledFrame, at: number): void {
    segment.frames.push({ sequence, rows, table, at, length: bytes.length })
    this.rowCount += rows
  }

  private addBytes(segment: Segment, bytes: number): void {
    segment.bytes += bytes
    this.bytes += bytes
  }

  private async segmentFor(first: number): Promise<{ file: FileHandle; segment: Segment }> {
    const last = this.segments.at(-1)
    if (this.writing && last && last.bytes < this.segmentBytes) return { file: this.writing, segment: last }
    await this.closeFile()
    await this.removals // one of them may be of the name that follows
    await mkdir(this.directory, { recursive: true, mode: 0o700 })
    const path = join(this.directory, `${String(first).padStart(16, '0')}.seg`)
    const segment: Segment = { path, bytes: 0, frames: [] }
    this.writing = await open(path, 'w', 0o600)
    this.segments.push(segment)
    await this.writing.write(SEGMENT_MAGIC)
    return { file: this.writing, segment }
  }

  private async closeFile(): Promise<void> {
    const file = this.writing
    this.writing = undefined
    await file?.close()
    this.dropEmpty()
  }

  private lose(segment: Segment, from: number, reason: string): void {
    for (const { rows, table } of segment.frames.splice(from)) {
      this.rowCount -= rows
      this.events.onLost(reason, table, rows)
    }
  }

  private loseTail(segment: Segment, after: number): void {
    const from = segment.frames.findIndex(({ sequence }) => sequence > after)
    if (from >= 0) this.lose(segment, from, 'spool damaged or torn')
    this.dropEmpty()
  }

  /** Removes the files of segments without frames, except the one being written. */
  private dropEmpty(): void {
    const open = this.writing && this.segments.at(-1)
    const empty = this.segments.filter((segment) => segment.frames.length === 0 && segment !== open)
    if (empty.length === 0) return
    this.segments = this.segments.filter((segment) => !empty.includes(segment))
    for (const segment of empty) {
      this.bytes -= segment.bytes
      this.removals = Promise.all([this.removals, rm(segment.path, { force: true }).catch(this.events.onError)])
    }
  }
}

/** The frames of a segment to be read next. */
function nextOf({ frames }: Segment, sequence: number): Held[] {
  const from = frames.findIndex((held) => held.sequence > sequence)
  let to = from + 1
  for (let bytes = frames[from]!.length; to < frames.length && bytes + frames[to]!.length <= READ_BYTES; to++) bytes += frames[to]!.length
  return frames.slice(from, to)
}
