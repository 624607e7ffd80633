import type { ConnectionFailure, ConnectionStrained, Role } from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import { EMPTY_LABEL, tcp, type Label, type Protocol, type TurnReader } from '../protocols/index.ts'
import type { ConnectionState } from './changes.ts'
import type { Process } from './process.ts'
import type { Request } from './request.ts'

/** One end of a TCP connection on this host. */
export class Connection {
  readonly cookie: number
  readonly role: Role
  readonly localAddress: Label
  readonly localPort: number
  readonly remoteAddress: Label
  readonly remotePort: number
  /** As a signed integer: V8 keeps larger ones apart, 16 bytes each. */
  private readonly signedNetns: number
  /** Hash of the 4-tuple, client first: equal at both ends. Signed for the same reason. */
  tupleHigh = 0
  tupleLow = 0

  /** 0 if not known. */
  pid = 0
  process: Process | undefined = undefined
  /** The other end, if it is on this host. */
  peer: Connection | undefined = undefined
  /** The process that listens at the other end, while `peer` isn't known. */
  peerProcess: Process | undefined = undefined
  /** The version of the listeners by which that was last looked for. */
  peerVersion = -1
  /** A configured name, else the address. */
  peerName: Label = EMPTY_LABEL
  peerConfigured = false
  /** The peer goes by the name of a process here or by a configured one. */
  peerNamed = false
  /** The peer's name when the connection was last said or asked for. */
  peerLabel: Label = EMPTY_LABEL
  remoteIsLocal = false
  /** Its requests wait for names no more: once was in vain. */
  impatient = false
  /** Sonde's, or the other end of one of Sonde's: in no figure. */
  own = false

  openedAt: BootNanoseconds = 0
  /** 0 while it lives. */
  closedAt: BootNanoseconds = 0
  /** −1 if not measured. */
  connectNs: Nanoseconds = -1
  srttNs: Nanoseconds = 0
  bytesSent = 0
  bytesReceived = 0
  retransmits = 0
  state: ConnectionState = 'established'
  failure: ConnectionFailure | '' = ''
  /** What it suffers; undefined: nothing was ever told. */
  strain: ConnectionStrained | undefined = undefined
  /** True once a row of it was written: before that it was only heard of through an exchange. */
  reported = false

  protocol: Protocol = tcp
  /** Made when the first turn comes, and again after a rest. */
  reader: TurnReader | undefined = undefined
  /** Turns for which the protocol may still be decided anew. */
  undecidedTurns = 8
  /** It speaks something else since an upgrade: its turns are no requests. */
  ended = false
  /** The request being filled or held; made when the first one comes, and again after a rest (`connection-table.ts`). */
  request: Request | undefined = undefined
  /** Requests of the same turn behind it, in order: pipelined, and answered one by one. */
  queue: Request[] | undefined = undefined
  /** True while `request` waits for the rest of its answer. */
  holding = false
  /** When a held request is let go at the latest. */
  holdUntil: BootNanoseconds = 0
  /** True while the connection is in the list of those that hold. */
  listed = false

  /** The next older end with the same hash of its 4-tuple: the other end, another namespace, an earlier use of the ports. */
  sameTuple: Connection | undefined = undefined

  constructor(identity: {
    cookie: number; netns: number; role: Role
    localAddress: Label; localPort: number; remoteAddress: Label; remotePort: number
  }) {
    this.cookie = identity.cookie
    this.signedNetns = identity.netns | 0
    this.role = identity.role
    this.localAddress = identity.localAddress
    this.localPort = identity.localPort
    this.remoteAddress = identity.remoteAddress
    this.remotePort = identity.remotePort
  }
  get netns(): number {
    return this.signedNetns >>> 0
  }
}

/** As with processes (`process.ts`): no later number changes how connections lie in memory. */
Object.assign(new Connection({ cookie: 0.5, netns: 0, role: 'client', localAddress: EMPTY_LABEL, localPort: 0, remoteAddress: EMPTY_LABEL, remotePort: 0 }), {
  openedAt: 0.5, closedAt: 0.5, connectNs: 0.5, bytesSent: 0.5, bytesReceived: 0.5, holdUntil: 0.5,
})
