import type { BootNanoseconds, Nanoseconds } from '../units/index.ts'

/** What was measured: a duration of system calls, of waits for a CPU, of requests to block devices. */
export type MeasuredWhat = 'syscall' | 'run_queue' | 'block_io'

/**
 * Durations that the kernel counted, over an interval that ends at `at`. It listened for `observedNs` of `intervalNs`, and
 * counts are what it saw then: nothing is scaled. Each interval begins with one of `name` '' and `count` 0, which says
 * that somebody listened.
 */
export interface DistributionMeasured {
  readonly kind: 'distribution-measured'
  readonly what: MeasuredWhat
  readonly at: BootNanoseconds
  readonly intervalNs: Nanoseconds
  readonly observedNs: Nanoseconds
  /** 0 for what is nobody's: of the kernel, or of a CPU. */
  readonly pid: number
  /** The system call, the device, `cpu0`, or '' for all of a process's waits. */
  readonly name: string
  /** `read`, `write` … of a device; else ''. */
  readonly operation: string
  readonly count: number
  /** Of `count`, those that began before anybody listened: they have no duration. */
  readonly untimed: number
  readonly errorCount: number
  readonly sumNs: Nanoseconds
  readonly maxNs: Nanoseconds
  /** Errors by name, with their counts. */
  readonly errors: readonly (readonly [name: string, count: number])[]
  /** Buckets of the one histogram (signal/log-linear.ts) that have counts, in order. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[]
}
