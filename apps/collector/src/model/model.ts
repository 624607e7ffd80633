import type { DistributionMeasured, ExchangeObserved, ListenerSeen, Observation } from '@sonde/shared/observation'
import type { BootNanoseconds } from '@sonde/shared/units'
import type { Losses } from '../health/losses.ts'
import { protocols, type Protocol } from '../protocols/index.ts'
import type { ModelSink, ModelSnapshot } from './changes.ts'
import { ConnectionTable, MAX_CONNECTIONS } from './connection-table.ts'
import type { Connection } from './connection.ts'
import { ListenerTable, MAX_LISTENERS } from './listener-table.ts'
import { Listeners } from './listeners.ts'
import { Names } from './names.ts'
import { MAX_PROCESSES, ProcessTable } from './process-table.ts'
import { MAX_WINDOW_STACKS, Profiles, type ProfileSink } from './profiles.ts'
import type { Request } from './request.ts'
import { MAX_RESOLVED, ResolvedNames } from './resolved-names.ts'
import { Templates } from './template.ts'
import { Turns } from './turns.ts'
import { MAX_WAITING, WaitingRoom } from './waiting-room.ts'

export interface ModelOptions {
  /** Default: all there are. */
  readonly protocols?: readonly Protocol[]
  readonly losses: Losses
  /** True for processes of Sonde, which are in no figure; asked again whenever a process is heard of. */
  readonly isOwn: (pid: number) => boolean
  /** A name for an address that is no process of this host: from the configuration or /etc/hosts. */
  readonly peerNames: (address: string, port: number) => string | undefined
  readonly sink: ModelSink
  /** Undefined: stacks are sampled for nobody. */
  readonly profiles?: ProfileSink
}

export interface Model {
  /** Takes in one observation; it may be reused when the call returns. Never throws on what it says. */
  apply(observation: Observation): void
  /** To be called each 100 ms: lets go what was held long enough and forgets what is over. */
  tick(now: BootNanoseconds): void
  /** All processes and open connections, for a reader that begins. Valid until the next call of anything. */
  snapshot(now: BootNanoseconds): ModelSnapshot
  /** Other names for addresses, from now on. */
  setPeerNames(peerNames: ModelOptions['peerNames']): void
  /** Lets go all that is held: the collector ends. */
  drain(now: BootNanoseconds): void
  /** Sizes of what is bounded: name → [now, limit]. */
  bounds(): Record<string, readonly [number, number]>
}

/** What is true now on this host: processes, connections, and the requests on them. Pure: time comes with what is observed. */
export function createModel(options: ModelOptions): Model {
  return new HostModel(options)
}

class HostModel implements Model {
  private readonly processes: ProcessTable
  private readonly listeners: Listeners
  private readonly listenerTable: ListenerTable
  private readonly connections: ConnectionTable
  private readonly resolved: ResolvedNames
  private readonly names: Names
  private readonly templates: Templates
  private readonly turns: Turns
  private readonly waiting: WaitingRoom
  private readonly profiles: Profiles | undefined
  private readonly sink: ModelSink
  private readonly options: ModelOptions
  private readonly ready: (request: Request) => boolean

  constructor(options: ModelOptions) {
    const { losses, isOwn } = options
    this.options = options
    const sink: ModelSink = {
      request: (request) => options.sink.request(request),
      connection: (connection, at) => this.changed(connection, at),
      listener: (listener, at) => options.sink.listener(listener, at),
      process: (process, at) => options.sink.process(process, at),
      serviceUsage: (usage) => options.sink.serviceUsage(usage),
      measured: (measured, process) => options.sink.measured(measured, process),
      host: (used) => options.sink.host(used),
      dropped: (dropped) => options.sink.dropped(dropped),
    }
    this.sink = options.sink
    this.processes = new ProcessTable({ losses, sink, isOwn })
    this.listeners = new Listeners(losses)
    this.listenerTable = new ListenerTable(losses, { sink, processes: this.processes, isOwn })
    this.connections = new ConnectionTable({
      losses, sink, isOwn, processes: this.processes, listeners: this.listeners, onForget: (connection) => this.turns.forget(connection, connection.closedAt),
    })
    this.resolved = new ResolvedNames(losses)
    this.templates = new Templates(losses)
    this.names = new Names({ processes: this.processes, listeners: this.listeners, templates: this.templates, resolved: this.resolved, peerNames: options.peerNames })
    this.turns = new Turns({ protocols: options.protocols ?? protocols, losses, connections: this.connections, emit: (request, at) => this.emit(request, at) })
    this.profiles = options.profiles && new Profiles({ losses, isOwn, processes: this.processes, sink: options.profiles })
    this.waiting = new WaitingRoom(losses, (request) => this.leave(request))
    this.ready = (request) => {
      request.process ??= this.processes.find(request.pid, request.arrivedAt)
      return this.names.ready(request)
    }
  }

