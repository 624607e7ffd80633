import type { TableBatch, TableName } from '@sonde/shared/signal'
import type { Condition, RequestColumn } from './condition.ts'
import type { MeasuredStore } from './measured.ts'
import type { ProfileStore } from './profile-store.ts'

/** A half-open range of wall-clock nanoseconds. */
export interface TimeRange {
  readonly from: bigint
  readonly to: bigint
}

/** A frame on its way into the store. `rows` is undefined for a frame that only moves the sequence number on. */
export interface StoreFrame {
  readonly host: string
  readonly stream: string
  readonly sequence: number
  readonly rows: TableBatch | undefined
  /** Called once the store is done with `rows`, if it has taken the frame: nothing reads their columns any more. */
  readonly release?: (() => void) | undefined
}

/** A row of a table, by column; 64-bit columns are bigints, others numbers, text strings. */
export type StoredRow = Readonly<Record<string, number | bigint | string>>

/** p50, p95, p99 by nearest rank: values that occurred, not estimates. Null when there are none. */
export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export interface RequestGroup extends Percentiles {
  readonly key: Readonly<Record<string, number | bigint | string>>
  /** Start of the step; the range's start when there is no step. */
  readonly time: bigint
  readonly requestCount: number
  readonly errorCount: number
  readonly requestBytes: number
  readonly responseBytes: number
  /** Sum of all durations that were seen. */
  readonly totalNs: number
}

export interface RequestOrder {
  readonly column: 'startTime' | 'durationNs' | 'status' | 'requestBytes' | 'responseBytes'
  readonly descending: boolean
}

/** Where a page ended: the value it is ordered by, and the row's id. */
export interface RequestPlace {
  readonly value: bigint
  readonly id: bigint
}

/** Exchanges between two names by one protocol, each counted once though both ends may have been seen. */
export interface TrafficEdge extends Percentiles {
  readonly from: string
  readonly to: string
  readonly protocol: string
  /** The named end (the other is `service`) is a service of a watched host or a configured name. */
  readonly peerNamed: boolean
  readonly role: 'server' | 'client'
  readonly requestCount: number
  readonly errorCount: number
}

/** Ended connections between two names. */
export interface ConnectionEdge {
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly peerNamed: boolean
  readonly role: 'server' | 'client'
  readonly connectionCount: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly retransmits: number
}

/** Columns of connections and the values wanted; a column left out doesn't matter. */
export type ConnectionFilter = Readonly<Partial<Record<'service' | 'peer' | 'state' | 'failure' | 'host' | 'protocol', readonly string[]>>>

export interface ServiceTraffic extends Percentiles {
  readonly service: string
  readonly role: 'server' | 'client'
  /** The protocol of most of it. */
  readonly protocol: string
  readonly hosts: readonly string[]
  readonly requestCount: number
  readonly errorCount: number
}

export interface ServiceUsage {
  readonly service: string
  readonly kind: string
  readonly hosts: readonly string[]
  readonly cpuCores: number
  readonly processCount: number
}

export interface Facet {
  readonly column: string
  readonly value: string | number
  readonly count: number
}

export interface LossRow {
  readonly where: string
  readonly reason: string
  readonly affects: string
  readonly count: number
  readonly lastAt: bigint
}

export interface SegmentDropRow {
  readonly host: string
  readonly reason: string
  readonly count: number
  readonly lastAt: bigint
}

/** What an unclean end may have cost: rows that had been received and were not yet committed. */
export interface Interrupted {
  readonly stream: string
  readonly host: string
  readonly sequence: number
  readonly rows: Readonly<Partial<Record<TableName, number>>>
}

export interface StoreState {
  /** `failing`: nothing is taken until a write works again. */
  readonly state: 'ok' | 'failing'
  readonly problem: { readonly what: string; readonly detail: string; readonly fix: string } | undefined
  /** Frames taken and not yet committed. */
  readonly pendingBytes: number
  readonly pendingLimitBytes: number
  /** What the store may use of memory, as configured: `1GB`. */
  readonly memoryLimit: string
  readonly lastCommitAt: bigint
  readonly segmentCount: number
  readonly segmentBytes: number
  readonly rowCount: Readonly<Record<string, number>>
}

/**
 * Where telemetry is kept. Every implementation passes `store.cases.ts`. Counts are exact; ranges are half-open; rows
 * of a sequence number already committed for its stream are stored once.
 */
export interface Store extends ProfileStore, MeasuredStore {
  /** The last sequence number of `stream` that is durable; 0 if none. */
  committed(stream: string): Promise<number>
  /**
   * Takes a frame without waiting; it is durable when `onCommitted` says so. `duplicate`: its number was taken before.
   * `full`: too much waits to be written; `failing`: the store can't write now. Neither of these took it.
   */
  append(frame: StoreFrame): 'taken' | 'duplicate' | 'full' | 'failing'
  /** Resolves when all taken so far is durable, or rejects because it can't be. */
  flush(): Promise<void>

  requestCount(range: TimeRange, where: Condition): Promise<number>
  requestPage(range: TimeRange, where: Condition, order: RequestOrder, after: RequestPlace | undefined, limit: number): Promise<StoredRow[]>
  /** Rows by equality of id, pairKey or trace id, oldest first, at most 10,000. */
  requestsWhere(where: Condition): Promise<StoredRow[]>
  requestGroups(range: TimeRange, where: Condition, by: readonly RequestColumn[], stepNs: bigint | undefined, limit: number): Promise<{ groups: RequestGroup[]; total: number }>
  requestHistogram(range: TimeRange, where: Condition, stepNs: bigint): Promise<{ time: bigint; bucket: number; count: number }[]>
  requestFacets(range: TimeRange, where: Condition, columns: readonly RequestColumn[], limit: number): Promise<Facet[]>
  serviceTraffic(range: TimeRange): Promise<ServiceTraffic[]>
  serviceUsage(range: TimeRange): Promise<ServiceUsage[]>
  trafficEdges(range: TimeRange): Promise<TrafficEdge[]>
  connectionEdges(range: TimeRange): Promise<ConnectionEdge[]>
  /** Ended connections that overlap the range, last opened first. */
  closedConnections(range: TimeRange, where: ConnectionFilter, after: RequestPlace | undefined, limit: number): Promise<{ rows: StoredRow[]; total: number }>
  /** Listening sockets that were closed, and listened in the range; the 10,000 opened last, these first. */
  closedListeners(range: TimeRange): Promise<StoredRow[]>
  /** Segments that were dropped in the range, by host and the kernel's reason, most first. */
  segmentDrops(range: TimeRange): Promise<SegmentDropRow[]>
  /** Ended processes that began before the end of the range and ended at its begin or later; the 20,000 that began last, these first. */
  endedProcesses(range: TimeRange): Promise<StoredRow[]>
  losses(range: TimeRange): Promise<LossRow[]>

  state(): StoreState
  /** What the last run's end interrupted, as far as it hasn't been sent again since. */
  interrupted(): readonly Interrupted[]
  /** Commits, checkpoints, closes. */
  close(): Promise<void>
}

export interface StoreEvents {
  /** All of `stream` up to `sequence` is durable. */
  onCommitted(stream: string, sequence: number): void
  /** The store stopped or started taking. Streams must begin again from what is committed. */
  onState(state: StoreState): void
}
