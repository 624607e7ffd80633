import type { ConnectionClosed, ConnectionOpened, ConnectionSampled, ConnectionsLiving, ConnectionStrained, ConnectionTotals, Role, SocketIdentity } from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import { BoundedMap } from '../health/bounded-map.ts'
import type { Losses } from '../health/losses.ts'
import { Recent } from '../protocols/recent.ts'
import { Label } from '../protocols/protocol.ts'
import type { ModelSink } from './changes.ts'
import { Connection } from './connection.ts'
import { hashTuple } from './ids.ts'
import { isLoopback, type Listeners } from './listeners.ts'
import { LivingWalk } from './living-walk.ts'
import type { ProcessTable } from './process-table.ts'

export const MAX_CONNECTIONS = 65_536
/** Told of connections that are heard of only by their end, which comes at once. */
const MAX_EARLY_STRAINS = 1024
/** Most of what an idle connection takes is the request that it would fill next, and what its reader knows by heart: soon made anew. */
const RESTS_AFTER_NS: Nanoseconds = 4e9
const RESTING_A_TICK = 1_024
/** How long a closed connection is kept: its last exchange may come from another ring buffer a little later. */
export const CLOSED_KEPT_NS: Nanoseconds = 1e9

export interface ConnectionTableOptions {
  readonly losses: Losses
  readonly sink: ModelSink
  readonly processes: ProcessTable
  readonly listeners: Listeners
  readonly isOwn: (pid: number) => boolean
  /** Called before a connection is forgotten: what it holds must be let go. */
  readonly onForget: (connection: Connection) => void
}

/** Every connection end of this host, by cookie and by 4-tuple, and which two belong together. */
export class ConnectionTable {
  private readonly byCookie = new Map<number, Connection>()
  /** By `tupleLow`, which both ends have in common; a string for each would take more than what they are for. */
  private readonly byTuple = new Map<number, Connection>()
  private readonly addresses = new Recent<Label>(8_192)
  /** Closed ones, oldest first. */
  private readonly closed = new Set<Connection>()
  /** Of them those whose owner nobody has told of: the last exchange does, if it comes. Told of once, when it is known or waited for in vain. */
  private readonly unclaimed = new Set<Connection>()
  /** By cookie: of a connection that was never open, what it suffered is told just before its end. */
  private readonly earlyStrains: BoundedMap<number, ConnectionStrained>
  private readonly walk = new LivingWalk()
  private round = this.byCookie.values()
  private readonly options: ConnectionTableOptions

  constructor(options: ConnectionTableOptions) {
    this.options = options
    this.earlyStrains = new BoundedMap({ capacity: MAX_EARLY_STRAINS, onEvict: () => options.losses.count('model.connections', 'what they suffered, evicted', 'connections') })
  }

  get size(): number {
    return this.byCookie.size
  }

  get(cookie: number): Connection | undefined {
    return this.byCookie.get(cookie)
  }

  /** Open ones but Sonde's own. */
  open(): Connection[] {
    return [...this.byCookie.values()].filter((connection) => !connection.closedAt && !connection.own)
  }

  opened(o: ConnectionOpened): void {
    const connection = this.byCookie.get(o.socket.cookie) ?? this.add(o.socket, o.role, o.at)
    if (o.at < connection.openedAt || !connection.reported) connection.openedAt = o.at
    if (o.connectNs !== undefined) connection.connectNs = o.connectNs
    setTotals(connection, o)
    if (o.pid) this.attach(connection, o.pid, o.at)
    this.say(connection, o.at)
  }

  sampled(o: ConnectionSampled): void {
    const connection = this.byCookie.get(o.socket.cookie)
    if (!connection || connection.closedAt) return // it was evicted, which was counted, or its end came first
    const changed = setTotals(connection, o)
    if (changed || !connection.reported) this.say(connection, o.at)
  }