  apply(observation: Observation): void {
    switch (observation.kind) {
      case 'exchange': return this.turns.observe(observation satisfies ExchangeObserved)
      case 'connection-opened': return this.connections.opened(observation)
      case 'connection-sampled': return this.connections.sampled(observation)
      case 'connection-closed': return this.connections.ended(observation)
      case 'connection-strained': return this.connections.strained(observation)
      case 'connections-living': return this.connections.living(observation)
      case 'listener-seen': return this.listens(observation)
      case 'accept-queue-measured': return this.listenerTable.measured(observation)
      case 'segments-dropped': return this.sink.dropped(observation)
      case 'name-resolved': return this.options.isOwn(observation.pid) ? undefined : this.resolved.learn(observation)
      case 'answer-malformed': return this.options.losses.count('probe.dns', 'not a DNS answer', 'peer names')
      case 'stack-sampled': return this.profiles?.observe(observation)
      case 'distribution-measured': return this.measured(observation)
      case 'host-used':
      case 'device-used':
      case 'cgroup-used': return this.sink.host(observation)
      default: return this.processes.apply(observation)
    }
  }

  tick(now: BootNanoseconds): void {
    this.turns.tick(now)
    this.waiting.tick(now, this.ready)
    this.connections.tick(now)
    this.listenerTable.tick(now)
    this.profiles?.tick(now)
    this.processes.tick(now)
  }

  snapshot(now: BootNanoseconds): ModelSnapshot {
    const connections = this.connections.open()
    for (const connection of connections) connection.peerLabel = this.names.peerOf(connection)
    return { at: now, connections: connections.filter((connection) => !connection.own), listeners: this.listenerTable.open(), processes: this.processes.living() }
  }

  setPeerNames(peerNames: ModelOptions['peerNames']): void {
    this.names.setPeerNames(peerNames, this.connections.open())
  }

  drain(now: BootNanoseconds): void {
    for (const connection of this.connections.open()) this.turns.forget(connection, now)
    this.waiting.tick(Infinity, this.ready)
    this.profiles?.tick(Infinity)
    this.connections.drain(now)
    this.processes.drain(now)
    this.tick(now)
  }

  bounds(): Record<string, readonly [number, number]> {
    return {
      connections: [this.connections.size, MAX_CONNECTIONS],
      listeners: [this.listenerTable.size, MAX_LISTENERS],
      processes: [this.processes.size, MAX_PROCESSES],
      ...this.listeners.bounds(),
      'resolved names': [this.resolved.size, MAX_RESOLVED],
      'services with templates': this.templates.bound,
      'held requests': [this.turns.held, MAX_CONNECTIONS],
      'requests waiting for names': [this.waiting.size, MAX_WAITING],
      ...(this.profiles && { 'stacks of open seconds': [this.profiles.size, 3 * MAX_WINDOW_STACKS] }),
    }
  }

  private listens(seen: ListenerSeen): void {
    this.listeners.seen(seen)
    this.listenerTable.seen(seen)
  }

  private measured(measured: DistributionMeasured): void {
    const process = measured.pid === 0 ? undefined : this.processes.find(measured.pid, measured.at)
    if (!process?.own) this.sink.measured(measured, process)
  }

  private emit(request: Request, at: BootNanoseconds): void {
    if (this.names.ready(request)) this.leave(request)
    else this.waiting.enter(request, at)
  }

  private leave(request: Request): void {
    if (request.connection.own) return // known by now to be Sonde's
    this.names.name(request)
    if (request.connection.own) return
    this.sink.request(request)
  }

  private changed(connection: Connection, at: BootNanoseconds): void {
    connection.peerLabel = this.names.peerOf(connection)
    if (!connection.own) this.sink.connection(connection, at)
  }
}
