import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib'
import type { ExporterHealth } from '@sonde/shared/signal'
import type { Losses } from '../../health/losses.ts'
import { encodeBatch, encodeEntry, KIND, MAGIC, type RecordingEnd, type RecordingHeader } from './format.ts'

export interface RecorderOptions {
  readonly file: string
  readonly header: RecordingHeader
  /** Bytes of the file after which nothing more is taken; 1 GiB. */
  readonly maxBytes?: number | undefined
  readonly losses: Losses
}

/** A recording in figures. */
export interface RecordingSummary {
  readonly file: string
  readonly bytes: number
  readonly records: number
  readonly observations: number
  readonly dropped: number
  /** Why it isn't whole; undefined if it is. */
  readonly error: string | undefined
}

/** Uncompressed bytes that may wait for the disk. */
const MAX_QUEUED_BYTES = 32 << 20
const WHERE = 'exporter.recording'

/** Writes a recording. It stands at seam 1, so it takes batches as the rings gave them, not signals. */
export class Recorder {
  private readonly zstd: ZstdCompress
  private readonly output: WriteStream
  private readonly file: string
  private readonly maxBytes: number
  private readonly losses: Losses
  private readonly counts = { batches: 0, observations: 0, dropped: 0 }
  private records = 0
  private failure: Error | undefined
  private closing: Promise<void> | undefined

  constructor(options: RecorderOptions) {
    this.file = options.file
    this.maxBytes = options.maxBytes ?? 1 << 30
    this.losses = options.losses
    this.output = createWriteStream(options.file, { mode: 0o600 })
    this.output.write(MAGIC)
    this.zstd = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } })
    this.output.on('error', (error) => (this.failure ??= error))
    this.zstd.pipe(this.output)
    this.zstd.write(encodeEntry(KIND.header, options.header.startedAt, Buffer.from(JSON.stringify(options.header))))
  }

  /** Counts of batches and observations. */
  health(): ExporterHealth {
    const { batches, observations, dropped } = this.counts
    return {
      name: 'recording', state: this.failure ? 'failing' : 'connected', sent: batches + observations, dropped,
      queued: 0, lastError: this.failure?.message ?? null,
    }
  }

  /** Takes a batch; copies it. `at`: boot time. */
  batch(probe: string, at: number, bytes: Uint8Array): void {
    if (!this.write(KIND.batch, at, encodeBatch(probe, bytes))) return
    this.counts.batches++
    this.records += recordsIn(bytes)
  }

  /** Takes what was found out beside the rings, as JSON. */
  observation(at: number, observation: object): void {
    if (this.write(KIND.observation, at, Buffer.from(JSON.stringify(observation)))) this.counts.observations++
  }

  /** What it came to; the file's own bytes once it is closed. */
  get summary(): RecordingSummary {
    return { file: this.file, bytes: this.output.bytesWritten, records: this.records, observations: this.counts.observations, dropped: this.counts.dropped, error: this.failure?.message }
  }

  /** Ends the file; resolves when it is written, or can't be. */
  close(at: number): Promise<void> {
    this.closing ??= this.end(at)
    return this.closing
  }

  private write(kind: number, at: number, payload: Buffer): boolean {
    if (this.closing || this.failure) return this.drop(this.failure ? 'file cannot be written' : 'closed')
    if (this.output.bytesWritten >= this.maxBytes) return this.drop('size limit reached')
    if (this.zstd.writableLength > MAX_QUEUED_BYTES) return this.drop('disk too slow')
    this.zstd.write(encodeEntry(kind, at, payload))
    return true
  }

  private drop(reason: string): false {
    this.counts.dropped++
    this.losses.count(WHERE, reason, 'recording')
    return false
  }

  private async end(at: number): Promise<void> {
    const end: RecordingEnd = { ...this.counts }
    if (this.failure) return
    this.zstd.end(encodeEntry(KIND.end, at, Buffer.from(JSON.stringify(end))))
    await finished(this.output).catch((error: Error) => (this.failure ??= error))
  }
}

/** Each record is preceded by its length (u32) and 4 zero bytes, and padded to 8 bytes (packages/libbpf). */
function recordsIn(batch: Uint8Array): number {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length)
  let records = 0
  for (let at = 0; at + 8 <= batch.length; at += 8 + ((view.getUint32(at, true) + 7) & ~7)) records++
  return records
}
