import type { BootNanoseconds } from '../units/index.ts'

/** A process as it is known when first seen: by a fork, by an exec, or because it already ran. */
export interface ProcessStarted {
  readonly kind: 'process-started'
  readonly at: BootNanoseconds
  readonly pid: number
  readonly parentPid: number
  /** When the process began (`task->start_boottime`). */
  readonly startedAt: BootNanoseconds
  readonly comm: string
  readonly uid: number
  readonly netns: number
  /** True if it ran before Sonde did. */
  readonly existing: boolean
}

/** A process became another program. Arguments are read from /proc by a detector, not here. */
export interface ProcessExecuted {
  readonly kind: 'process-executed'
  readonly at: BootNanoseconds
  readonly pid: number
  readonly parentPid: number
  readonly startedAt: BootNanoseconds
  readonly comm: string
  readonly uid: number
  readonly netns: number
  /** The path given to execve. */
  readonly filename: string
  /** Arguments as far as they fit the record, NUL removed; empty if they could not be read. */
  readonly commandArgs: readonly string[]
}

/** A process ended: its last thread is gone. */
export interface ProcessExited {
  readonly kind: 'process-exited'
  readonly at: BootNanoseconds
  readonly pid: number
  readonly startedAt: BootNanoseconds
  /** As a shell would show it: the exit status, or 128 + the signal. */
  readonly exitCode: number
}

export type ProcessObservation = ProcessStarted | ProcessExecuted | ProcessExited
