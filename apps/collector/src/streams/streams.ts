import type { DistributionMeasured, HostObservation, SegmentsDropped } from '@sonde/shared/observation'
import {
  CGROUP_USAGE, CONNECTIONS, DEVICE_USAGE, HOST_USAGE, LISTENERS, LOSSES, MEASUREMENTS, PROCESSES, SERVICE_USAGE, TableBuilder, TCP_DROPS, type TableBatch, type TableSchema,
} from '@sonde/shared/signal'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import type { Loss, Losses } from '../health/losses.ts'
import type { Connection, Listener, ModelSink, ModelSnapshot, Process, Request, ServiceUsage } from '../model/index.ts'
import { appendCgroup, appendDevice, appendHost, appendMeasured } from './measured-rows.ts'
import { RequestRows } from './request-rows.ts'
import { appendConnection, appendDropped, appendListener, appendLoss, appendProcess, appendUsage } from './rows.ts'
import { WallClock } from './wall-clock.ts'

/** Shorter than two ticks of 50 ms: a timer that is early by a little must not make a window of three. */
export const WINDOW_NS: Nanoseconds = 75e6
/** A batch leaves at this many rows, or this many different texts (hostile paths: 1 KiB each). */
export const MAX_BATCH_ROWS = 8_192
export const MAX_BATCH_STRINGS = 16_384
const LOSSES_EVERY_NS: Nanoseconds = 1e9

/** `append`: new rows. `snapshot`: all that lives, replacing what was known of this host. */
export type BatchMode = 'append' | 'snapshot'

export interface StreamsOptions {
  /** Wall minus boot time, in nanoseconds; asked once a window. */
  readonly wallOffset: () => bigint
  /** Each counter that moved becomes a row of `losses`. */
  readonly losses: Losses
  readonly emit: (batch: TableBatch, mode: BatchMode) => void
  /** `emit` copies what it keeps: a batch's columns are used again once it has returned. */
  readonly reusesBatches?: boolean
}

/** Changes of the model in, columnar batches out: one a table and window, or sooner when one is full. */
export interface Streams extends ModelSink {
  /** To be called each 100 ms or so: emits what a window has gathered. */
  tick(now: BootNanoseconds): void
  /** Emits all that lives as batches of mode `snapshot`, after what was gathered so far. */
  snapshot(snapshot: ModelSnapshot): void
  /** Emits everything gathered: the collector ends. */
  flush(now: BootNanoseconds): void
}

export function createStreams(options: StreamsOptions): Streams {
  return new TableStreams(options)
}

class TableStreams implements Streams {
  private readonly clock: WallClock
  private readonly requests: RequestRows
  private readonly connections = new TableBuilder(CONNECTIONS)
  private readonly listeners = new TableBuilder(LISTENERS)
  private readonly drops = new TableBuilder(TCP_DROPS)
  private readonly processes = new TableBuilder(PROCESSES)
  private readonly usage = new TableBuilder(SERVICE_USAGE)
  private readonly lost = new TableBuilder(LOSSES)
  private readonly measurements = new TableBuilder(MEASUREMENTS)
  private readonly hosts = new TableBuilder(HOST_USAGE)
  private readonly devices = new TableBuilder(DEVICE_USAGE)
  private readonly cgroups = new TableBuilder(CGROUP_USAGE)
  private readonly saidLosses = new Map<Readonly<Loss>, number>()
  private windowEndsAt: BootNanoseconds = 0
  private lossesSaidAt: BootNanoseconds = 0
  private readonly options: StreamsOptions

  constructor(options: StreamsOptions) {
    this.options = options
    this.clock = new WallClock(options.wallOffset)
    this.requests = new RequestRows(this.clock, MAX_BATCH_ROWS)
  }

  request(request: Request): void {
    this.requests.add(request)
    if (this.requests.rowCount >= MAX_BATCH_ROWS || this.requests.stringCount >= MAX_BATCH_STRINGS) this.emit(this.requests)
  }

  connection(connection: Connection, at: BootNanoseconds): void {
    appendConnection(this.connections, this.clock, connection, at)
    this.emitFull(this.connections)
  }

  listener(listener: Listener, at: BootNanoseconds): void {
    appendListener(this.listeners, this.clock, listener, at)
    this.emitFull(this.listeners)
  }

  dropped(dropped: SegmentsDropped): void {
    appendDropped(this.drops, this.clock, dropped)
  }

  process(process: Process, at: BootNanoseconds): void {
    appendProcess(this.processes, this.clock, process, at)
    this.emitFull(this.processes)
  }

  serviceUsage(usage: ServiceUsage): void {
    appendUsage(this.usage, this.clock, usage)
    this.emitFull(this.usage)
  }

  measured(measured: DistributionMeasured, process: Process | undefined): void {
    appendMeasured(this.measurements, this.clock, measured, process)
    this.emitFull(this.measurements)
  }

  host(used: HostObservation): void {
    if (used.kind === 'host-used') appendHost(this.hosts, this.clock, used)
    else if (used.kind === 'device-used') appendDevice(this.devices, this.clock, used)
    else appendCgroup(this.cgroups, this.clock, used)
  }

  tick(now: BootNanoseconds): void {
    if (now < this.windowEndsAt) return
    this.windowEndsAt = now + WINDOW_NS
    if (now - this.lossesSaidAt >= LOSSES_EVERY_NS) this.sayLosses(now)
    this.emitAll()
    this.clock.renew()
  }

  snapshot(snapshot: ModelSnapshot): void {
    this.emitAll()
    const connections = new TableBuilder(CONNECTIONS, Math.max(1, snapshot.connections.length))
    for (const connection of snapshot.connections) appendConnection(connections, this.clock, connection, snapshot.at)
    const processes = new TableBuilder(PROCESSES, Math.max(1, snapshot.processes.length))
    for (const process of snapshot.processes) appendProcess(processes, this.clock, process, snapshot.at)
    const listeners = new TableBuilder(LISTENERS, Math.max(1, snapshot.listeners.length))
    for (const listener of snapshot.listeners) appendListener(listeners, this.clock, listener, snapshot.at)
    this.emit(processes, 'snapshot')
    this.emit(listeners, 'snapshot')
    this.emit(connections, 'snapshot')
  }

  flush(now: BootNanoseconds): void {
    this.sayLosses(now)
    this.emitAll()
  }

  private emitAll(): void {
    this.emit(this.processes)
    this.emit(this.connections)
    this.emit(this.listeners)
    this.emit(this.drops)
    this.emit(this.requests)
    this.emit(this.usage)
    this.emit(this.lost)
    this.emit(this.measurements)
    this.emit(this.hosts)
    this.emit(this.devices)
    this.emit(this.cgroups)
  }

  private emitFull(builder: TableBuilder<TableSchema>): void {
    if (builder.rowCount >= MAX_BATCH_ROWS) this.emit(builder)
  }

  private emit(rows: { take(): TableBatch | undefined; recycle(batch: TableBatch): void }, mode: BatchMode = 'append'): void {
    const batch = rows.take()
    if (!batch) return
    this.options.emit(batch, mode)
    if (this.options.reusesBatches && mode === 'append') rows.recycle(batch)
  }

  private sayLosses(now: BootNanoseconds): void {
    this.lossesSaidAt = now
    for (const loss of this.options.losses.all()) {
      const said = this.saidLosses.get(loss) ?? 0
      if (loss.count === said) continue
      this.saidLosses.set(loss, loss.count)
      appendLoss(this.lost, this.clock, now, loss, loss.count - said)
    }
  }
}
