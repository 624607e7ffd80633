import type { BootNanoseconds, Nanoseconds } from '../units/index.ts'

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
  /** As a shell would show it: the exit status, or 128 + the signal; `UNKNOWN_EXIT_CODE` of one whose end was not seen. */
  readonly exitCode: number
}

export const UNKNOWN_EXIT_CODE = -1

/** What detectors found out about a process: whose it is. Follows a start or an exec of the same (pid, startedAt). */
export interface ProcessDescribed {
  readonly kind: 'process-described'
  readonly at: BootNanoseconds
  readonly pid: number
  readonly startedAt: BootNanoseconds
  /** The service it belongs to; '' for a process that is none (a kernel thread, init). */
  readonly service: string
  /** What it evidently is: `nginx`, `postgresql`, `redis`, `node`, `python`, `java`, `go`, `process` … */
  readonly serviceKind: string
  /** Which rule named it: `config`, `environment`, `container`, `unit`, `program`, `executable`. */
  readonly namedBy: string
  readonly comm: string
  readonly commandLine: string
  readonly user: string
  readonly container: string
  readonly unit: string
  readonly cgroup: string
}

/** What a process used since the last such observation. */
export interface ProcessUsed {
  readonly kind: 'process-used'
  readonly at: BootNanoseconds
  readonly pid: number
  readonly startedAt: BootNanoseconds
  readonly intervalNs: Nanoseconds
  readonly cpuNs: Nanoseconds
  readonly residentBytes: number
  readonly threads: number
}

export type ProcessObservation = ProcessStarted | ProcessExecuted | ProcessExited | ProcessDescribed | ProcessUsed
