import { COLUMN_WIDTH, columnArray, TABLES, type ColumnArray, type TableBatch, type TableSchema } from '../signal/index.ts'

/**
 * Seam 4: a table batch as bytes.
 *
 *     0   u32  magic "SND1"
 *     4   u32  length of the header in bytes
 *     8   f64  sequence number of the message (whole, from 1)
 *     16  header: UTF-8 JSON { table, version, mode, rows, strings }
 *     …   columns in schema order, each on an 8-byte boundary, little endian
 */
export interface Frame {
  readonly sequence: number
  /** `append`: new rows. `snapshot`: all that lives, replacing what was known of this host. */
  readonly mode: FrameMode
  readonly batch: TableBatch
}
export type FrameMode = 'append' | 'snapshot'

/** Why bytes are not a frame: a value, not an exception; the receiver counts it. */
export interface FrameError {
  readonly error: string
}

const MAGIC = 0x31444e53
const PREAMBLE = 16
/** More rows than any sender puts into one batch; keeps a hostile header from allocating. */
export const MAX_ROWS = 1 << 20
/** Largest frame either side accepts. */
export const MAX_FRAME_BYTES = 64 << 20

const aligned = (n: number) => (n + 7) & ~7

const allocate = (length: number) => new Uint8Array(length)

/** The frame's bytes, in what `memory` gives for their length: on an 8-byte boundary, of any content. */
export function encodeFrame(frame: Frame, memory: (length: number) => Uint8Array = allocate): Uint8Array {
  const { batch } = frame
  const header = Buffer.from(
    JSON.stringify({ table: batch.schema.name, version: batch.schema.version, mode: frame.mode, rows: batch.rowCount, strings: batch.strings }),
  )
  const types = Object.values(batch.schema.columns)
  const start = aligned(PREAMBLE + header.length)
  const size = types.reduce((sum, type) => sum + aligned(batch.rowCount * COLUMN_WIDTH[type]), start)
  const bytes = memory(size)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, header.length, true)
  view.setFloat64(8, frame.sequence, true)
  bytes.set(header, PREAMBLE)
  bytes.fill(0, PREAMBLE + header.length, start)
  let at = start
  for (const name of Object.keys(batch.schema.columns)) {
    const column = batch.columns[name]!
    bytes.set(new Uint8Array(column.buffer as ArrayBuffer, column.byteOffset, column.byteLength), at)
    bytes.fill(0, at + column.byteLength, at += aligned(column.byteLength))
  }
  return bytes
}

/** The bytes where columns can be read as they lie: `bytes` if those are on an 8-byte boundary, else a copy. */
export function alignedFrame(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % 8 === 0 && bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}

/** Decodes and checks a frame. Columns are views into `alignedFrame(bytes)`. */
export function decodeFrame(bytes: Uint8Array): Frame | FrameError {
  if (bytes.length < PREAMBLE) return { error: 'shorter than a preamble' }
  const own = alignedFrame(bytes)
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength)
  if (view.getUint32(0, true) !== MAGIC) return { error: 'not a frame' }
  const headerLength = view.getUint32(4, true)
  if (PREAMBLE + headerLength > own.length) return { error: 'header longer than the frame' }
  const header = parseHeader(own.subarray(PREAMBLE, PREAMBLE + headerLength))
  if ('error' in header) return header
  const sequence = view.getFloat64(8, true)
  if (!Number.isSafeInteger(sequence) || sequence < 1) return { error: 'bad sequence number' }
  const columns = readColumns(own, aligned(PREAMBLE + headerLength), header)
  if (typeof columns === 'string') return { error: columns } // not `'error' in`: a table may have a column of that name
  return { sequence, mode: header.mode, batch: { schema: header.schema, rowCount: header.rows, columns, strings: header.strings } }
}

interface Header {
  schema: TableSchema
  mode: FrameMode
  rows: number
  strings: string[]
}

function parseHeader(bytes: Uint8Array): Header | FrameError {
  let header: Record<string, unknown>
  try {
    header = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'))
  } catch {
    return { error: 'header is not JSON' }
  }
  if (header === null || typeof header !== 'object') return { error: 'header is not an object' }
  const schema: TableSchema | undefined = TABLES.find((table) => table.name === header.table)
  if (!schema) return { error: 'unknown table' }
  if (header.version !== schema.version) return { error: `${schema.name}: version ${String(header.version)}, expected ${schema.version}` }
  const { rows, strings, mode } = header
  if (mode !== 'append' && mode !== 'snapshot') return { error: 'bad mode' }
  if (!Number.isInteger(rows) || (rows as number) < 0 || (rows as number) > MAX_ROWS) return { error: 'bad row count' }
  if (!Array.isArray(strings) || strings[0] !== '' || !strings.every((s) => typeof s === 'string')) return { error: 'bad dictionary' }
  return { schema, mode, rows: rows as number, strings: strings as string[] }
}

function readColumns(bytes: Uint8Array<ArrayBuffer>, start: number, header: Header): Record<string, ColumnArray> | string {
  const columns: Record<string, ColumnArray> = {}
  let at = start
  for (const [name, type] of Object.entries(header.schema.columns)) {
    const length = header.rows * COLUMN_WIDTH[type]
    if (at + length > bytes.length) return `${header.schema.name}.${name} ends after the frame`
    const column = columnArray(type, bytes.buffer, bytes.byteOffset + at, header.rows)
    if (type === 'text' && (column as Uint32Array).some((id) => id >= header.strings.length)) {
      return `${header.schema.name}.${name} names a string that isn't there`
    }
    columns[name] = column
    at += aligned(length)
  }
  return columns
}
