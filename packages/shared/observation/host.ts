import type { BootNanoseconds, Nanoseconds } from '../units/index.ts'

/** What the whole host used in an interval that ends at `at`, and how it stands then. CPU times are summed over all CPUs. */
export interface HostUsed {
  readonly kind: 'host-used'
  readonly at: BootNanoseconds
  readonly intervalNs: Nanoseconds
  readonly cpus: number
  readonly userNs: Nanoseconds
  readonly systemNs: Nanoseconds
  readonly interruptNs: Nanoseconds
  readonly stealNs: Nanoseconds
  readonly ioWaitNs: Nanoseconds
  readonly idleNs: Nanoseconds
  readonly memoryTotalBytes: number
  readonly memoryAvailableBytes: number
  readonly memoryCachedBytes: number
  readonly swapTotalBytes: number
  readonly swapUsedBytes: number
  /** Pressure stall information: how long some, and all, threads waited; 0 where the kernel has none. */
  readonly cpuSomeNs: Nanoseconds
  readonly memorySomeNs: Nanoseconds
  readonly memoryFullNs: Nanoseconds
  readonly ioSomeNs: Nanoseconds
  readonly ioFullNs: Nanoseconds
  readonly load1: number
  readonly load5: number
  readonly load15: number
  /** Threads that run or could run, and all there are. */
  readonly runnable: number
  readonly threads: number
  readonly contextSwitches: number
  readonly forks: number
}

/** What passed through a disk or a network interface in an interval. */
export interface DeviceUsed {
  readonly kind: 'device-used'
  readonly at: BootNanoseconds
  readonly intervalNs: Nanoseconds
  readonly device: 'disk' | 'network'
  readonly name: string
  /** Read, or received. */
  readonly readBytes: number
  /** Written, or sent. */
  readonly writtenBytes: number
  readonly reads: number
  readonly writes: number
  /** While at least one request was under way; 0 for a network interface. */
  readonly busyNs: Nanoseconds
  /** Sum over all requests of how long each took; 0 for a network interface. */
  readonly waitNs: Nanoseconds
  readonly errors: number
  readonly drops: number
}

/** What a control group used in an interval. */
export interface CgroupUsed {
  readonly kind: 'cgroup-used'
  readonly at: BootNanoseconds
  readonly intervalNs: Nanoseconds
  readonly cgroup: string
  readonly cpuNs: Nanoseconds
  /** How long, and in how many of its periods, it had used up what it may. */
  readonly throttledNs: Nanoseconds
  readonly throttledPeriods: number
  readonly periods: number
  /** −1 where no controller counts it. */
  readonly memoryBytes: number
  /** −1: no limit. */
  readonly memoryLimitBytes: number
  readonly oomKills: number
  readonly cpuSomeNs: Nanoseconds
  readonly memorySomeNs: Nanoseconds
  readonly ioSomeNs: Nanoseconds
}

export type HostObservation = HostUsed | DeviceUsed | CgroupUsed
