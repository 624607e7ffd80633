import { COLUMN_WIDTH, columnArray, type ColumnArray, type ColumnType } from '../signal/index.ts'

/**
 * How a column lies in a frame: bytes an element, little endian; 0 if all rows have the one element that is there, in full.
 * An i64 of 4 bytes is signed, all other narrow ones are not.
 */
export type Width = 0 | 1 | 2 | 4 | 8

const WIDTHS: Readonly<Record<ColumnType, readonly Width[]>> = { u8: [0, 1], u16: [0, 1, 2], u32: [0, 1, 2, 4], text: [0, 1, 2, 4], i64: [0, 4, 8], f64: [8] }

/** Columns begin on boundaries of 8 bytes. */
export const aligned = (length: number): number => (length + 7) & ~7

export function isWidthOf(type: ColumnType, width: unknown): width is Width {
  return WIDTHS[type].includes(width as Width)
}

/** Bytes a column of `rows` elements takes at `width`. */
export function packedLength(type: ColumnType, width: Width, rows: number): number {
  if (width !== 0) return rows * width
  return rows === 0 ? 0 : COLUMN_WIDTH[type]
}

/**
 * The least width that holds all elements. A column that can't be made narrower is left after a few elements, so that what
 * is random (ids) costs nothing to look at.
 */
export function widthOf(column: ColumnArray): Width {
  if (column instanceof BigInt64Array) return widthOf64(new Int32Array(column.buffer, column.byteOffset, column.length * 2))
  if (column instanceof Float64Array) return 8
  return column instanceof Uint8Array ? widthOf8(column) : widthOfUnsigned(column)
}

function widthOf64(halves: Int32Array): Width {
  let same = true
  let fits = true
  for (let i = 0; i < halves.length && (same || fits); i += 2) {
    const low = halves[i]!
    const high = halves[i + 1]!
    same &&= low === halves[0] && high === halves[1]
    fits &&= high === low >> 31
  }
  return same ? 0 : fits ? 4 : 8
}

function widthOfUnsigned(values: Uint32Array | Uint16Array): Width {
  const full = values.BYTES_PER_ELEMENT as Width
  const half = full * 4
  const first = values[0]
  let same = true
  let bits = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    bits |= value
    same &&= value === first
    if (!same && bits >>> half !== 0) return full
  }
  return same ? 0 : bits > 0xff ? 2 : 1
}

function widthOf8(values: Uint8Array): Width {
  const first = values[0]
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return 1
  return 0
}

/** Writes a column at `at`, a boundary, of `frame`; returns where it ends. */
export function pack(column: ColumnArray, width: Width, frame: Uint8Array, at: number): number {
  if (width === 0 || width === column.BYTES_PER_ELEMENT) {
    const length = width === 0 ? Math.min(column.byteLength, column.BYTES_PER_ELEMENT) : column.byteLength
    frame.set(new Uint8Array(column.buffer as ArrayBuffer, column.byteOffset, length), at)
    return at + length
  }
  const { buffer, byteOffset } = frame
  if (column instanceof BigInt64Array) {
    const halves = new Int32Array(column.buffer, column.byteOffset, column.length * 2)
    const lows = new Int32Array(buffer, byteOffset + at, column.length)
    for (let i = 0; i < lows.length; i++) lows[i] = halves[2 * i]!
  } else {
    const values = column as Uint32Array
    const narrow = width === 1 ? new Uint8Array(buffer, byteOffset + at, values.length) : new Uint16Array(buffer, byteOffset + at, values.length)
    narrow.set(values)
  }
  return at + column.length * width
}

/** Reads the column at `at`, a boundary, of `frame` into `memory` at `to`, in full. What is read must be there. */
export function unpack(type: ColumnType, width: Width, rows: number, frame: Uint8Array<ArrayBuffer>, at: number, memory: ArrayBuffer, to: number): ColumnArray {
  const column = columnArray(type, memory, to, rows)
  const from = frame.byteOffset + at
  if (width === COLUMN_WIDTH[type]) new Uint8Array(memory, to, rows * width).set(frame.subarray(at, at + rows * width))
  else if (rows === 0) return column
  else if (width === 0) (column as Float64Array).fill(columnArray(type, frame.buffer, from, 1)[0] as number)
  else if (column instanceof BigInt64Array) widen(new Int32Array(frame.buffer, from, rows), new Int32Array(memory, to, rows * 2))
  else (column as Uint32Array).set(width === 1 ? new Uint8Array(frame.buffer, from, rows) : new Uint16Array(frame.buffer, from, rows))
  return column
}

function widen(lows: Int32Array, halves: Int32Array): void {
  for (let i = 0; i < lows.length; i++) {
    const low = lows[i]!
    halves[2 * i] = low
    halves[2 * i + 1] = low >> 31
  }
}