  strained(o: ConnectionStrained): void {
    const connection = this.byCookie.get(o.cookie)
    if (!connection) return this.earlyStrains.set(o.cookie, { ...o })
    if (connection.closedAt) return
    connection.strain = isStrained(o) ? { ...o } : undefined
    if (o.pid && !connection.pid) this.attach(connection, o.pid, o.at)
    if (connection.reported) this.say(connection, o.at)
  }

  ended(o: ConnectionClosed): void {
    const connection = this.byCookie.get(o.socket.cookie) ?? this.add(o.socket, o.role, o.at)
    if (connection.closedAt && connection.state !== 'lost') return
    if (o.pid && !connection.pid) this.attach(connection, o.pid, o.at)
    if (o.connectNs !== undefined) connection.connectNs = o.connectNs
    setTotals(connection, o)
    connection.closedAt = o.at
    connection.failure = o.failure ?? ''
    connection.state = o.failure !== undefined && !connection.reported && o.bytesSent + o.bytesReceived === 0 ? 'failed' : 'closed'
    this.closed.add(connection)
    if (connection.pid) this.say(connection, o.at)
    else this.unclaimed.add(connection)
  }

  /** Connections whose end was lost are over, too: what they came to is not known. */
  living(o: ConnectionsLiving): void {
    for (const connection of this.walk.take(o, () => this.told())) {
      connection.closedAt = o.startedAt
      connection.state = 'lost'
      this.closed.add(connection)
      this.say(connection, o.at)
    }
  }

  /** A connection nothing told of before an exchange on it (the other probe is off, or comes later). */
  add(socket: SocketIdentity, role: Role, at: BootNanoseconds): Connection {
    if (this.byCookie.size >= MAX_CONNECTIONS) this.evict()
    const connection = new Connection({ ...socket, role, localAddress: this.address(socket.localAddress), remoteAddress: this.address(socket.remoteAddress) })
    const { localAddress, localPort, remoteAddress, remotePort } = socket
    const [high, low] = role === 'client' ? hashTuple(localAddress, localPort, remoteAddress, remotePort) : hashTuple(remoteAddress, remotePort, localAddress, localPort)
    connection.tupleHigh = high
    connection.tupleLow = low
    connection.openedAt = at
    connection.strain = this.earlyStrains.get(socket.cookie)
    if (connection.strain) this.earlyStrains.delete(socket.cookie)
    this.byCookie.set(socket.cookie, connection)
    connection.sameTuple = this.byTuple.get(low)
    this.byTuple.set(low, connection)
    this.options.listeners.learn(localAddress, socket.netns)
    this.link(connection)
    return connection
  }

  /** Says whose a connection is. */
  attach(connection: Connection, pid: number, at: BootNanoseconds): void {
    const isAwaited = this.unclaimed.delete(connection) || (connection.pid === 0 && connection.reported)
    connection.pid = pid
    connection.process = this.options.processes.find(pid, at)
    if (this.options.isOwn(pid)) disown(connection)
    else if (isAwaited) this.say(connection, at)
  }

  /** Tells of all that has ended: there is nothing more to wait for. */
  drain(now: BootNanoseconds): void {
    for (const connection of this.unclaimed) this.say(connection, now)
    this.unclaimed.clear()
  }

  tick(now: BootNanoseconds): void {
    for (const connection of this.closed) {
      if (connection.closedAt + CLOSED_KEPT_NS > now) break
      this.forget(connection)
    }
    this.rest(now)
  }

  /** Goes round among the connections, some each time, and has the idle ones let go what they don't need. */
  private rest(now: BootNanoseconds): void {
    for (let i = 0; i < RESTING_A_TICK; i++) {
      const next = this.round.next()
      if (next.done) {
        this.round = this.byCookie.values()
        return
      }
      const connection = next.value
      if (!connection.request || connection.holding || connection.request.arrivedAt + RESTS_AFTER_NS > now) continue
      if (this.walk.isMissed(connection)) continue
      connection.request = undefined
      if (connection.reader?.rest?.()) connection.reader = undefined
    }
  }

