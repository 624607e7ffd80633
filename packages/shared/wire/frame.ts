import { COLUMN_WIDTH, TABLES, type ColumnArray, type TableBatch, type TableSchema } from '../signal/index.ts'
import { aligned, isWidthOf, pack, packedLength, unpack, widthOf, type Width } from './columns.ts'

/**
 * Seam 4: a table batch as bytes.
 *
 *     0   u32  magic "SND2"
 *     4   u32  length of the header in bytes
 *     8   f64  sequence number of the message (whole, from 1)
 *     16  header: UTF-8 JSON { table, version, mode, rows, widths, strings }
 *     …   columns in schema order, each on an 8-byte boundary and as wide as `widths` says (columns.ts)
 */
export interface Frame {
  readonly sequence: number
  /** `append`: new rows. `snapshot`: all that lives, replacing what was known of this host. */
  readonly mode: FrameMode
  readonly batch: TableBatch
}
export type FrameMode = 'append' | 'snapshot'

export interface DecodedFrame extends Frame {
  /** Where all columns lie, and nothing else does. */
  readonly memory: ArrayBuffer
}

/** Why bytes are not a frame: a value, not an exception; the receiver counts it. */
export interface FrameError {
  readonly error: string
}

const MAGIC = 0x32444e53
const PREAMBLE = 16
/** More rows than any sender puts into one batch; keeps a hostile header from allocating. */
export const MAX_ROWS = 1 << 20
/** Largest frame either side accepts, and the most its columns may take in full: a few bytes can stand for many rows. */
export const MAX_FRAME_BYTES = 64 << 20

const allocate = (length: number) => new Uint8Array(length)

/** The frame's bytes, in what `memory` gives for their length: on an 8-byte boundary, of any content. */
export function encodeFrame(frame: Frame, memory: (length: number) => Uint8Array = allocate): Uint8Array {
  const { batch } = frame
  const { schema, rowCount } = batch
  const columns = Object.keys(schema.columns).map((name) => batch.columns[name]!)
  const widths = columns.map((column) => widthOf(column))
  const header = Buffer.from(JSON.stringify({ table: schema.name, version: schema.version, mode: frame.mode, rows: rowCount, widths, strings: batch.strings }))
  const start = aligned(PREAMBLE + header.length)
  const size = Object.values(schema.columns).reduce((sum, type, i) => sum + aligned(packedLength(type, widths[i]!, rowCount)), start)
  const bytes = memory(size)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, header.length, true)
  view.setFloat64(8, frame.sequence, true)
  bytes.set(header, PREAMBLE)
  let at = PREAMBLE + header.length
  for (let i = 0; i < columns.length; i++) at = pack(columns[i]!, widths[i]!, bytes, pad(bytes, at))
  pad(bytes, at)
  return bytes
}

/** Zeros up to the next boundary, which it returns. */
function pad(bytes: Uint8Array, at: number): number {
  const end = aligned(at)
  bytes.fill(0, at, end)
  return end
}

/** Decodes and checks a frame. Its columns are copies: `bytes` are not needed any more. */
export function decodeFrame(bytes: Uint8Array): DecodedFrame | FrameError {
  if (bytes.length < PREAMBLE) return { error: 'shorter than a preamble' }
  // On a boundary columns can be read as they lie.
  const own = bytes.byteOffset % 8 === 0 && bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength)
  if (view.getUint32(0, true) !== MAGIC) return { error: 'not a frame' }
  const headerLength = view.getUint32(4, true)
  if (PREAMBLE + headerLength > own.length) return { error: 'header longer than the frame' }
  const header = parseHeader(own.subarray(PREAMBLE, PREAMBLE + headerLength))
  if ('error' in header) return header
  const sequence = view.getFloat64(8, true)
  if (!Number.isSafeInteger(sequence) || sequence < 1) return { error: 'bad sequence number' }
  const table = readColumns(own, aligned(PREAMBLE + headerLength), header)
  if (typeof table === 'string') return { error: table } // not `'error' in`: a table may have a column of that name
  const { columns, memory } = table
  return { sequence, mode: header.mode, memory, batch: { schema: header.schema, rowCount: header.rows, columns, strings: header.strings } }
}

interface Header {
  schema: TableSchema
  mode: FrameMode
  rows: number
  widths: Width[]
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
  const { rows, strings, mode, widths } = header
  if (mode !== 'append' && mode !== 'snapshot') return { error: 'bad mode' }
  if (!Number.isInteger(rows) || (rows as number) < 0 || (rows as number) > MAX_ROWS) return { error: 'bad row count' }
  if (!Array.isArray(strings) || strings[0] !== '' || !strings.every((s) => typeof s === 'string')) return { error: 'bad dictionary' }
  const types = Object.values(schema.columns)
  if (!Array.isArray(widths) || widths.length !== types.length || !types.every((type, i) => isWidthOf(type, widths[i]))) return { error: 'bad widths' }
  return { schema, mode, rows: rows as number, widths: widths as Width[], strings: strings as string[] }
}

function readColumns(bytes: Uint8Array<ArrayBuffer>, start: number, { schema, rows, widths, strings }: Header): { columns: Record<string, ColumnArray>; memory: ArrayBuffer } | string {
  const length = Object.values(schema.columns).reduce((sum, type) => sum + aligned(rows * COLUMN_WIDTH[type]), 0)
  if (length > MAX_FRAME_BYTES) return 'more rows than a frame may have'
  const memory = new ArrayBuffer(length)
  const columns: Record<string, ColumnArray> = {}
  let at = start
  let to = 0
  for (const [i, [name, type]] of Object.entries(schema.columns).entries()) {
    const packed = packedLength(type, widths[i]!, rows)
    if (at + packed > bytes.length) return `${schema.name}.${name} ends after the frame`
    const column = unpack(type, widths[i]!, rows, bytes, at, memory, to)
    if (type === 'text' && !areBelow(column as Uint32Array, strings.length)) return `${schema.name}.${name} names a string that isn't there`
    columns[name] = column
    at += aligned(packed)
    to += aligned(column.byteLength)
  }
  return { columns, memory }
}

function areBelow(ids: Uint32Array, count: number): boolean {
  for (let i = 0; i < ids.length; i++) if (ids[i]! >= count) return false
  return true
}
