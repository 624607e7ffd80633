import type { HealthReport, TableBatch } from '@sonde/shared/signal'
import type { FrameMode, HostIdentity } from '@sonde/shared/wire'
import type { OwnLosses } from '../health/own-losses.ts'
import { rowObject, type Row } from './row.ts'

/** Bounds of what is kept of one host; what doesn't fit is counted. */
export const LIVING_LIMITS = { hosts: 64, connections: 65_536, listeners: 16_384, processes: 32_768 } as const

/** A host a collector reports from. */
export interface LivingHost {
  readonly id: string
  name: string
  kernel: string
  version: string
  /** Sessions of its collector that are open. */
  sessions: number
  /** Wall nanoseconds. */
  lastSeenAt: bigint
  report: HealthReport | undefined
  readonly connections: Map<bigint, Row>
  readonly listeners: Map<bigint, Row>
  readonly processes: Map<string, Row>
}

/** What lives now: hosts, and of each its open connections and running processes; what has ended is in the store. */
export class Living {
  readonly hosts = new Map<string, LivingHost>()
  private readonly losses: OwnLosses

  constructor(losses: OwnLosses) {
    this.losses = losses
  }

  /** A collector's session began. Undefined if there are too many hosts. */
  arrive(identity: HostIdentity, version: string, now: bigint): LivingHost | undefined {
    let host = this.hosts.get(identity.id)
    if (!host) {
      if (this.hosts.size >= LIVING_LIMITS.hosts && !this.forgetOne()) return undefined
      host = { id: identity.id, name: identity.name, kernel: identity.kernel, version, sessions: 0, lastSeenAt: now, report: undefined, connections: new Map(), listeners: new Map(), processes: new Map() }
      this.hosts.set(identity.id, host)
    }
    Object.assign(host, { name: identity.name, kernel: identity.kernel, version, lastSeenAt: now })
    host.sessions++
    return host
  }

  leave(id: string, now: bigint): void {
    const host = this.hosts.get(id)
    if (!host) return
    host.sessions--
    host.lastSeenAt = now
  }

  report(id: string, report: HealthReport, now: bigint): void {
    const host = this.hosts.get(id)
    if (host) Object.assign(host, { report, lastSeenAt: now })
  }

  /** Takes rows of connections, listeners or processes; a snapshot replaces what was known of the host. */
  accept(id: string, mode: FrameMode, batch: TableBatch, now: bigint): void {
    const host = this.hosts.get(id)
    if (!host) return
    host.lastSeenAt = now
    if (batch.schema.name === 'connections') this.acceptSockets(host, host.connections, mode, batch, 'connections')
    if (batch.schema.name === 'listeners') this.acceptSockets(host, host.listeners, mode, batch, 'listeners')
    if (batch.schema.name === 'processes') this.acceptProcesses(host, mode, batch)
  }

  *connections(): Generator<Row> {
    for (const host of this.hosts.values()) yield* host.connections.values()
  }

  *listeners(): Generator<Row> {
    for (const host of this.hosts.values()) yield* host.listeners.values()
  }

  *processes(): Generator<Row> {
    for (const host of this.hosts.values()) yield* host.processes.values()
  }

  private acceptSockets(host: LivingHost, sockets: Map<bigint, Row>, mode: FrameMode, batch: TableBatch, what: 'connections' | 'listeners'): void {
    if (mode === 'snapshot') sockets.clear()
    const ids = batch.columns.id as BigInt64Array
    for (let i = 0; i < batch.rowCount; i++) {
      if (isEnded(batch, i)) sockets.delete(ids[i]!)
      else this.keep(sockets, ids[i]!, rowObject(batch, i, host.id), LIVING_LIMITS[what], 'connections')
    }
  }

  private acceptProcesses(host: LivingHost, mode: FrameMode, batch: TableBatch): void {
    if (mode === 'snapshot') host.processes.clear()
    const { pid, startedAt } = batch.columns as { pid: Uint32Array; startedAt: BigInt64Array }
    for (let i = 0; i < batch.rowCount; i++) {
      const key = `${pid[i]} ${startedAt[i]}`
      if (isEnded(batch, i)) host.processes.delete(key)
      else this.keep(host.processes, key, rowObject(batch, i, host.id), LIVING_LIMITS.processes, 'processes')
    }
  }

  private keep<K>(map: Map<K, Row>, key: K, row: Row, limit: number, affects: string): void {
    if (map.size >= limit && !map.has(key)) {
      map.delete(map.keys().next().value!)
      this.losses.count('web.living', 'more live at once than are kept', affects)
    }
    map.set(key, row)
  }

  /** Makes room: the host that has been away longest. */
  private forgetOne(): boolean {
    const away = [...this.hosts.values()].filter((host) => host.sessions === 0).sort((a, b) => Number(a.lastSeenAt - b.lastSeenAt))[0]
    return away !== undefined && this.hosts.delete(away.id)
  }
}

/** The row says that the connection, the listener or the process is over. */
export function isEnded(batch: TableBatch, row: number): boolean {
  if (batch.schema.name === 'processes') return (batch.columns.exitedAt as BigInt64Array)[row] !== 0n
  if ((batch.columns.closedAt as BigInt64Array)[row] !== 0n) return true
  if (batch.schema.name === 'listeners') return false
  return batch.strings[(batch.columns.state as Uint32Array)[row]!] === 'failed'
}
