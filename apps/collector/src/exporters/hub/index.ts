import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { TABLES, type ExporterHealth, type HealthReport, type TableBatch } from '@sonde/shared/signal'
import { encodeFrame, MAX_FRAME_BYTES, type FrameMode } from '@sonde/shared/wire'
import { ExporterConfigError, type Exporter, type ExporterContext } from '../exporter.ts'
import { FrameMemory } from './frame-memory.ts'
import { Link } from './link.ts'
import { MemoryQueue, QueuedFrame } from './memory-queue.ts'
import { printable } from './messages.ts'
import { Spool } from './spool.ts'

export interface HubConfig {
  /** `ws+unix:<socket path>:<URL path>`, `ws://host:port/path` or `wss://…`. */
  readonly url: string
  /** Most bytes of frames in memory; 32 MiB. */
  readonly memoryBytes?: number | undefined
  /** Most bytes on disk, former lives' included; 256 MiB. */
  readonly spoolBytes?: number | undefined
  /** A frame unacknowledged for so long goes to disk, so that a kill loses no more; 1000. */
  readonly spoolAfterMs?: number | undefined
}

const WHERE = 'exporter.hub'
const TICK_MS = 250
const TICKS_A_TRIM = 20
/** At most so much is written to disk at once; what comes meanwhile is the next write's. */
const WRITE_BYTES = 4 << 20
const DISK_RETRY_MS = 5000

/** The hub exporter, connecting; undefined if there is no hub. Throws `ExporterConfigError` for an address that is none. */
export function openHub(config: HubConfig | undefined, context: ExporterContext): Exporter | undefined {
  if (!config) return undefined
  if (!/^(ws\+unix:\/|wss?:\/\/)/.test(config.url)) throw new ExporterConfigError(`exporters.hub.url: "${config.url}" is no WebSocket address; write ws://host:port/path or ws+unix:/socket:/path`)
  return new HubExporter(config, context)
}

export class HubExporter implements Exporter {
  readonly name = 'hub'
  private readonly context: ExporterContext
  private readonly limits: { memoryBytes: number; spoolAfterMs: number }
  private readonly memory = new MemoryQueue()
  private readonly frameMemory = new FrameMemory()
  private readonly spool: Spool
  private readonly link: Link
  private readonly tick: NodeJS.Timeout
  private ticks = 0
  private sequence = 0
  private committed = 0
  private sentRows = 0
  private droppedRows = 0
  private spoolError: string | null = null
  private diskPausedUntilMs = 0
  private writing: Promise<void> | undefined
  private closing: Promise<void> | undefined
  private flushWaiters: (() => void)[] = []
  private readonly scanned: Promise<void>

  constructor(config: HubConfig, context: ExporterContext) {
    this.context = context
    this.limits = { memoryBytes: config.memoryBytes ?? 32 << 20, spoolAfterMs: config.spoolAfterMs ?? 1000 }
    const stream = `${String(Date.now()).padStart(15, '0')}-${randomBytes(8).toString('hex')}`
    this.spool = new Spool({
      directory: join(context.dataDirectory, 'spool'),
      stream,
      limitBytes: config.spoolBytes ?? 256 << 20,
      memory: this.frameMemory,
      onLost: (reason, table, rows) => this.drop(reason, table, rows),
      onError: (error) => (this.spoolError = printable(error.message)),
    })
    this.link = new Link(config.url, context, this.spool, {
      source: { stream, after: (sequence) => this.after(sequence) },
      onCommitted: (committed) => this.acknowledge(committed),
      onDelivered: (rows) => (this.sentRows += rows),
      onWelcome: () => context.snapshot(),
    })
    this.tick = setInterval(() => this.onTick(), TICK_MS).unref()
    this.scanned = this.spool.scan().catch((error: Error) => void (this.spoolError = printable(error.message)))
    void this.scanned.then(() => this.closing || this.link.start())
  }

  accept(batch: TableBatch, mode: FrameMode = 'append'): void {
    const table = TABLES.findIndex((schema) => schema.name === batch.schema.name)
    if (this.closing) return this.drop('closed', table, batch.rowCount)
    const bytes = encodeFrame({ sequence: this.sequence + 1, mode, batch }, this.frameMemory.take)
    const frame = new QueuedFrame({ sequence: this.sequence + 1, rows: batch.rowCount, table, bytes }, performance.now(), this.frameMemory)
    const refusal = bytes.length > MAX_FRAME_BYTES ? 'frame too large' : this.makeRoom(bytes.length) ? undefined : 'memory full'
    if (refusal) {
      frame.release()
      return this.drop(refusal, table, batch.rowCount)
    }
    this.sequence++
    this.memory.push(frame)
    if (this.memory.bytes > this.limits.memoryBytes / 2) this.spoolOld()
    this.link.wake()
  }

