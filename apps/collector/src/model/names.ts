import { formatEndpoint } from '@sonde/shared/units'
import { EMPTY_LABEL, Label } from '../protocols/protocol.ts'
import { Recent } from '../protocols/recent.ts'
import type { Connection } from './connection.ts'
import { disown } from './connection-table.ts'
import type { Listeners } from './listeners.ts'
import type { Process } from './process.ts'
import type { ProcessTable } from './process-table.ts'
import type { Request } from './request.ts'
import type { ResolvedNames } from './resolved-names.ts'
import type { Templates } from './template.ts'

/** Says who the two ends of a connection are: the process there, a configured name, one that was resolved, or an address. */
export class Names {
  private readonly outside = new Recent<Label>(8_192)
  private readonly processes: ProcessTable
  private readonly listeners: Listeners
  private readonly templates: Templates
  private readonly resolved: ResolvedNames
  private peerNames: (address: string, port: number) => string | undefined

  constructor(options: {
    processes: ProcessTable; listeners: Listeners; templates: Templates; resolved: ResolvedNames
    peerNames: (address: string, port: number) => string | undefined
  }) {
    this.processes = options.processes
    this.listeners = options.listeners
    this.templates = options.templates
    this.resolved = options.resolved
    this.peerNames = options.peerNames
  }

  /** Names addresses anew from now on, on these connections too. */
  setPeerNames(peerNames: (address: string, port: number) => string | undefined, open: readonly Connection[]): void {
    this.peerNames = peerNames
    for (const connection of open) connection.peerName = EMPTY_LABEL
  }

  /** True if all names of a request are known, or its connection has waited for them in vain. */
  ready(request: Request): boolean {
    const { connection, process } = request
    if (connection.impatient) return true
    if (!process?.described) return false
    const peer = connection.peer
    if (peer?.process) return peer.process.described
    this.seek(connection)
    if (connection.peerProcess) return connection.peerProcess.described
    return !connection.remoteIsLocal
  }

  /** Writes the names a request goes by. */
  name(request: Request): void {
    const { connection } = request
    const process = request.process ?? (request.process = this.processes.find(request.pid, request.arrivedAt))
    request.service = process ? process.label : EMPTY_LABEL
    request.comm = process ? process.comm : EMPTY_LABEL
    request.peer = this.peerOf(connection)
    request.peerNamed = connection.peerNamed
    request.peerWatched = connection.peer !== undefined || connection.peerProcess !== undefined
    request.template = this.templates.of(connection.role === 'server' ? request.service : request.peer, request.path)
  }

  /** The other end's name. Sets `peerNamed`: it is a process here or a configured name. */
  peerOf(connection: Connection): Label {
    const process = connection.peer?.process ?? this.seek(connection)
    if (process && process.label !== EMPTY_LABEL) {
      connection.peerNamed = true
      return process.label
    }
    if (connection.peerName === EMPTY_LABEL) this.nameOutside(connection)
    connection.peerNamed = connection.peerConfigured
    return connection.peerName
  }

  /** The process that listens at a client's other end; looked for anew when there are new listeners. */
  private seek(connection: Connection): Process | undefined {
    if (connection.peerVersion === this.listeners.version) return connection.peerProcess
    connection.peerVersion = this.listeners.version
    const remote = connection.remoteAddress.text
    connection.remoteIsLocal = this.listeners.isLocal(remote)
    if (connection.role !== 'client') return undefined
    const pid = this.listeners.find(connection.netns, remote, connection.remotePort)
    if (pid === 0) return connection.peerProcess
    connection.peerProcess = this.processes.find(pid, Infinity)
    if (!connection.peerProcess) connection.peerVersion = -1 // its process is yet to be heard of
    else if (connection.peerProcess.own) disown(connection)
    return connection.peerProcess
  }

  private nameOutside(connection: Connection): void {
    const address = connection.remoteAddress.text
    const port = connection.remotePort
    const configured = this.peerNames(address, port)
    connection.peerConfigured = configured !== undefined
    const known = this.resolved.find(connection.pid, address, connection.openedAt) ?? address
    // A client's port says nothing, and would make each connection a peer of its own.
    const text = configured ?? (connection.role === 'client' ? formatEndpoint(known, port) : known)
    let label = this.outside.get(text)
    if (!label) this.outside.set(text, (label = new Label(text)))
    connection.peerName = label
  }
}
