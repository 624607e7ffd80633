import type { DistributionMeasured, HostObservation, SegmentsDropped } from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import type { Connection } from './connection.ts'
import type { Listener } from './listener-table.ts'
import type { Process } from './process.ts'
import type { Request } from './request.ts'

/** `lost`: it is over, and its end was not seen. */
export type ConnectionState = 'established' | 'closed' | 'failed' | 'lost'

/** What a service's processes used in an interval. */
export interface ServiceUsage {
  readonly service: string
  readonly kind: string
  readonly at: BootNanoseconds
  readonly intervalNs: Nanoseconds
  readonly cpuNs: Nanoseconds
  readonly residentBytes: number
  readonly processCount: number
}

/** Where changes of the model go. What is passed is the model's own and valid during the call: read it, keep nothing. */
export interface ModelSink {
  request(request: Request): void
  connection(connection: Connection, at: BootNanoseconds): void
  listener(listener: Listener, at: BootNanoseconds): void
  process(process: Process, at: BootNanoseconds): void
  serviceUsage(usage: ServiceUsage): void
  /** `process` is whose it is, undefined if it is nobody's or not known. */
  measured(measured: DistributionMeasured, process: Process | undefined): void
  /** What the host, its devices and its control groups used. */
  host(used: HostObservation): void
  /** Segments of TCP sockets that the kernel dropped, for one reason. */
  dropped(dropped: SegmentsDropped): void
}

/** All that lives: for a reader that begins. */
export interface ModelSnapshot {
  readonly at: BootNanoseconds
  readonly connections: readonly Connection[]
  readonly listeners: readonly Listener[]
  readonly processes: readonly Process[]
}
