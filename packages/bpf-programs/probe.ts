import type { Observer } from '@sonde/shared/observation'

/** What a probe says about itself. Its folder also holds the program, its records and its README. */
export interface Probe {
  /** snake_case; the same in the folder, the C, the metrics and the docs. */
  readonly name: string
  /** What it sees, in a line, for people. */
  readonly sees: string
  /** The hooks it stands on, by the kernel's names. */
  readonly hooks: readonly string[]
  readonly losesWhenOff: string
  /** Compiled object, below packages/bpf-programs. */
  readonly object: string
  /** Programs that may be refused by a kernel; what then is lost, in words. All others are needed. */
  readonly optionalPrograms: Readonly<Record<string, string>>
  /** Makes an interpreter of this probe's records: one a ring buffer, reused for all its records. */
  readonly open: () => RecordReader
}

/** Interprets one record at `[at, at + length)`; it knows the record's type by the name that BTF gives its `type_id`. */
export interface RecordReader {
  /** Struct names of the records it reads, with the layout fingerprints the loader compares before attaching. */
  readonly layouts: Readonly<Record<string, string>>
  read(record: string, bytes: Buffer, view: DataView, at: number, length: number, observe: Observer): void
}
