import type { BootNanoseconds, Nanoseconds } from '../units/index.ts'
import type { Role, SocketIdentity } from './socket.ts'

/** Why a connection failed or ended badly. */
export type ConnectionFailure = 'refused' | 'reset' | 'timeout' | 'unreachable' | 'aborted'

/** What TCP has counted so far. */
export interface ConnectionTotals {
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly retransmits: number
  /** Smoothed round-trip time; 0 if none was measured. */
  readonly srttNs: Nanoseconds
}

/** A socket listens. `cookie` identifies the listening socket; remote address and port are empty and 0. */
export interface ListenerSeen {
  readonly kind: 'listener-seen'
  readonly at: BootNanoseconds
  readonly socket: SocketIdentity
  /** 0 if the owner isn't known yet. */
  readonly pid: number
}

/** A connection was established here, or was found established when the probe started (`existing`). */
export interface ConnectionOpened extends ConnectionTotals {
  readonly kind: 'connection-opened'
  readonly at: BootNanoseconds
  readonly socket: SocketIdentity
  readonly role: Role
  /** 0 if the owner isn't known yet (accepted in softirq); the first exchange or a scan of /proc names it. */
  readonly pid: number
  /** SYN to established; undefined for accepted and existing connections. */
  readonly connectNs: Nanoseconds | undefined
  readonly existing: boolean
}

/** Totals of a connection that lives. */
export interface ConnectionSampled extends ConnectionTotals {
  readonly kind: 'connection-sampled'
  readonly at: BootNanoseconds
  readonly socket: SocketIdentity
}

/** A connection ended, or never came to be (`failure` and no `opened` before it). */
export interface ConnectionClosed extends ConnectionTotals {
  readonly kind: 'connection-closed'
  readonly at: BootNanoseconds
  readonly socket: SocketIdentity
  readonly role: Role
  readonly pid: number
  readonly connectNs: Nanoseconds | undefined
  readonly failure: ConnectionFailure | undefined
}

/**
 * Connections that live, as a walk over all sockets of the host found them, after ends were lost: what was open when the
 * walk began and isn't in it is over. Told in parts.
 */
export interface ConnectionsLiving {
  readonly kind: 'connections-living'
  readonly at: BootNanoseconds
  /** When the walk began, which tells the parts of one from those of another. */
  readonly startedAt: BootNanoseconds
  readonly cookies: readonly number[]
  /** How many the walk has found, these included: who has fewer has missed some. */
  readonly listed: number
  /** The walk is over. */
  readonly last: boolean
}

/** Which end of a connection did something; '': none. */
export type ConnectionEnds = '' | 'local' | 'remote' | 'both'

/** What a connection suffers, and who holds it if that was found later, whenever any of it is new; before the sample or the end that it belongs to. Counts and times are of its whole life. */
export interface ConnectionStrained {
  readonly kind: 'connection-strained'
  readonly at: BootNanoseconds
  readonly cookie: number
  /** The owner of an accepted connection, found since it was opened; else 0. */
  readonly pid: number
  /** It had more to send than the peer's window let it; undefined if the kernel's unit wasn't known yet. */
  readonly windowLimitedNs: Nanoseconds | undefined
  /** It had more to send than its send buffer took. */
  readonly bufferLimitedNs: Nanoseconds | undefined
  /** Received bytes have lain unread for so long at least (0: none do), and the longest that any did. Known to 5 s. */
  readonly unreadNs: Nanoseconds
  readonly unreadMostNs: Nanoseconds
  readonly unreadBytes: number
  /** Written by the program and not acknowledged by the peer. */
  readonly unackedBytes: number
  /** Segments of it that this host dropped, either way. */
  readonly drops: number
  /** Of the last one: the kernel's name (`NETFILTER_DROP`); '' if none. */
  readonly dropReason: string
  /** Who sent a reset. */
  readonly resets: ConnectionEnds
  /** Whose receive window is closed now: that end takes nothing more. */
  readonly zeroWindows: ConnectionEnds
}

/** The accept queue of a listening socket, whenever it is new or has changed, and when the socket is closed. */
export interface AcceptQueueMeasured {
  readonly kind: 'accept-queue-measured'
  readonly at: BootNanoseconds
  readonly cookie: number
  /** Connections that are established and that nobody has accepted yet. */
  readonly length: number
  readonly limit: number
  /** Handshakes that have begun and aren't complete. */
  readonly halfOpen: number
  /** Connections turned away since it listens, mostly because the queue was full. */
  readonly drops: number
  readonly closed: boolean
}

/** The kernel dropped segments of TCP sockets since this was told last. */
export interface SegmentsDropped {
  readonly kind: 'segments-dropped'
  readonly at: BootNanoseconds
  /** The kernel's name. */
  readonly reason: string
  readonly count: number
}

export type ConnectionObservation = ListenerSeen | ConnectionOpened | ConnectionSampled | ConnectionClosed | ConnectionStrained | ConnectionsLiving | AcceptQueueMeasured | SegmentsDropped
