import type { TableSchema } from './table.ts'

/**
 * Durations the kernel counted (observation/measured.ts): a row for each process and name that had any in an interval, and
 * one of `name` '' and `count` 0 for the interval itself. Counts are of `observedNs`, which may be less than `intervalNs`.
 */
export const MEASUREMENTS = {
  name: 'measurements',
  version: 1,
  columns: {
    /** End of the interval. */
    time: 'i64',
    intervalNs: 'i64',
    observedNs: 'i64',
    count: 'i64',
    /** Of `count`, those without a duration. */
    untimed: 'i64',
    errorCount: 'i64',
    sumNs: 'i64',
    maxNs: 'i64',
    pid: 'u32',
    /** `syscall`, `run_queue`, `block_io`. */
    what: 'text',
    service: 'text',
    name: 'text',
    operation: 'text',
    /** Errors with their counts, as `EAGAIN:3 EINTR:1`. */
    errors: 'text',
    /** Buckets with their counts, as `17:3 18:1`. */
    histogram: 'text',
  },
} as const satisfies TableSchema

/** What the whole host used, every second. */
export const HOST_USAGE = {
  name: 'host_usage',
  version: 1,
  columns: {
    time: 'i64',
    intervalNs: 'i64',
    /** CPU times are sums over all CPUs. */
    userNs: 'i64',
    systemNs: 'i64',
    interruptNs: 'i64',
    stealNs: 'i64',
    ioWaitNs: 'i64',
    idleNs: 'i64',
    memoryTotalBytes: 'i64',
    memoryAvailableBytes: 'i64',
    memoryCachedBytes: 'i64',
    swapTotalBytes: 'i64',
    swapUsedBytes: 'i64',
    /** Pressure stall information: time that some, or all, threads waited. */
    cpuSomeNs: 'i64',
    memorySomeNs: 'i64',
    memoryFullNs: 'i64',
    ioSomeNs: 'i64',
    ioFullNs: 'i64',
    contextSwitches: 'i64',
    load1: 'f64',
    load5: 'f64',
    load15: 'f64',
    cpus: 'u32',
    runnable: 'u32',
    threads: 'u32',
    forks: 'u32',
  },
} as const satisfies TableSchema

/** What passed through each disk and network interface, every second in which something did. */
export const DEVICE_USAGE = {
  name: 'device_usage',
  version: 1,
  columns: {
    time: 'i64',
    intervalNs: 'i64',
    /** Of a network interface: received. */
    readBytes: 'i64',
    /** Of a network interface: sent. */
    writtenBytes: 'i64',
    reads: 'i64',
    writes: 'i64',
    busyNs: 'i64',
    waitNs: 'i64',
    errors: 'i64',
    drops: 'i64',
    /** `disk`, `network`. */
    device: 'text',
    name: 'text',
  },
} as const satisfies TableSchema

/** What each control group used, every few seconds in which it used something. */
export const CGROUP_USAGE = {
  name: 'cgroup_usage',
  version: 1,
  columns: {
    time: 'i64',
    intervalNs: 'i64',
    cpuNs: 'i64',
    throttledNs: 'i64',
    /** −1 where no controller counts it. */
    memoryBytes: 'i64',
    /** −1: no limit. */
    memoryLimitBytes: 'i64',
    cpuSomeNs: 'i64',
    memorySomeNs: 'i64',
    ioSomeNs: 'i64',
    throttledPeriods: 'u32',
    periods: 'u32',
    oomKills: 'u32',
    cgroup: 'text',
  },
} as const satisfies TableSchema
