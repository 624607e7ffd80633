import type { Nanoseconds } from '../units/index.ts'

/** The reason of probes in whose place a recording tells: they can't be switched. */
export const REPLAYED = 'replaying a recording'

/** What a probe is doing and what it costs. */
export interface ProbeHealth {
  readonly name: string
  /** What it sees, and the hooks, for the Collector page. */
  readonly sees: string
  readonly hooks: readonly string[]
  readonly losesWhenOff: string
  readonly enabled: boolean
  readonly state: 'attached' | 'off' | 'refused' | 'partial'
  /** Why it isn't attached, or not wholly; '' if it is. */
  readonly reason: string
  readonly records: number
  readonly recordsPerSecond: number
  readonly lost: number
  /** Mean cost of a program's run; null until kernel statistics were on. */
  readonly nsPerRun: Nanoseconds | null
  readonly runs: number | null
  /** Share of one core spent in the kernel's programs; null until measured. */
  readonly cpuShare: number | null
  /** Of a probe that listens now and then: its share of the time, lately; null for one that always does. */
  readonly observedShare?: number | null
  /** Fullest the ring buffer has been lately, 0–1. */
  readonly ringFill: number
}

export interface ExporterHealth {
  readonly name: string
  readonly state: 'connected' | 'connecting' | 'spooling' | 'failing' | 'off'
  readonly sent: number
  readonly dropped: number
  readonly queued: number
  readonly lastError: string | null
}

export interface Problem {
  readonly what: string
  readonly detail: string
  readonly fix: string
}

/** A whole snapshot of the collector's state, sent every second. */
export interface HealthReport {
  readonly host: { readonly id: string; readonly name: string; readonly kernel: string; readonly btf: boolean; readonly cpus: number; readonly memoryBytes: number }
  readonly version: string
  /** Decimal wall nanoseconds. */
  readonly startedAt: string
  readonly time: string
  readonly probes: readonly ProbeHealth[]
  readonly exporters: readonly ExporterHealth[]
  readonly problems: readonly Problem[]
  readonly cost: {
    readonly cpuCores: number
    readonly memoryBytes: number
    readonly memoryCeilingBytes: number
    /** Time that probe `exchange` adds to one exchange at one end: ns per run × runs for each exchange, what it did besides exchanges included; null until measured. */
    readonly addedNsPerRequest: Nanoseconds | null
    /** Of the web process beside the collector; null where there is none. */
    readonly web?: { readonly cpuCores: number; readonly memoryBytes: number } | null
  }
  /**
   * The windows in which the kernel counts what programs cost. They are announced, since counting costs too; null where
   * costs are not measured. Times are decimal wall nanoseconds.
   */
  readonly costWindows?: {
    readonly forNs: Nanoseconds
    readonly everyNs: Nanoseconds
    readonly isOpen: boolean
    /** Begin of the last window that is over. */
    readonly lastAt: string | null
    readonly nextAt: string
  } | null
  /** Largest sizes of bounded things: name → [now, limit]. */
  readonly bounds: Readonly<Record<string, readonly [number, number]>>
  /** Step and drift of wall time against boot time, since the start. */
  readonly clock: { readonly stepNs: Nanoseconds; readonly driftNs: Nanoseconds }
}
