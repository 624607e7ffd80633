import { DuckDBDataChunk, UINTEGER, VARCHAR, type DuckDBAppender } from '@duckdb/node-api'
import bindings from '@duckdb/node-bindings'
import type { ColumnArray, TableBatch } from '@sonde/shared/signal'
import { columnTypes, type StoredTable } from './layout.ts'

/** Rows a DuckDB vector holds. */
const VECTOR_ROWS = 2048

/**
 * Appends a batch by copying its typed arrays into DuckDB's vectors: no row, no bigint and no string is made. Text cells
 * become ids of the generation's dictionary (`ids[batch id]`), and `host` is the same for all rows.
 */
export function appendBatch(appender: DuckDBAppender, table: StoredTable, batch: TableBatch, ids: Uint32Array, hostId: number): void {
  const types = columnTypes(table)
  const columns = Object.keys(table.columns).map((name) => textIds(batch, name, ids))
  for (let at = 0; at < batch.rowCount; at += VECTOR_ROWS) {
    const length = Math.min(VECTOR_ROWS, batch.rowCount - at)
    const chunk = DuckDBDataChunk.create(types, length)
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]
      if (column) copyIn(chunk, i, column, at, length)
      else copyIn(chunk, i, new Uint32Array(length).fill(hostId), 0, length)
    }
    appender.appendDataChunk(chunk)
  }
}

/** The column as it is stored; undefined for `host`, which no batch has. */
function textIds(batch: TableBatch, name: string, ids: Uint32Array): ColumnArray | undefined {
  const column = batch.columns[name]
  if (!column || batch.schema.columns[name] !== 'text') return column
  const mapped = new Uint32Array(batch.rowCount)
  for (let row = 0; row < mapped.length; row++) mapped[row] = ids[(column as Uint32Array)[row]!]!
  return mapped
}

function copyIn(chunk: DuckDBDataChunk, index: number, column: ColumnArray, at: number, length: number): void {
  const width = column.BYTES_PER_ELEMENT
  const vector = bindings.data_chunk_get_vector(chunk.chunk, index)
  // The copy is unchecked, so the length is checked here.
  if ((at + length) * width > column.byteLength || length > VECTOR_ROWS) throw new Error('a column is shorter than its batch')
  bindings.copy_data_to_vector(vector, 0, column.buffer as ArrayBuffer, column.byteOffset + at * width, length * width)
}

/** Appends entries of a dictionary: `texts[i]` gets id `firstId + i`. */
export function appendTexts(appender: DuckDBAppender, firstId: number, texts: readonly string[]): void {
  for (let at = 0; at < texts.length; at += VECTOR_ROWS) {
    const part = texts.slice(at, at + VECTOR_ROWS)
    const chunk = DuckDBDataChunk.create([UINTEGER, VARCHAR], part.length)
    copyIn(chunk, 0, Uint32Array.from(part, (_, i) => firstId + at + i), 0, part.length)
    chunk.setColumnValues(1, part)
    appender.appendDataChunk(chunk)
  }
}
