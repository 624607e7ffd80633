/**
 * A recording: what the ring buffers gave, as they gave it, and what was found out in /proc, which can't be replayed.
 *
 *     0   12 bytes  "SONDE REC 1\n"
 *     12  zstd stream of entries: u8 kind, u8 0, u16 0, u32 length, f64 time (boot, ns), then `length` bytes
 *
 *     kind 1  header       JSON, first and once
 *     kind 2  batch        u8 length of the probe's name, the name, zeros to 8 bytes, the binding's batch
 *     kind 3  observation  JSON
 *     kind 4  end          JSON; a recording without one was cut short
 *
 * Little endian. Times are nanoseconds since the recorded host's boot.
 */
export const MAGIC = 'SONDE REC 1\n'
export const ENTRY_BYTES = 16
/** Larger than any batch of the binding; a longer entry is a damaged file. */
export const MAX_ENTRY_BYTES = 4 << 20
export const KIND = { header: 1, batch: 2, observation: 3, end: 4 } as const

export interface RecordingHeader {
  readonly kernel: string
  readonly host: { readonly id: string; readonly name: string }
  readonly version: string
  /** Decimal nanoseconds: wall minus boot time when the recording began. */
  readonly wallOffset: string
  /** Boot time at the start, nanoseconds. */
  readonly startedAt: number
  /** What the records' type ids mean, by probe: so that replay needs no object. */
  readonly probes: Readonly<Record<string, readonly RecordedType[]>>
}

export interface RecordedType {
  readonly typeId: number
  readonly name: string
  readonly fingerprint: string
  readonly bytes: number
  readonly leastBytes: number
}

export interface RecordingEnd {
  readonly batches: number
  readonly observations: number
  /** Left out, because the disk was slow or the size limit was reached. */
  readonly dropped: number
}

export function encodeEntry(kind: number, at: number, payload: Uint8Array): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES + payload.length)
  entry.writeUInt8(kind, 0)
  entry.writeUInt32LE(payload.length, 4)
  entry.writeDoubleLE(at, 8)
  entry.set(payload, ENTRY_BYTES)
  return entry
}

/** Payload of a batch entry. */
export function encodeBatch(probe: string, bytes: Uint8Array): Buffer {
  const name = Buffer.from(probe, 'latin1')
  const start = batchStart(name.length)
  const payload = Buffer.alloc(start + bytes.length)
  payload.writeUInt8(name.length, 0)
  payload.set(name, 1)
  payload.set(bytes, start)
  return payload
}

/** The probe and the batch of a payload; undefined if it isn't one. */
export function decodeBatch(payload: Buffer): { probe: string; bytes: Buffer } | undefined {
  const length = payload.length > 0 ? payload.readUInt8(0) : 0
  const start = batchStart(length)
  if (length === 0 || start > payload.length) return undefined
  return { probe: payload.toString('latin1', 1, 1 + length), bytes: payload.subarray(start) }
}

const batchStart = (nameLength: number) => (1 + nameLength + 7) & ~7
