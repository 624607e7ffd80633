import type { Observer } from '@sonde/shared/observation'
import type { RecordReader } from '@sonde/bpf-programs/probe'
import type { Losses } from '../health/losses.ts'

/** In a batch each record is preceded by its length (u32) and 4 zero bytes, and padded to 8 bytes (packages/libbpf). Not imported from there: replay runs where the binding isn't built. */
const RECORD_HEADER_BYTES = 8
const padded = (length: number) => (length + 7) & ~7

/** What a record's `type_id` means, by the BTF of the object that wrote it. */
export interface RecordType {
  readonly name: string
  readonly fingerprint: string
  readonly bytes: number
  readonly leastBytes: number
}

/** A probe's program and its reader disagree about a struct: one of them was built from another source. */
export class RecordLayoutError extends Error {
  override readonly name = 'RecordLayoutError'
  readonly struct: string

  constructor(probe: string, struct: string, detail: string) {
    super(`${probe}: struct ${struct} ${detail}; build again: npm run build -w @sonde/bpf-programs`)
    this.struct = struct
  }
}

/** Throws `RecordLayoutError` for the first struct that the reader would misread. Records it doesn't know are errors too: each has a reader. */
export function checkLayouts(probe: string, types: ReadonlyMap<number, RecordType>, layouts: Readonly<Record<string, string>>): void {
  for (const { name, fingerprint } of types.values()) {
    const expected = layouts[name]
    if (expected === undefined) throw new RecordLayoutError(probe, name, 'has no reader')
    if (expected !== fingerprint) throw new RecordLayoutError(probe, name, `has layout ${fingerprint} in the program and ${expected} in its reader`)
  }
}

/** Walks batches of one probe and has each record interpreted. What isn't a record of it is counted, never thrown. */
export class RecordDispatcher {
  /** Records interpreted so far. */
  records = 0
  /** Of them, those that are one of what the probe watches. */
  units = 0
  private readonly where: string
  private readonly affects: string
  private readonly unit: string | undefined
  private readonly options: { readonly types: ReadonlyMap<number, RecordType>; readonly reader: RecordReader; readonly observe: Observer; readonly losses: Losses }

  constructor(probe: { readonly name: string; readonly affects?: string | undefined; readonly unit?: string }, options: RecordDispatcher['options']) {
    this.where = `probe.${probe.name}`
    this.affects = probe.affects ?? probe.name
    this.unit = probe.unit
    this.options = options
  }

  /** Reads the batch at [0, total) of `bytes`. */
  batch(total: number, bytes: Buffer, view: DataView): void {
    const { types, reader, observe } = this.options
    for (let at = RECORD_HEADER_BYTES; at + 4 <= total; ) {
      const length = view.getUint32(at - RECORD_HEADER_BYTES, true)
      if (at + length > total) return this.lose('batch cut short')
      const type = length >= 4 ? types.get(view.getUint32(at, true)) : undefined
      if (type && length >= type.leastBytes && length <= type.bytes) {
        reader.read(type.name, bytes, view, at, length, observe)
        this.records++
        if (this.unit === undefined || this.unit === type.name) this.units++
      } else {
        this.lose(type ? 'record of a wrong length' : 'record of an unknown type')
      }
      at += padded(length) + RECORD_HEADER_BYTES
    }
  }

  private lose(reason: string): void {
    this.options.losses.count(this.where, reason, this.affects)
  }
}
