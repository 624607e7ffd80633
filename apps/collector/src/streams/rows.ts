import type { SegmentsDropped } from '@sonde/shared/observation'
import type { CONNECTIONS, LISTENERS, LOSSES, PROCESSES, SERVICE_USAGE, TableBuilder, TableSchema, TCP_DROPS } from '@sonde/shared/signal'
import type { BootNanoseconds } from '@sonde/shared/units'
import type { Connection, Listener, Process, ServiceUsage } from '../model/index.ts'
import type { WallClock } from './wall-clock.ts'

type Cell = number | bigint | string

/** Appends a row given by column: for tables of few rows. i64 cells are bigints, or whole numbers below 2^53. */
export function append<S extends TableSchema>(builder: TableBuilder<S>, cells: { readonly [C in keyof S['columns'] & string]: Cell }): void {
  const row = builder.addRow()
  let column = 0
  for (const name in builder.schema.columns) {
    const value = cells[name as keyof S['columns'] & string]
    const type = builder.schema.columns[name]
    if (typeof value === 'string') builder.set(column, row, builder.intern(value))
    else if (typeof value === 'bigint') builder.setBigint(column, row, value)
    else if (type === 'i64') builder.setInteger(column, row, value)
    else builder.set(column, row, value)
    column++
  }
}

export function appendConnection(builder: TableBuilder<typeof CONNECTIONS>, clock: WallClock, c: Connection, at: BootNanoseconds): void {
  append(builder, {
    id: c.cookie,
    time: clock.wall(at),
    openedAt: clock.wall(c.openedAt),
    closedAt: clock.wall(c.closedAt),
    connectNs: c.connectNs,
    srttNs: c.srttNs,
    bytesSent: c.bytesSent,
    bytesReceived: c.bytesReceived,
    retransmits: c.retransmits,
    pid: c.pid,
    netns: c.netns,
    localPort: c.localPort,
    remotePort: c.remotePort,
    role: c.role === 'server' ? 0 : 1,
    undecoded: c.ended || (c.reader !== undefined && !c.protocol.decodes) ? 1 : 0,
    service: c.process?.label.text ?? '',
    peer: c.peerLabel.text,
    peerNamed: c.peerNamed ? 1 : 0,
    state: c.state,
    failure: c.failure,
    protocol: c.protocol.label.text,
    localAddress: c.localAddress.text,
    remoteAddress: c.remoteAddress.text,
    ...strainCells(c),
  })
}

/** A connection of which nothing was told suffered nothing. */
function strainCells({ strain }: Connection) {
  return {
    windowLimitedNs: strain ? (strain.windowLimitedNs ?? -1) : 0,
    bufferLimitedNs: strain ? (strain.bufferLimitedNs ?? -1) : 0,
    unreadNs: strain?.unreadNs ?? 0,
    unreadMostNs: strain?.unreadMostNs ?? 0,
    unreadBytes: strain?.unreadBytes ?? 0,
    unackedBytes: strain?.unackedBytes ?? 0,
    drops: strain?.drops ?? 0,
    dropReason: strain?.dropReason ?? '',
    resets: strain?.resets ?? '',
    zeroWindows: strain?.zeroWindows ?? '',
  }
}

export function appendListener(builder: TableBuilder<typeof LISTENERS>, clock: WallClock, l: Listener, at: BootNanoseconds): void {
  append(builder, {
    id: l.cookie, time: clock.wall(at), openedAt: clock.wall(l.openedAt), closedAt: clock.wall(l.closedAt), pid: l.pid, netns: l.netns,
    queueLength: l.queueLength, queueLimit: l.queueLimit, longestQueue: l.longestQueue, halfOpen: l.halfOpen, drops: l.drops,
    port: l.port, address: l.address, service: l.process?.label.text ?? '',
  })
}

export function appendDropped(builder: TableBuilder<typeof TCP_DROPS>, clock: WallClock, { at, reason, count }: SegmentsDropped): void {
  append(builder, { time: clock.wall(at), count, reason })
}

export function appendProcess(builder: TableBuilder<typeof PROCESSES>, clock: WallClock, p: Process, at: BootNanoseconds): void {
  append(builder, {
    time: clock.wall(at),
    startedAt: (p.startedWall ??= clock.wall(p.startedAt)),
    exitedAt: clock.wall(p.exitedAt),
    pid: p.pid,
    parentPid: p.parentPid,
    exitCode: p.exitedAt ? p.exitCode : 0xffffffff,
    threads: p.threads,
    cpuMilliCores: p.cpuMilliCores,
    residentBytes: p.residentBytes,
    service: p.service,
    serviceKind: p.kind,
    comm: p.comm.text,
    commandLine: p.commandLine,
    user: p.user,
    container: p.container,
    unit: p.unit,
    cgroup: p.cgroup,
  })
}

export function appendUsage(builder: TableBuilder<typeof SERVICE_USAGE>, clock: WallClock, usage: ServiceUsage): void {
  const { service, kind, intervalNs, cpuNs, residentBytes, processCount } = usage
  append(builder, { time: clock.wall(usage.at), intervalNs, cpuNs, residentBytes, processCount, service, kind })
}

export function appendLoss(
  builder: TableBuilder<typeof LOSSES>, clock: WallClock, at: BootNanoseconds,
  loss: { readonly where: string; readonly reason: string; readonly affects: string }, count: number,
): void {
  append(builder, { time: clock.wall(at), count, where: loss.where, reason: loss.reason, affects: loss.affects })
}
