import { mkdirSync, statfsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { TableBatch } from '@sonde/shared/signal'
import type { Interrupted, Store, StoreEvents, StoreFrame, StoreState } from '../store.ts'
import { commitFrames, type OpenGenerations } from './commit.ts'
import { openDatabase, type Database } from './database.ts'
import { StoreOpenError } from './connections.ts'
import { MeasuredQueries } from './measured-queries.ts'
import { STORE_DEFAULTS, type DuckDbStoreOptions } from './options.ts'
import { readReceivedNote, ReceivedNote } from './received.ts'
import { expired, forget, seal } from './sealing.ts'
import { Sources } from './sources.ts'

const HOUR_MS = 3_600_000
const RETRY_MS = 2000
/** So much that waits is committed at once: what isn't committed isn't acknowledged, and collectors must hold it. Of requests it is more than a row group. */
const EAGER_BYTES = 8 << 20
const OWN_TEXT = 64

/** Bytes a frame holds while it waits, roughly. */
export function frameBytes(batch: TableBatch | undefined): number {
  if (!batch) return OWN_TEXT
  let bytes = batch.strings.length * OWN_TEXT
  for (const column of Object.values(batch.columns)) bytes += column.byteLength
  return bytes
}

/** Telemetry in an embedded DuckDB: recent rows in tables, older ones in Parquet segments. */
export class DuckDbStore extends MeasuredQueries implements Store {
  private options: DuckDbStoreOptions
  private readonly events: StoreEvents
  private readonly note: ReceivedNote
  private readonly interruptedFrames: readonly Interrupted[]
  private readonly open: OpenGenerations = new Map()
  /** Last sequence number taken of each stream; ahead of what is committed. */
  private readonly taken = new Map<string, number>()
  private durable: Map<string, number>
  private pending: StoreFrame[] = []
  private pendingBytes = 0
  private working: Promise<unknown> = Promise.resolve()
  private problem: StoreState['problem']
  /** Sealing or retention failed last time; rows are taken all the same. */
  private sealingProblem: StoreState['problem']
  private lastCommitAt: bigint
  private closing = false
  private closed: Promise<void> | undefined
  /** Ends the pause between commits, of which each has its own. */
  private hurry = new AbortController()
  private sealing: Promise<void> = Promise.resolve()
  private readonly timers: NodeJS.Timeout[] = []
  private idle: Promise<void> = Promise.resolve()

  /** Opens or makes the store. @throws StoreOpenError */
  static async open(options: Partial<DuckDbStoreOptions> & { readonly directory: string }, events: StoreEvents): Promise<DuckDbStore> {
    const all = { ...STORE_DEFAULTS, ...options }
    mkdirSync(all.directory, { recursive: true, mode: 0o700 })
    const { bavail, bsize } = statfsSync(all.directory)
    if (bavail * bsize < all.reserveBytes / 4) throw new StoreOpenError(`${all.directory} has ${Math.floor((bavail * bsize) / 1e6)} MB left`, 'free some space, or set SONDE_DATA_DIR to a roomier place')
    const notePath = join(all.directory, 'received')
    const before = readReceivedNote(notePath)
    const database = await openDatabase(all)
    return new DuckDbStore(all, events, database, before, new ReceivedNote(notePath))
  }

  private constructor(options: DuckDbStoreOptions, events: StoreEvents, database: Database, before: readonly Interrupted[], note: ReceivedNote) {
    super(database)
    this.options = options
    this.events = events
    this.note = note
    this.durable = database.catalog.committed
    this.lastCommitAt = database.catalog.lastCommitAt
    this.interruptedFrames = database.catalog.wasClosed ? [] : before
    this.adopt(database)
    this.timers.push(setInterval(() => this.tick(), Math.min(5000, options.sealAfterMs)))
    this.idle = this.loop()
  }

  /** How the last run ended, for the start to tell. */
  get lastRun(): { readonly wasClosed: boolean; readonly lastCommitAt: bigint; readonly missing: readonly string[]; readonly setAside: string | undefined } {
    const { wasClosed, lastCommitAt, missing } = this.database.catalog
    return { wasClosed, lastCommitAt, missing, setAside: this.database.setAside }
  }

  committed(stream: string): Promise<number> {
    return Promise.resolve(this.durable.get(stream) ?? 0)
  }

  append(frame: StoreFrame): 'taken' | 'duplicate' | 'full' | 'failing' {
    if (this.problem || this.closing) return 'failing'
    if (frame.sequence <= (this.taken.get(frame.stream) ?? this.durable.get(frame.stream) ?? 0)) return 'duplicate'
    const bytes = frameBytes(frame.rows)
    if (this.pendingBytes > 0 && this.pendingBytes + bytes > this.options.pendingLimitBytes) return 'full'
    this.taken.set(frame.stream, frame.sequence)
    this.pending.push(frame)
    this.pendingBytes += bytes
    if (this.pendingBytes >= EAGER_BYTES) this.hurry.abort()
    this.note.received(frame)
    return 'taken'
  }

  async flush(): Promise<void> {
    await this.exclusive((connection) => this.commit(connection))
    if (this.problem) throw new Error(this.problem.detail)
  }

  state(): StoreState {
    const { generations, segments } = this.database.keeper.present
    const rowCount: Record<string, number> = {}
    for (const part of generations) rowCount[part.table.name] = (rowCount[part.table.name] ?? 0) + part.rowCount
    for (const part of segments) rowCount[part.table] = (rowCount[part.table] ?? 0) + part.rowCount
    const segmentBytes = segments.reduce((sum, segment) => sum + segment.byteCount, 0)
    const { pendingLimitBytes, memoryLimit } = this.options
    return { state: this.problem ? 'failing' : 'ok', problem: this.problem ?? this.sealingProblem, pendingBytes: this.pendingBytes, pendingLimitBytes, memoryLimit, lastCommitAt: this.lastCommitAt, segmentCount: segments.length, segmentBytes, rowCount }
  }

  interrupted(): readonly Interrupted[] {
    return this.interruptedFrames.filter(({ stream, sequence }) => (this.durable.get(stream) ?? 0) < sequence)
  }

  /** From now on keeps so long, and so much. */
  retain(retentionMs: number, retentionBytes: number): void {
    this.options = { ...this.options, retentionMs, retentionBytes }
  }

  /** Seals what is due and applies retention now. */
  maintain(everything = false): Promise<void> {
    const sealed = this.sealing.catch(() => undefined).then(() => this.maintainAlone(everything)) // a failure was told to whoever asked
    this.sealing = sealed
    return sealed
  }

  private async maintainAlone(everything: boolean): Promise<void> {
    const { database } = this
    const { keeper, segmentDirectory } = database
    const now = this.options.now()
    const context = { exclusive: this.exclusive, copy: (sql: string) => database.copy(sql), keeper, directory: segmentDirectory, onError: this.onBackgroundError }
    await this.exclusive(() => Promise.resolve(this.rotate(everything)))
    const appending = new Set(this.open.values())
    for (const generation of keeper.present.generations) if (!appending.has(generation)) await seal(context, generation, now)
    await forget(context, expired(keeper.present.segments, now - BigInt(this.options.retentionMs) * 1_000_000n, this.options.retentionBytes))
  }

  close = (): Promise<void> => (this.closed ??= this.closeOnce())

  private async closeOnce(): Promise<void> {
    this.closing = true
    this.hurry.abort()
    for (const timer of this.timers) clearInterval(timer)
    await this.idle
    await this.working.catch(() => undefined) // told when it happened
    this.database.stopCopying()
    await this.sealing.catch(() => undefined) // what it didn't finish is begun anew at the next start
    if (!this.problem) await this.exclusive((connection) => this.commit(connection))
    await this.database.close(this.problem === undefined)
    this.note.close()
  }

  /** Work on the writing connection, one at a time. */
  private readonly exclusive = <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    const result = this.working.then(() => work(this.database.writing), () => work(this.database.writing))
    this.working = result
    return result
  }

  private async loop(): Promise<void> {
    while (!this.closing) {
      await sleep(this.problem ? RETRY_MS : this.options.commitMs, undefined, { signal: this.hurry.signal }).catch(() => undefined)
      if (this.closing) return
      this.hurry = new AbortController()
      if (this.problem) await this.recover()
      else if (this.pending.length > 0) await this.exclusive((connection) => this.commit(connection))
    }
  }

  private async commit(connection: DuckDBConnection): Promise<void> {
    if (this.pending.length === 0 || this.problem) return
    const frames = this.pending
    this.pending = []
    this.pendingBytes = 0
    const now = this.options.now()
    this.note.commits()
    try {
      await this.checkSpace()
      await commitFrames(connection, frames, this.open, now)
    } catch (error) {
      this.fail(error)
      return
    } finally {
      for (const frame of frames) frame.release?.()
    }
    this.lastCommitAt = now
    const last = new Map(frames.map((frame) => [frame.stream, frame.sequence]))
    for (const [stream, sequence] of last) this.durable.set(stream, sequence)
    this.note.committed()
    this.publish()
    for (const [stream, sequence] of last) this.events.onCommitted(stream, sequence)
  }

  /** Shows generations begun since. */
  private publish(): void {
    const { keeper } = this.database
    const { generations, segments } = keeper.present
    const begun = [...this.open.values()].filter((generation) => !generations.includes(generation))
    if (begun.length > 0) keeper.replace(new Sources([...generations, ...begun], segments))
  }

  private rotate(everything: boolean): void {
    const mostRows = this.options.sealRows * (this.options.isProcessorShort() ? 4 : 1)
    for (const [name, generation] of this.open) {
      const age = Date.now() - generation.createdAtMs
      const old = age >= this.options.sealAfterMs + (generation.rowCount >= this.options.sealMinRows ? 0 : HOUR_MS)
      const due = everything || old || generation.rowCount >= mostRows || generation.isDictionaryFull
      if (due && generation.rowCount > 0) this.open.delete(name)
    }
  }

  private async checkSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(this.options.directory)
    if (bavail * bsize < this.options.reserveBytes) throw new Error(`${Math.floor((bavail * bsize) / 1e6)} MB of disk are left, fewer than the ${Math.floor(this.options.reserveBytes / 1e6)} MB kept free`)
  }

  /** Stops taking. What was taken and isn't committed will be sent again: nothing of it was acknowledged. */
  private fail(error: unknown): void {
    this.problem = { what: 'Telemetry is not being stored', detail: error instanceof Error ? error.message : String(error), fix: `free space on the disk of ${this.options.directory}; collectors keep what they see until then` }
    for (const frame of this.pending) frame.release?.()
    this.pending = []
    this.pendingBytes = 0
    this.taken.clear()
    this.note.dropped()
    this.events.onState(this.state())
  }

  private async recover(): Promise<void> {
    try {
      await this.checkSpace()
      await this.exclusive(async () => {
        await this.database.close(false)
        this.adopt(await openDatabase(this.options))
      })
    } catch {
      return // the problem stands and is shown; the next try is in two seconds
    }
    this.problem = undefined
    this.events.onState(this.state())
  }

  private adopt(database: Database): void {
    this.database = database
    this.durable = database.catalog.committed
    this.open.clear()
    for (const generation of database.catalog.generations) this.open.set(generation.table.name, generation)
  }

  private tick(): void {
    if (this.problem || this.closing) return
    this.maintain().then(() => (this.sealingProblem = undefined), (error: unknown) => this.onBackgroundError('sealing', error))
  }

  private readonly onBackgroundError = (what: string, error: unknown): void => {
    if (this.closing) return
    const detail = `${what}: ${error instanceof Error ? error.message : String(error)}`
    this.sealingProblem = { what: 'Older telemetry is not being sealed', detail, fix: `look at the disk of ${this.options.directory}; recent rows are kept meanwhile` }
  }
}
