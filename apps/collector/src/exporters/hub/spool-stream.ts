import { mkdir, open, readdir, readFile, rm, rmdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeSegment, encodeRecord, recordLength, SEGMENT_MAGIC, type SpooledFrame } from './segment.ts'

/** What is known of a segment without reading it: one entry a frame, in order of sequence number. */
interface Segment {
  readonly path: string
  bytes: number
  readonly sequences: number[]
  readonly rows: number[]
  readonly tables: number[]
}

/** Called for each frame that is gone for good. `table` is the position in `TABLES`, −1 where it can't be known. */
export type OnLost = (reason: string, table: number, rows: number) => void
export interface SpoolEvents {
  readonly onLost: OnLost
  /** The disk refused something that costs no frames. */
  readonly onError: (error: Error) => void
}

const SEGMENT_NAME = /^\d{16}\.seg$/

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
  private readonly events: SpoolEvents
  private segments: Segment[] = []
  private writing: FileHandle | undefined
  /** Frames up to here are no concern of ours any more. */
  private committed = 0
  private removals: Promise<unknown> = Promise.resolve()

  constructor(options: { directory: string; stream: string; segmentBytes: number; events: SpoolEvents }) {
    this.stream = options.stream
    this.directory = join(options.directory, options.stream)
    this.segmentBytes = options.segmentBytes
    this.events = options.events
  }

  get isEmpty(): boolean {
    return this.segments.every((segment) => segment.sequences.length === 0)
  }

  /** The last sequence number held, 0 if none. */
  get lastSequence(): number {
    return this.segments.findLast((segment) => segment.sequences.length > 0)?.sequences.at(-1) ?? 0
  }

  /** Finds what a former life left. Rejects with the system's error if the folder can't be read. */
  async scan(): Promise<void> {
    const names = (await readdir(this.directory)).filter((name) => SEGMENT_NAME.test(name)).sort()
    for (const name of names) {
      const path = join(this.directory, name)
      const { frames, unreadBytes } = decodeSegment(await readFile(path))
      if (unreadBytes > 0) this.events.onLost('spool damaged or torn', -1, 1)
      const segment: Segment = { path, bytes: 0, sequences: [], rows: [], tables: [] }
      for (const frame of frames) if (frame.sequence > this.lastSequence) this.enter(segment, frame)
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
      this.addBytes(segment, expected)
      for (const frame of frames) if (frame.sequence > this.committed) this.enter(segment, frame)
      this.dropEmpty()
    } catch (error) {
      await this.closeFile() // what was half written is a torn tail; the next append begins a new file
      throw error
    }
  }

  /**
   * The frames after `sequence` of the first segment that has any; none if there are none. What the index has and the
   * file hasn't any more is counted as lost.
   */
  async after(sequence: number): Promise<SpooledFrame[]> {
    const segment = this.segments.find((candidate) => candidate.sequences.at(-1)! > sequence)
    if (!segment) return []
    const last = segment.sequences.at(-1)! // now: what is appended during the reading may not be in what is read
    const bytes = await readFile(segment.path).catch(() => Buffer.alloc(0)) // unreadable is as good as damaged, and counted below
    if (!this.segments.includes(segment)) return this.after(sequence) // acknowledged or dropped meanwhile
    const { frames } = decodeSegment(bytes)
    const held = frames.filter((frame) => frame.sequence > sequence && frame.sequence <= last)
    const whole = frames.at(-1)?.sequence ?? 0
    if (whole < last) this.loseTail(segment, Math.max(whole, sequence))
    return held.length > 0 ? held : this.after(sequence)
  }

  /** Forgets frames up to `committed`; returns their rows. */
  trim(committed: number): number {
    this.committed = Math.max(this.committed, committed)
    let rows = 0
    for (const segment of this.segments) {
      let count = 0
      while (count < segment.sequences.length && segment.sequences[count]! <= committed) rows += segment.rows[count++]!
      segment.sequences.splice(0, count)
      segment.rows.splice(0, count)
      segment.tables.splice(0, count)
      if (segment.sequences.length > 0) break
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

  private enter(segment: Segment, frame: SpooledFrame): void {
    segment.sequences.push(frame.sequence)
    segment.rows.push(frame.rows)
    segment.tables.push(frame.table)
    this.rowCount += frame.rows
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
    const segment: Segment = { path, bytes: 0, sequences: [], rows: [], tables: [] }
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
    for (let i = from; i < segment.sequences.length; i++) {
      this.rowCount -= segment.rows[i]!
      this.events.onLost(reason, segment.tables[i]!, segment.rows[i]!)
    }
    segment.sequences.length = segment.rows.length = segment.tables.length = from
  }

  private loseTail(segment: Segment, after: number): void {
    const from = segment.sequences.findIndex((sequence) => sequence > after)
    if (from >= 0) this.lose(segment, from, 'spool damaged or torn')
    this.dropEmpty()
  }

  /** Removes the files of segments without frames, except the one being written. */
  private dropEmpty(): void {
    const open = this.writing && this.segments.at(-1)
    const empty = this.segments.filter((segment) => segment.sequences.length === 0 && segment !== open)
    if (empty.length === 0) return
    this.segments = this.segments.filter((segment) => !empty.includes(segment))
    for (const segment of empty) {
      this.bytes -= segment.bytes
      this.removals = Promise.all([this.removals, rm(segment.path, { force: true }).catch(this.events.onError)])
    }
  }
}
