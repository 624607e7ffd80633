import type { Percentiles } from './resources.ts'

/** What was measured of hosts and their processes, as the API answers it. */

export interface Histogram {
  /** Lower inclusive, upper exclusive; buckets without a count are left out. */
  readonly buckets: readonly (readonly [lowerNs: number, upperNs: number, count: number])[]
  readonly count: number
}

/** Calls of one system call by one service, as far as they were seen. */
export interface Syscall {
  readonly service: string
  readonly name: string
  /** As seen, unscaled. */
  readonly count: number
  /** What there were, if the time not listened to was like the rest. */
  readonly estimatedCount: number
  readonly durationNs: Percentiles & { readonly max: number | null }
  readonly totalNs: number
  readonly histogram: Histogram
  readonly processCount: number
  readonly errors: Readonly<Record<string, number>>
  readonly errorCount: number
  /** Of `count`, calls that began before anybody listened. */
  readonly untimed: number
}

export interface Syscalls {
  readonly syscalls: readonly Syscall[]
  readonly total: number
  /** Of the time in which the probe was on, how much it listened; null if it was off. */
  readonly observedShare: number | null
  readonly observedNs: number
}

type Points = readonly (number | null)[]

interface Traffic {
  readonly name: string
  readonly readBytesPerSecond: Points
  readonly writtenBytesPerSecond: Points
}

/** A host over time. */
export interface HostBands {
  readonly id: string
  readonly name: string
  readonly cpus: number
  readonly memoryTotalBytes: number
  /** Shares of all CPUs. */
  readonly cpu: { readonly user: Points; readonly system: Points; readonly interrupt: Points; readonly steal: Points }
  readonly runQueue: { readonly p95: Points }
  readonly memory: { readonly used: Points }
  readonly pressure: { readonly cpuSome: Points; readonly memorySome: Points; readonly ioSome: Points }
  readonly disks: readonly Traffic[]
  /** Read is received, written is sent. */
  readonly interfaces: readonly Traffic[]
}

export interface HostUsage {
  readonly times: readonly string[]
  readonly stepNs: number
  readonly hosts: readonly HostBands[]
}

/** A host over a whole range. */
export interface HostSummary {
  readonly id: string
  readonly name: string
  readonly cpus: number
  readonly cpuCores: number
  readonly stealShare: number
  readonly runQueue: { readonly p95: number } | null
  readonly memoryTotalBytes: number
  readonly memoryUsedBytes: number
  readonly swapUsedBytes: number
  readonly pressure: { readonly cpuSome: number; readonly memorySome: number; readonly ioSome: number }
  readonly disk: { readonly readBytesPerSecond: number; readonly writtenBytesPerSecond: number; readonly busiest: { readonly name: string; readonly busy: number } | null }
  readonly network: { readonly receivedBytesPerSecond: number; readonly sentBytesPerSecond: number; readonly errorCount: number; readonly dropCount: number; readonly loopbackBytesPerSecond: number }
}

export interface HostSummaries {
  readonly hosts: readonly HostSummary[]
}