  /** Open ones that the kernel has told of: others it may not know, and wouldn't find. */
  private *told(): Generator<Connection> {
    for (const connection of this.byCookie.values()) if (!connection.closedAt && (connection.reported || connection.own)) yield connection
  }

  private say(connection: Connection, at: BootNanoseconds): void {
    if (connection.own) return
    connection.reported = true
    this.options.sink.connection(connection, at)
  }

  private address(text: string): Label {
    let label = this.addresses.get(text)
    if (!label) this.addresses.set(text, (label = new Label(text)))
    return label
  }

  /**
   * Finds the other end: the mirrored tuple in the same namespace, or in any if the addresses aren't loopback ones. Each
   * end has one other: an end that already has one is an earlier use of the ports.
   */
  private link(connection: Connection): void {
    const { localAddress, role, netns } = connection
    let found: Connection | undefined
    for (let candidate = connection.sameTuple; candidate; candidate = candidate.sameTuple) {
      if (candidate.peer || candidate.role === role || !areMirrored(connection, candidate)) continue
      if (candidate.netns === netns) {
        found = candidate
        break
      }
      if (!found && !isLoopback(localAddress.text)) found = candidate
    }
    if (!found) return
    connection.peer = found
    found.peer = connection
    if (found.own) connection.own = true
  }

  private evict(): void {
    const closed = this.closed.values().next().value
    if (closed) return this.forget(closed)
    const oldest = this.byCookie.values().next().value
    if (!oldest) return
    this.options.losses.count('model.connections', 'evicted', 'connections')
    this.forget(oldest)
  }

  private forget(connection: Connection): void {
    this.options.onForget(connection)
    if (this.unclaimed.delete(connection)) this.say(connection, connection.closedAt)
    this.closed.delete(connection)
    this.byCookie.delete(connection.cookie)
    this.unchain(connection)
    connection.sameTuple = undefined
  }

  private unchain(connection: Connection): void {
    const newest = this.byTuple.get(connection.tupleLow)
    if (newest === connection) {
      if (connection.sameTuple) this.byTuple.set(connection.tupleLow, connection.sameTuple)
      else this.byTuple.delete(connection.tupleLow)
      return
    }
    let newer = newest
    while (newer && newer.sameTuple !== connection) newer = newer.sameTuple
    if (newer) newer.sameTuple = connection.sameTuple
  }
}

/** A connection of Sonde's: neither end is in any figure. */
export function disown(connection: Connection): void {
  connection.own = true
  if (connection.peer) connection.peer.own = true
}

function areMirrored(a: Connection, b: Connection): boolean {
  return a.localPort === b.remotePort && a.remotePort === b.localPort && a.localAddress.text === b.remoteAddress.text && a.remoteAddress.text === b.localAddress.text
}

/** Whether anything is wrong with it, rather than that it has an owner. */
function isStrained(o: ConnectionStrained): boolean {
  const { windowLimitedNs, bufferLimitedNs, unreadMostNs, unreadBytes, unackedBytes, drops, resets, zeroWindows } = o
  return windowLimitedNs !== 0 || bufferLimitedNs !== 0 || unreadMostNs + unreadBytes + unackedBytes + drops > 0 || resets !== '' || zeroWindows !== ''
}

/** Takes over totals; true if any differs. */
function setTotals(connection: Connection, o: ConnectionTotals): boolean {
  const changed =
    connection.bytesSent !== o.bytesSent || connection.bytesReceived !== o.bytesReceived ||
    connection.retransmits !== o.retransmits || connection.srttNs !== o.srttNs
  connection.bytesSent = o.bytesSent
  connection.bytesReceived = o.bytesReceived
  connection.retransmits = o.retransmits
  if (o.srttNs > 0) connection.srttNs = o.srttNs
  return changed
}
