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

export type ConnectionObservation = ListenerSeen | ConnectionOpened | ConnectionSampled | ConnectionClosed