  report(report: HealthReport): void {
    this.link.report(report)
  }

  health(): ExporterHealth {
    const queued = this.memory.rowCount + this.spool.rowCount
    const lastError = this.spoolError ?? this.link.lastError
    const away = this.spool.own.isEmpty ? 'connecting' : 'spooling'
    const state = this.closing ? 'off' : this.spoolError ? 'failing' : this.link.isConnected ? 'connected' : away
    return { name: this.name, state, sent: this.sentRows, dropped: this.droppedRows, queued, lastError }
  }

  /** For the Collector page: what is held against what may be. */
  bounds(): Readonly<Record<string, readonly [number, number]>> {
    return { 'exporter.hub memory': [this.memory.bytes, this.limits.memoryBytes], 'exporter.hub spool': [this.spool.bytes, this.spool.limitBytes] }
  }

  async flush(deadlineMs: number): Promise<void> {
    if (this.isDelivered || this.closing) return
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, deadlineMs)))
    const delivered = new Promise<void>((resolve) => this.flushWaiters.push(resolve))
    await Promise.race([deadline, delivered])
    clearTimeout(timer)
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown()
    return this.closing
  }

  private get isDelivered(): boolean {
    return this.memory.frameCount === 0 && this.spool.own.isEmpty
  }

  /** What a kill would have saved is saved; the next life sends it. */
  private async shutDown(): Promise<void> {
    clearInterval(this.tick)
    this.link.close()
    await this.scanned
    await this.writing
    this.diskPausedUntilMs = 0
    while (this.memory.frameCount > 0 && this.diskPausedUntilMs === 0) await this.write()
    while (this.memory.frameCount > 0) this.dropOldest('not delivered')
    for (const stream of [...this.spool.former, this.spool.own]) await stream.close().catch((error: Error) => (this.spoolError = printable(error.message)))
    for (const waiter of this.flushWaiters.splice(0)) waiter()
  }

  /** Disk holds the older frames, memory the younger. */
  private after(sequence: number): QueuedFrame[] | Promise<QueuedFrame[]> {
    return this.spool.own.lastSequence > sequence ? this.spool.own.after(sequence) : this.memory.after(sequence, 64)
  }

  private acknowledge(committed: number): void {
    if (committed <= this.committed) return
    this.committed = committed
    this.sentRows += this.spool.own.trim(committed) + this.memory.trim(committed)
    if (this.isDelivered) for (const waiter of this.flushWaiters.splice(0)) waiter()
  }

  private onTick(): void {
    this.link.checkAlive()
    if (++this.ticks % TICKS_A_TRIM === 0) this.frameMemory.trim()
    const oldest = this.memory.oldest
    if (oldest && performance.now() - oldest.acceptedAtMs > this.limits.spoolAfterMs) this.spoolOld()
  }

  private spoolOld(): void {
    if (this.writing || this.closing || performance.now() < this.diskPausedUntilMs) return
    this.writing = this.scanned.then(() => this.write()).finally(() => (this.writing = undefined))
  }

  /** Moves the oldest frames to disk. A disk that refuses is left alone for a while; the frames stay in memory. */
  private async write(): Promise<void> {
    const frames = this.memory.oldestOf(WRITE_BYTES)
    if (frames.length === 0) return
    try {
      await this.spool.append(frames)
      this.memory.trim(frames.at(-1)!.sequence)
      this.spoolError = null
    } catch (error) {
      this.diskPausedUntilMs = performance.now() + DISK_RETRY_MS
      this.spoolError = `spool: ${printable((error as Error).message)}`
      this.context.losses.count(WHERE, 'spool refused by the disk', 'durability')
    } finally {
      for (const frame of frames) frame.release()
    }
  }

  /** The oldest leave first, except while they are being written to disk. */
  private makeRoom(bytes: number): boolean {
    while (!this.writing && this.memory.frameCount > 0 && this.memory.bytes + bytes > this.limits.memoryBytes) this.dropOldest('memory full')
    return this.memory.bytes + bytes <= this.limits.memoryBytes
  }

  private dropOldest(reason: string): void {
    const frame = this.memory.shift()
    if (frame) this.drop(reason, frame.table, frame.rows)
  }

  /** `table` −1: a frame that can't be read any more, so that its rows are unknown. */
  private drop(reason: string, table: number, rows: number): void {
    if (table >= 0) this.droppedRows += rows
    this.context.losses.count(WHERE, reason, TABLES[table]?.name ?? 'frames', rows)
  }
}
