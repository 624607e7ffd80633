import type { HealthReport } from '@sonde/shared/signal'
import type { People } from '../store/people.ts'
import type { Store, StoredRow } from '../store/store.ts'

/** A host as far as it is known now. */
export interface HostNow {
  readonly id: string
  readonly name: string
  readonly kernel: string
  readonly version: string
  readonly sessions: number
  readonly lastSeenAt: bigint
  readonly report: HealthReport | undefined
}

/** What lives now; the hub keeps it. */
export interface LivingNow {
  readonly hosts: ReadonlyMap<string, HostNow>
  connections(): Iterable<StoredRow>
  listeners(): Iterable<StoredRow>
  processes(): Iterable<StoredRow>
}

/** Counts of what arrives; the hub keeps them. */
export interface TrafficNow {
  rate(now: bigint): number
  lost(now: bigint): number
  lag(now: bigint): { readonly p50: number; readonly p95: number } | null
}

export interface Problem {
  readonly what: string
  readonly detail: string
  readonly fix: string
}

/** What queries read. */
export interface QueryContext {
  readonly store: Store
  readonly people: People
  readonly living: LivingNow
  readonly traffic: TrafficNow
  readonly version: string
  readonly startedAt: bigint
  now(): bigint
  cost(): { readonly cpuCores: number; readonly memoryBytes: number }
  /** Problems of this process: an unclean end before this start, a store that doesn't take. */
  problems(): readonly Problem[]
  /** Tells a host's collector to switch a probe. False if it isn't connected. */
  control(host: string, probe: string, enabled: boolean): boolean
}
