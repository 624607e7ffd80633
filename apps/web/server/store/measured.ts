import type { TimeRange } from './store.ts'

/** What distributions are asked for. */
export interface MeasuredFilter {
  readonly what: 'syscall' | 'run_queue' | 'block_io'
  /** Any of these; undefined: all. */
  readonly services?: readonly string[] | undefined
  readonly pids?: readonly number[] | undefined
  readonly hosts?: readonly string[] | undefined
}

/** One service's name: a system call, a device. */
export interface MeasuredGroup {
  readonly service: string
  readonly name: string
  readonly operation: string
  /** As seen, unscaled. */
  readonly count: number
  /** What there were, if the time that was not listened to was like the rest. */
  readonly estimatedCount: number
  readonly untimed: number
  readonly errorCount: number
  readonly sumNs: number
  readonly maxNs: number
  readonly processCount: number
  readonly errors: readonly (readonly [name: string, count: number])[]
  /** Buckets of the one histogram, in order. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[]
}

export interface Measured {
  readonly groups: readonly MeasuredGroup[]
  /** Of the intervals in the range: how much of them was listened to. */
  readonly observedNs: number
  readonly intervalNs: number
}

/** Sums (of states: the last value) by column of the table, by step. */
export interface HostUsageSteps {
  readonly host: string
  readonly steps: ReadonlyMap<bigint, Readonly<Record<string, number>>>
}

export interface DeviceUsageSteps extends HostUsageSteps {
  readonly device: string
  readonly name: string
}

/** Histograms over all of a host's CPUs, by step. */
export interface RunQueueSteps {
  readonly host: string
  readonly steps: ReadonlyMap<bigint, { readonly buckets: readonly (readonly [number, number])[] }>
}

export interface CgroupUsage {
  readonly host: string
  readonly cgroup: string
  readonly cpuCores: number
  readonly throttledShare: number
  readonly throttledPeriods: number
  readonly periods: number
  readonly memoryBytes: number
  readonly memoryLimitBytes: number
  readonly oomKills: number
  readonly cpuSomeShare: number
  readonly memorySomeShare: number
  readonly ioSomeShare: number
}

/** How much of what a probe sees a service did. */
export interface ServiceActivity {
  readonly host: string
  /** '' for what is no service's. */
  readonly service: string
  readonly what: 'exchange' | MeasuredFilter['what'] | 'cpu_sample'
  readonly count: number
  /** Of exchanges: those it answered. */
  readonly servedCount: number
  /** Of exchanges: requests, each counted once on the host though both its ends were seen. */
  readonly requestCount: number
}

/** The part of a store that holds what was measured of hosts and their processes. */
export interface MeasuredStore {
  measured(range: TimeRange, filter: MeasuredFilter): Promise<Measured>
  /** What probes saw in the range, by host and service; nothing is scaled. */
  activity(range: TimeRange): Promise<ServiceActivity[]>
  /** Waits for a CPU over all of a host, by steps. */
  runQueueSteps(range: TimeRange, stepNs: bigint): Promise<RunQueueSteps[]>
  hostUsage(range: TimeRange, stepNs: bigint): Promise<HostUsageSteps[]>
  deviceUsage(range: TimeRange, stepNs: bigint): Promise<DeviceUsageSteps[]>
  cgroupUsage(range: TimeRange): Promise<CgroupUsage[]>
}
