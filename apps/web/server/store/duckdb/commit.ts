import { BIGINT, INTEGER, VARCHAR, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api'
import { setImmediate } from 'node:timers/promises'
import type { TableBatch } from '@sonde/shared/signal'
import type { StoreFrame } from '../store.ts'
import { setState } from './catalog.ts'
import { appendBatch, appendTexts } from './fill.ts'
import { Generation } from './generation.ts'
import { createGenerationSql, rowsTable, STORED_TABLES, textTable, type StoredTable } from './layout.ts'

/** Rows appended before the event loop gets a turn: about 15 ms. */
const ROWS_A_TURN = 20_000

/** The generations being appended to, by table. */
export type OpenGenerations = Map<string, Generation>

/**
 * Writes frames in one transaction: their rows, new texts, the streams' sequence numbers and the time. Either all of it
 * is durable when this resolves, or it rejects and none of it is (the caller restores `open` from the database then).
 */
export async function commitFrames(connection: DuckDBConnection, frames: readonly StoreFrame[], open: OpenGenerations, now: bigint): Promise<void> {
  await connection.run('BEGIN')
  try {
    await appendFrames(connection, frames, open, now)
    const last = new Map(frames.map((frame) => [frame.stream, frame]))
    for (const frame of last.values()) {
      await connection.run('INSERT OR REPLACE INTO streams VALUES ($1, $2, $3, $4)', [frame.stream, frame.host, BigInt(frame.sequence), now], [VARCHAR, VARCHAR, BIGINT, BIGINT])
    }
    await setState(connection, 'last commit', now)
    await connection.run('COMMIT')
  } catch (error) {
    // A failed COMMIT has rolled back already, and a broken database refuses this too: the first error is the one to tell.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function appendFrames(connection: DuckDBConnection, frames: readonly StoreFrame[], open: OpenGenerations, now: bigint): Promise<void> {
  const appenders = new Map<Generation, DuckDBAppender>()
  try {
    let rows = 0
    for (const { rows: batch, host } of frames) {
      if (!batch || batch.rowCount === 0) continue
      await appendRows(connection, batch, host, open, appenders, now)
      rows += batch.rowCount
      if (rows > ROWS_A_TURN) {
        rows = 0
        await setImmediate()
      }
    }
    for (const generation of appenders.keys()) await appendFreshTexts(connection, generation)
  } finally {
    for (const appender of appenders.values()) appender.closeSync()
  }
}

async function appendRows(connection: DuckDBConnection, batch: TableBatch, host: string, open: OpenGenerations, appenders: Map<Generation, DuckDBAppender>, now: bigint): Promise<void> {
  const table: StoredTable = STORED_TABLES[batch.schema.name as keyof typeof STORED_TABLES]
  const generation = open.get(table.name) ?? (await beginGeneration(connection, table, open, now))
  let appender = appenders.get(generation)
  if (!appender) {
    appender = await connection.createAppender(rowsTable(table, generation.number))
    appenders.set(generation, appender)
  }
  const hostId = generation.intern(host)
  appendBatch(appender, table, batch, generation.internBatch(batch), hostId)
  generation.count(batch)
}

async function appendFreshTexts(connection: DuckDBConnection, generation: Generation): Promise<void> {
  const { firstId, texts } = generation.takeFresh()
  if (texts.length === 0) return
  const appender = await connection.createAppender(textTable(generation.table, generation.number))
  try {
    appendTexts(appender, firstId, texts)
  } finally {
    appender.closeSync()
  }
}

/** Makes the next generation of a table, within the running transaction. */
async function beginGeneration(connection: DuckDBConnection, table: StoredTable, open: OpenGenerations, now: bigint): Promise<Generation> {
  const [last] = await (await connection.run('SELECT coalesce(max(number), 0) AS number FROM generations WHERE name = $1', [table.name], [VARCHAR])).getRowObjects()
  const [sealed] = await (await connection.run(`SELECT coalesce(max(regexp_extract(file, '(\\d+)\\.parquet$', 1)::INTEGER), 0) AS number FROM segments WHERE name = $1`, [table.name], [VARCHAR])).getRowObjects()
  const number = Math.max(Number(last!.number), Number(sealed!.number)) + 1
  for (const sql of createGenerationSql(table, number)) await connection.run(sql)
  await connection.run('INSERT INTO generations VALUES ($1, $2, false, $3)', [table.name, number, now], [VARCHAR, INTEGER, BIGINT])
  const generation = new Generation(table, number, Number(now / 1_000_000n))
  open.set(table.name, generation)
  return generation
}
