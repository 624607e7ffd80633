import type { ConnectionClosed, ConnectionOpened, DistributionMeasured, ExchangeObserved, Observation, Role } from '@sonde/shared/observation'

/** A turn, kept beyond its batch. */
export interface SeenExchange {
  readonly role: Role
  readonly serverPort: number
  /** `GET /path` */
  readonly asked: string
  /** `200` */
  readonly answered: string
  readonly sequences: string
  readonly pid: number
  readonly timesInOrder: boolean
}

/** What was observed, as far as checks ask for it. */
export class Seen {
  readonly exchanges: SeenExchange[] = []
  readonly measured: DistributionMeasured[] = []
  /** That were resolved, in order. */
  readonly names: string[] = []
  /** Samples with a stack in user mode, by pid. */
  readonly samples = new Map<number, number>()
  /** By server's port: how many were opened and closed, at each end. */
  readonly connections = new Map<number, { opened: Record<Role, number>; closed: Record<Role, number>; failed: number }>()
  /** By pid: what became of it. */
  readonly processes = new Map<number, string[]>()

  readonly observe = (o: Observation): void => {
    if (o.kind === 'exchange') this.keepExchange(o)
    else if (o.kind === 'distribution-measured') this.measured.push(o)
    else if (o.kind === 'name-resolved') this.names.push(o.name)
    else if (o.kind === 'stack-sampled' && o.userFrames > 0) this.samples.set(o.pid, (this.samples.get(o.pid) ?? 0) + 1)
    else if (o.kind === 'connection-opened' || o.kind === 'connection-closed') this.countConnection(o)
    else if (o.kind === 'process-started' && !o.existing) this.became(o.pid, 'started')
    else if (o.kind === 'process-executed') this.became(o.pid, `executed ${o.filename} ${o.commandArgs.join(' ')}`)
    else if (o.kind === 'process-exited') this.became(o.pid, `exited ${o.exitCode}`)
  }

  /** Counts of what a process was measured in: by name and operation. */
  countsOf(what: DistributionMeasured['what'], pid: number): Record<string, { count: number; untimed: number; errors: number }> {
    const counts: ReturnType<Seen['countsOf']> = {}
    for (const one of this.measured) {
      if (one.what !== what || one.pid !== pid || one.count === 0) continue
      const sum = (counts[`${one.name} ${one.operation}`.trim()] ??= { count: 0, untimed: 0, errors: 0 })
      sum.count += one.count
      sum.untimed += one.untimed
      sum.errors += one.errorCount
    }
    return counts
  }

  private countConnection(o: ConnectionOpened | ConnectionClosed): void {
    const port = o.role === 'server' ? o.socket.localPort : o.socket.remotePort
    const counts = this.connections.get(port) ?? { opened: { server: 0, client: 0 }, closed: { server: 0, client: 0 }, failed: 0 }
    this.connections.set(port, counts)
    if (o.kind === 'connection-opened') counts.opened[o.role]++
    else if (o.failure) counts.failed++
    else counts.closed[o.role]++
  }

  private became(pid: number, what: string): void {
    const all = this.processes.get(pid)
    if (all) all.push(what)
    else this.processes.set(pid, [what])
  }

  private keepExchange(o: ExchangeObserved): void {
    if (o.continuation) return
    const { localPort, remotePort } = o.socket()
    const times = [o.requestArrivedAt, o.requestReadAt, o.requestEndAt, o.responseStartAt, o.responseEndAt]
    this.exchanges.push({
      role: o.role,
      serverPort: o.role === 'server' ? localPort : remotePort,
      asked: o.bytes.latin1Slice(o.requestAt, o.requestPrefixEnd).split(' ', 2).join(' '),
      answered: o.bytes.latin1Slice(o.responseAt, o.responsePrefixEnd).split(' ', 2)[1] ?? '',
      sequences: `${o.requestSequence} ${o.responseSequence}`,
      pid: o.pid,
      timesInOrder: times.every((time, i) => time > 0 && (i === 0 || times[i - 1]! <= time)),
    })
  }
}
