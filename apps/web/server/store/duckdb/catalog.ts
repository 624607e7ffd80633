import { existsSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { BIGINT, INTEGER, VARCHAR, type DuckDBConnection } from '@duckdb/node-api'
import { Generation } from './generation.ts'
import { CATALOG_SQL, LAYOUT_VERSION, quoted, rowsTable, STORED_TABLES, textTable, type StoredTable } from './layout.ts'
import type { Segment } from './sources.ts'

/** The store was written by a version of Sonde that lays tables out otherwise. */
export class StoreLayoutError extends Error {
  override readonly name = 'StoreLayoutError'
  readonly layout: bigint
  constructor(layout: bigint) {
    super(`the telemetry store has layout ${layout}, this version of Sonde reads ${LAYOUT_VERSION}`)
    this.layout = layout
  }
}

export interface Catalog {
  readonly generations: Generation[]
  readonly segments: Segment[]
  readonly committed: Map<string, number>
  /** When the last commit was; 0n if never. */
  readonly lastCommitAt: bigint
  /** The last run ended by `close`. */
  readonly wasClosed: boolean
  /** Segments that are registered but whose file has gone. */
  readonly missing: readonly string[]
  /** Files that no segment was registered for: a sealing that was interrupted. Removed. */
  readonly orphans: readonly string[]
}

const rows = async (connection: DuckDBConnection, sql: string) => (await connection.run(sql)).getRowObjects()

/** Reads what the database and the segment folder hold, finishing what an interrupted run left half done. */
export async function loadCatalog(connection: DuckDBConnection, directory: string): Promise<Catalog> {
  for (const sql of CATALOG_SQL) await connection.run(sql)
  const state = new Map((await rows(connection, 'SELECT key, value FROM state')).map((row) => [String(row.key), row.value as bigint]))
  const version = state.get('layout')
  if (version !== undefined && version !== BigInt(LAYOUT_VERSION)) {
    throw new StoreLayoutError(version)
  }
  await setState(connection, 'layout', BigInt(LAYOUT_VERSION))
  await dropSealed(connection)
  const { segments, missing, orphans } = await loadSegments(connection, directory)
  const streams = await rows(connection, 'SELECT stream, committed FROM streams')
  return {
    generations: await loadGenerations(connection),
    segments,
    committed: new Map(streams.map((row) => [String(row.stream), Number(row.committed)])),
    lastCommitAt: state.get('last commit') ?? 0n,
    wasClosed: state.size === 0 || state.get('closed') === 1n,
    missing,
    orphans,
  }
}

export async function setState(connection: DuckDBConnection, key: string, value: bigint): Promise<void> {
  await connection.run('INSERT OR REPLACE INTO state VALUES ($1, $2)', [key, value], [VARCHAR, BIGINT])
}

async function loadGenerations(connection: DuckDBConnection): Promise<Generation[]> {
  const generations: Generation[] = []
  for (const row of await rows(connection, 'SELECT name, number, created_at FROM generations WHERE NOT sealed ORDER BY number')) {
    const table: StoredTable = STORED_TABLES[row.name as keyof typeof STORED_TABLES]
    const generation = new Generation(table, Number(row.number), Number((row.created_at as bigint) / 1_000_000n))
    const texts = await (await connection.run(`SELECT text FROM ${textTable(table, generation.number)} ORDER BY id`)).getColumns()
    const [bounds] = await rows(connection, `SELECT count(*) AS n, min(${quoted(table.low)}) AS low, max(${quoted(table.high)}) AS high FROM ${rowsTable(table, generation.number)}`)
    const count = Number(bounds!.n)
    if (count > 0) generation.restore((texts[0] ?? []) as string[], count, bounds!.low as bigint, bounds!.high as bigint)
    else generation.restore((texts[0] ?? []) as string[], 0, generation.minTime, generation.maxTime)
    generations.push(generation)
  }
  return generations
}

/** Drops tables whose rows are in a registered segment. */
async function dropSealed(connection: DuckDBConnection): Promise<void> {
  for (const row of await rows(connection, 'SELECT name, number FROM generations WHERE sealed')) {
    await dropGeneration(connection, STORED_TABLES[row.name as keyof typeof STORED_TABLES], Number(row.number))
  }
}

/** Drops a sealed generation's tables and its entry. Not inside a transaction. */
export async function dropGeneration(connection: DuckDBConnection, table: StoredTable, number: number): Promise<void> {
  await connection.run('BEGIN')
  await connection.run(`DROP TABLE IF EXISTS ${rowsTable(table, number)}`)
  await connection.run(`DROP TABLE IF EXISTS ${textTable(table, number)}`)
  await connection.run('DELETE FROM generations WHERE name = $1 AND number = $2', [table.name, number], [VARCHAR, INTEGER])
  await connection.run('COMMIT')
}

async function loadSegments(connection: DuckDBConnection, directory: string) {
  const registered: Segment[] = (await rows(connection, 'SELECT * FROM segments ORDER BY max_time')).map((row) => ({
    file: join(directory, String(row.file)),
    table: String(row.name),
    rowCount: Number(row.row_count),
    byteCount: Number(row.byte_count),
    minTime: row.min_time as bigint,
    maxTime: row.max_time as bigint,
  }))
  const known = new Set(registered.map((segment) => segment.file))
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const orphans = readdirSync(directory).filter((name) => !known.has(join(directory, name)))
  for (const name of orphans) unlinkSync(join(directory, name))
  const missing = registered.filter((segment) => !existsSync(segment.file)).map((segment) => segment.file)
  return { segments: registered.filter((segment) => !missing.includes(segment.file)), missing, orphans }
}
