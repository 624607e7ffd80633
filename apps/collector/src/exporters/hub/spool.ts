import { mkdir, readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FrameMemory } from './frame-memory.ts'
import type { SpooledFrame } from './segment.ts'
import { SpoolStream, type SpoolEvents } from './spool-stream.ts'

export interface SpoolOptions extends SpoolEvents {
  readonly directory: string
  /** This life's stream. */
  readonly stream: string
  /** Most bytes on disk, all streams together; above it the oldest segments are given up. */
  readonly limitBytes: number
  /** What frames are read into. */
  readonly memory: FrameMemory
}

/** Streams are named by their start in milliseconds, so that they sort by age. */
export const STREAM_NAME = /^\d{15}-[0-9a-f]{16}$/

/** All streams on disk: those of former lives, oldest first, and this life's. */
export class Spool {
  readonly own: SpoolStream
  readonly limitBytes: number
  former: SpoolStream[] = []
  private readonly options: SpoolOptions
  private readonly segmentBytes: number

  constructor(options: SpoolOptions) {
    this.options = options
    this.limitBytes = options.limitBytes
    this.segmentBytes = Math.max(4096, Math.min(4 << 20, Math.floor(options.limitBytes / 8)))
    this.own = this.streamOf(options.stream)
  }

  get bytes(): number {
    return this.former.reduce((sum, stream) => sum + stream.bytes, this.own.bytes)
  }

  get rowCount(): number {
    return this.former.reduce((sum, stream) => sum + stream.rowCount, this.own.rowCount)
  }

  /** Finds what former lives left. What can't be read is reported and left where it is. */
  async scan(): Promise<void> {
    const { directory, stream: own, onError } = this.options
    await mkdir(directory, { recursive: true, mode: 0o700 })
    for (const name of (await readdir(directory)).sort()) {
      if (!STREAM_NAME.test(name) || name === own) continue
      const stream = this.streamOf(name)
      await stream.scan().catch(onError)
      if (stream.isEmpty) await rmdir(join(directory, name)).catch(onError)
      else this.former.push(stream)
    }
    this.makeRoom()
  }

  /** Appends to this life's stream; rejects if the disk refuses. */
  async append(frames: readonly SpooledFrame[]): Promise<void> {
    await this.own.append(frames)
    this.makeRoom()
  }

  /** Takes a former stream off the list when all of it is delivered or given up. */
  async forget(stream: SpoolStream): Promise<void> {
    this.former = this.former.filter((other) => other !== stream)
    await stream.close()
  }

  private makeRoom(): void {
    while (this.bytes > this.limitBytes) {
      const dropped = [...this.former, this.own].some((stream) => stream.dropOldest('spool full'))
      if (!dropped) return
    }
  }

  private streamOf(stream: string): SpoolStream {
    return new SpoolStream({ directory: this.options.directory, stream, segmentBytes: this.segmentBytes, memory: this.options.memory, events: this.options })
  }
}
