import type { ExchangeObserved, Observation, Role, SocketIdentity, StackSampled } from '@sonde/shared/observation'

/** Moves what a recording tells to another time, and each round of it to other connections. */
export interface Shift {
  /** The time of an observation at the recorded `at`. */
  time(at: number): number
  /** When a process began: the same in all rounds, so that it stays one process. */
  start(at: number): number
  /** Added to socket cookies. */
  readonly cookies: number
  /** Added to sequence numbers, at both ends alike. */
  readonly sequences: number
}

/** The observation as it would be told now. Exchanges stay flyweights: valid during the call. */
export function shifted(o: Observation, shift: Shift, exchange: ShiftedExchange): Observation {
  if (o.kind === 'exchange') return exchange.over(o, shift)
  const at = shift.time(o.at)
  if (o.kind === 'stack-sampled') return sampledAt(o, at, shift)
  switch (o.kind) {
    case 'listener-seen':
    case 'connection-opened':
    case 'connection-sampled':
    case 'connection-closed':
      return { ...o, at, socket: { ...o.socket, cookie: o.socket.cookie + shift.cookies } }
    case 'connection-strained':
    case 'accept-queue-measured':
      return { ...o, at, cookie: o.cookie + shift.cookies }
    case 'connections-living':
      return { ...o, at, startedAt: shift.time(o.startedAt), cookies: o.cookies.map((cookie) => cookie + shift.cookies) }
    case 'segments-dropped':
    case 'name-resolved':
    case 'answer-malformed':
    case 'distribution-measured':
    case 'host-used':
    case 'device-used':
    case 'cgroup-used':
      return { ...o, at }
    case 'process-started':
    case 'process-executed':
    case 'process-exited':
    case 'process-described':
    case 'process-used':
      return { ...o, at, startedAt: shift.start(o.startedAt) }
    default:
      return o satisfies never
  }
}

/** Its members are getters over the batch, which a spread would leave behind. */
function sampledAt(o: StackSampled, at: number, shift: Shift): StackSampled {
  const { kind, pid, execId, tid, cpu, comm, periodNs, bytes, stackAt, kernelFrames, userFrames } = o
  return { kind, at, startedAt: shift.start(o.startedAt), pid, execId, tid, cpu, comm, periodNs, bytes, stackAt, kernelFrames, userFrames }
}

/** An exchange of another time: its parts keep their distances, whatever the speed. */
export class ShiftedExchange implements ExchangeObserved {
  readonly kind = 'exchange'
  private recorded!: ExchangeObserved
  private shift!: Shift
  private by = 0

  over(recorded: ExchangeObserved, shift: Shift): this {
    this.recorded = recorded
    this.shift = shift
    this.by = shift.time(recorded.at) - recorded.at
    return this
  }

  get at(): number { return this.recorded.at + this.by }
  get cookie(): number { return this.recorded.cookie + this.shift.cookies }
  get role(): Role { return this.recorded.role }
  get pid(): number { return this.recorded.pid }
  get tid(): number { return this.recorded.tid }
  get turn(): number { return this.recorded.turn }
  get requestArrivedAt(): number { return this.moved(this.recorded.requestArrivedAt) }
  get requestReadAt(): number { return this.moved(this.recorded.requestReadAt) }
  get requestEndAt(): number { return this.moved(this.recorded.requestEndAt) }
  get responseStartAt(): number { return this.moved(this.recorded.responseStartAt) }
  get responseEndAt(): number { return this.moved(this.recorded.responseEndAt) }
  get requestBytes(): number { return this.recorded.requestBytes }
  get responseBytes(): number { return this.recorded.responseBytes }
  get requestSequence(): number { return (this.recorded.requestSequence + this.shift.sequences) >>> 0 }
  get responseSequence(): number { return (this.recorded.responseSequence + this.shift.sequences) >>> 0 }
  get srttUs(): number { return this.recorded.srttUs }
  get retransmits(): number { return this.recorded.retransmits }
  get counted(): boolean { return this.recorded.counted }
  get continuation(): boolean { return this.recorded.continuation }
  get anew(): boolean { return this.recorded.anew }
  get closed(): boolean { return this.recorded.closed }
  get bytes(): Buffer { return this.recorded.bytes }
  get requestAt(): number { return this.recorded.requestAt }
  get requestPrefixEnd(): number { return this.recorded.requestPrefixEnd }
  get responseAt(): number { return this.recorded.responseAt }
  get responsePrefixEnd(): number { return this.recorded.responsePrefixEnd }

  socket(): SocketIdentity {
    const socket = this.recorded.socket()
    return { ...socket, cookie: socket.cookie + this.shift.cookies }
  }

  private moved(at: number): number {
    return at === 0 ? 0 : at + this.by
  }
}
