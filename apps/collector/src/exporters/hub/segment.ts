import { crc32 } from 'node:zlib'

/** A frame as it lies in a spool. `bytes` is the encoded frame; `table` its table's position in `TABLES`. */
export interface SpooledFrame {
  readonly sequence: number
  readonly rows: number
  readonly table: number
  readonly bytes: Uint8Array
}

/**
 * A segment file: 8 bytes of magic, then records, little endian:
 *
 *     0   u32  length of the frame
 *     4   u32  crc32 of all that follows, from 8
 *     8   f64  sequence number
 *     16  u32  rows
 *     20  u32  table
 *     24  the frame
 */
export const SEGMENT_MAGIC = Buffer.from('SNDSPL01', 'latin1')
export const RECORD_HEADER = 24

export const recordLength = (frame: SpooledFrame): number => RECORD_HEADER + frame.bytes.length

/** One record, in two parts so that the frame isn't copied. */
export function encodeRecord(frame: SpooledFrame): [Buffer, Uint8Array] {
  const header = Buffer.allocUnsafe(RECORD_HEADER)
  header.writeUInt32LE(frame.bytes.length, 0)
  header.writeDoubleLE(frame.sequence, 8)
  header.writeUInt32LE(frame.rows, 16)
  header.writeUInt32LE(frame.table, 20)
  header.writeUInt32LE(crc32(frame.bytes, crc32(header.subarray(8))), 4)
  return [header, frame.bytes]
}

/** True if `header` and `bytes` are the record of this frame, as it was written. */
export function isRecordOf(header: Buffer, bytes: Uint8Array, sequence: number): boolean {
  return header.readUInt32LE(0) === bytes.length && header.readDoubleLE(8) === sequence && header.readUInt32LE(4) === crc32(bytes, crc32(header.subarray(8)))
}

export interface SegmentContents {
  /** Each with where its record begins. */
  readonly frames: (SpooledFrame & { readonly at: number })[]
  /** Bytes after the last whole record: a tail torn by a kill, or damage. */
  readonly unreadBytes: number
}

/** Reads the whole records up to the first that is torn, damaged or out of order. Never throws. */
export function decodeSegment(bytes: Buffer): SegmentContents {
  const frames: SegmentContents['frames'] = []
  if (!bytes.subarray(0, SEGMENT_MAGIC.length).equals(SEGMENT_MAGIC)) return { frames, unreadBytes: bytes.length }
  let at = SEGMENT_MAGIC.length
  let last = 0
  while (at + RECORD_HEADER <= bytes.length) {
    const end = at + RECORD_HEADER + bytes.readUInt32LE(at)
    if (end > bytes.length || crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) break
    const sequence = bytes.readDoubleLE(at + 8)
    if (!Number.isSafeInteger(sequence) || sequence <= last) break
    frames.push({ at, sequence, rows: bytes.readUInt32LE(at + 16), table: bytes.readUInt32LE(at + 20), bytes: bytes.subarray(at + RECORD_HEADER, end) })
    last = sequence
    at = end
  }
  return { frames, unreadBytes: bytes.length - at }
}
