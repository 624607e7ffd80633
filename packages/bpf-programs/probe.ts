import type { MeasuredWhat, Observer } from '@sonde/shared/observation'
import type { KernelFeature } from './kernel-features.ts'

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
  /** What it can't do without and not every kernel from 5.10 on has. */
  readonly needs?: readonly KernelFeature[]
  /** The same of optional programs. */
  readonly optionalNeeds?: Readonly<Record<string, KernelFeature>>
  /** Other programs with the same records, for kernels that lack what these need. */
  readonly fallback?: Fallback
  /** Programs (iterators, `SEC("iter/…")`) that report what is there already: run at the start, or again and again. */
  readonly iterators?: readonly ScheduledRun[]
  /** Programs that stand on no hook and are run by user space (`bpf_prog_test_run`); never attached. */
  readonly runs?: readonly ScheduledRun[]
  /** Programs (`SEC("perf_event")`) that the clock of every CPU runs: how many times a second. */
  readonly perfEvents?: Readonly<Record<string, number>>
  /** Whether it runs when the configuration says nothing; default: true. */
  readonly enabledByDefault?: boolean
  /** Distributions it keeps in the kernel (include/distribution.h), which user space reads. */
  readonly distributions?: Distributions
  /** Bytes of its ring buffer when the configuration says nothing; default: 2 MiB. */
  readonly ringBytes?: number
  /** What lacks a record that the probe lost: `requests`, `connections`, `processes`; default: the probe's name. */
  readonly affects?: string
  /** The record that is one of what it watches; others go on about one. Costs are told for each. Default: every record is. */
  readonly unit?: string
  /** In words, why a record was lost, by the enumerator of `enum loss` (record.h) that counts it; default: its name. */
  readonly lossReasons?: Readonly<Record<string, string>>
  /** Makes an interpreter of this probe's records: one a ring buffer, reused for all its records. */
  readonly open: () => RecordReader
}

/** Stands in for a probe's own programs; what it doesn't say is the probe's. */
export interface Fallback extends Pick<Probe, 'hooks' | 'object' | 'optionalPrograms' | 'needs' | 'optionalNeeds'> {
  /** What isn't seen this way, in words. */
  readonly loses: string
}

/** What a probe counts in its maps `distributions` and, by errno, `errors`. */
export interface Distributions {
  readonly what: MeasuredWhat
  /** While nobody looks: always, or so long of every so many milliseconds (at a moment chosen anew each time). */
  readonly listen: 'always' | { readonly forMs: number; readonly everyMs: number }
  /** What the kernel may spend on them. */
  readonly budgetBytes: number
  /** Also told for each CPU, over all keys. */
  readonly perCpu?: boolean
  /** What a key says. `pid` 0: nobody's. */
  describe(key: DataView): { readonly pid: number; readonly name: string; readonly operation: string }
  /** The name of a number in map `errors`, whose keys are those of `distributions` followed by it (u32). */
  readonly errorName?: (error: number) => string
}

/** A program that user space runs, at the probe's start (`once`) or at the start and then every so many milliseconds. */
export interface ScheduledRun {
  readonly program: string
  readonly everyMs: number | 'once'
}

/** Interprets one record at `[at, at + length)`; it knows the record's type by the name that BTF gives its `type_id`. */
export interface RecordReader {
  /** Struct names of the records it reads, with the layout fingerprints the loader compares before attaching. */
  readonly layouts: Readonly<Record<string, string>>
  read(record: string, bytes: Buffer, view: DataView, at: number, length: number, observe: Observer): void
}
