import { BIGINT, DOUBLE, DuckDBInstance, VARCHAR, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'
import type { StoredRow } from '../store.ts'
import { literal } from './layout.ts'

/** What the file is called while it is attached. */
const DATABASE = 'telemetry'

/** A store that can't be opened, with what to do about it. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
  readonly fix: string
  constructor(message: string, fix: string, cause?: unknown) {
    super(message, { cause })
    this.fix = fix
  }
}

/** A query that was stopped because it took too long. */
export class QueryTimeoutError extends Error {
  override readonly name = 'QueryTimeoutError'
}

export interface DatabaseOptions {
  readonly threads: number
  readonly memoryLimit: string
  readonly temporaryDirectory: string
}

/** Rows of a group within a table. A commit of at least as many writes its groups to the file once, compressed; a smaller one goes to the log, and its rows are copied twice. */
const ROW_GROUP_ROWS = 32_768

/** Opens or makes the database file; `connectTo` connects to it. @throws StoreOpenError */
export async function openInstance(path: string, options: DatabaseOptions): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: options.memoryLimit,
    temp_directory: options.temporaryDirectory,
    // Recent rows are dropped when they are sealed, so compressing them early is work for nothing.
    checkpoint_threshold: '256MB',
    // Else a large commit is written as a checkpoint, which costs a fifth more and blocks the next.
    auto_checkpoint_skip_wal_threshold: '1000000000',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_access: 'true',
    preserve_insertion_order: 'false',
  })
  const connection = await instance.connect()
  try {
    // Only a file that is attached can be told the size of its row groups.
    await connection.run(`ATTACH ${literal(path)} AS ${DATABASE} (ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`)
    return instance
  } catch (error) {
    instance.closeSync()
    throw openError(path, error)
  } finally {
    connection.closeSync()
  }
}

function openError(path: string, error: unknown): StoreOpenError {
  const message = error instanceof Error ? error.message : String(error)
  if (/lock/i.test(message)) return new StoreOpenError(`${path} is in use by another process`, 'stop the other Sonde, or give this one its own SONDE_DATA_DIR', error)
  if (/permission|read-only/i.test(message)) return new StoreOpenError(`${path} cannot be written`, 'give the user this runs as the data directory, or set SONDE_DATA_DIR', error)
  return new StoreOpenError(`${path} cannot be opened: ${message}`, `move ${path} away to begin anew, or restore it`, error)
}

/** A connection whose tables are those of the file. */
export async function connectTo(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect()
  await connection.run(`USE ${DATABASE}`)
  return connection
}

/** Values for a statement's `$1`, `$2` …: what users give is never part of the text. */
export class Parameters {
  readonly values: DuckDBValue[] = []
  readonly types: DuckDBType[] = []

  /** Adds a value and gives its placeholder. Whole numbers go as BIGINT, so that zone maps still prune. */
  add(value: string | number | bigint): string {
    if (typeof value === 'string') this.push(value, VARCHAR)
    else if (typeof value === 'bigint') this.push(value, BIGINT)
    else if (Number.isSafeInteger(value)) this.push(BigInt(value), BIGINT)
    else this.push(value, DOUBLE)
    return `$${this.values.length}`
  }

  private push(value: DuckDBValue, type: DuckDBType): void {
    this.values.push(value)
    this.types.push(type)
  }
}

/** A few connections for reading: a query waits for a free one, and is stopped when it takes longer than `timeoutMs`. */
export class Readers {
  private readonly free: DuckDBConnection[]
  private readonly all: readonly DuckDBConnection[]
  private readonly waiting: (() => void)[] = []
  private readonly running = new Set<Promise<unknown>>()
  private readonly timeoutMs: number
  private closed = false

  constructor(connections: readonly DuckDBConnection[], timeoutMs: number) {
    this.all = connections
    this.free = [...connections]
    this.timeoutMs = timeoutMs
  }

  /** Rows as objects by column. @throws QueryTimeoutError */
  async rows(sql: string, parameters = new Parameters()): Promise<StoredRow[]> {
    while (this.free.length === 0 && !this.closed) await new Promise<void>((resolve) => this.waiting.push(resolve))
    if (this.closed) throw new Error('the store is closing')
    const connection = this.free.pop()!
    const running = this.run(connection, sql, parameters)
    this.running.add(running)
    try {
      return await running
    } finally {
      this.running.delete(running)
      this.free.push(connection)
      this.waiting.shift()?.()
    }
  }

  /** Stops what runs, then disconnects. */
  async close(): Promise<void> {
    this.closed = true
    for (const wake of this.waiting.splice(0)) wake()
    for (const connection of this.all) connection.interrupt()
    await Promise.allSettled(this.running)
    for (const connection of this.all) connection.closeSync()
  }

  private async run(connection: DuckDBConnection, sql: string, parameters: Parameters): Promise<StoredRow[]> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      connection.interrupt()
    }, this.timeoutMs)
    try {
      const result = await connection.run(sql, parameters.values, parameters.types)
      return (await result.getRowObjects()) as unknown as StoredRow[]
    } catch (error) {
      if (late) throw new QueryTimeoutError(`the query took longer than ${this.timeoutMs / 1000} s`, { cause: error })
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}
