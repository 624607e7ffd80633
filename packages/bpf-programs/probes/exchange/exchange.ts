import type { ExchangeObserved, Observer, Role, SocketIdentity } from '@sonde/shared/observation'
import { forEachMapElement, socketCookie, tracepoint } from '../../kernel-features.ts'
import type { Probe, RecordReader } from '../../probe.ts'
import { roleOf, socketIdentity } from '../socket.ts'
import { Exchange, ExchangeContinued, layouts } from './records.generated.ts'

export const exchange: Probe = {
  name: 'exchange',
  sees: 'Requests on every TCP socket.',
  hooks: ['sock_send_length', 'sock_recv_length', 'tcp_rcv_space_adjust', 'tcp_sendmsg_locked', 'tcp_destroy_sock'],
  losesWhenOff: 'Requests, their latency and the map are empty.',
  object: '.output/exchange.bpf.o',
  needs: [tracepoint('sock_send_length', '6.3'), tracepoint('sock_recv_length', '6.3')],
  optionalPrograms: { exchange_sending: 'a client’s request is stamped when its sending ends, not when it begins' },
  optionalNeeds: { exchange_sending: tracepoint('tcp_sendmsg_locked', '6.16') },
  fallback: {
    hooks: ['sys_enter', 'sys_exit', 'tcp_rcv_space_adjust', 'inet_sock_set_state', 'tcp_destroy_sock'],
    object: '.output/exchange_syscalls.bpf.o',
    optionalPrograms: {
      exchange_flush: 'the end of a response that went on is learned when its connection is used again or closed',
      exchange_named: 'connections have numbers of Sonde’s own',
    },
    optionalNeeds: { exchange_flush: forEachMapElement, exchange_named: socketCookie },
    loses: 'requests by io_uring, sendmmsg and recvmmsg, and of 32-bit programs, are not seen; every system call costs a little more',
  },
  runs: [{ program: 'exchange_flush', everyMs: 100 }],
  affects: 'requests',
  unit: 'exchange',
  lossReasons: { LOST_UNFINISHED: 'end of a response learned late', LOST_CONTENDED: 'bytes of a connection that two CPUs moved at once' },
  open: () => new ExchangeReader(),
}

class ExchangeReader implements RecordReader {
  readonly layouts = layouts
  private readonly turn = new TurnObserved()
  private readonly continued = new ContinuationObserved()

  read(record: string, bytes: Buffer, view: DataView, at: number, _length: number, observe: Observer): void {
    if (record === 'exchange') observe(this.turn.over(bytes, view, at))
    else observe(this.continued.over(bytes, view, at))
  }
}

/* enum exchange_flags */
const COUNTED = 1
const CLOSED = 2
const ANEW = 4

/** A turn as its record tells it. */
class TurnObserved implements ExchangeObserved {
  readonly kind = 'exchange'
  readonly continuation = false
  readonly anew = false
  bytes!: Buffer
  private readonly record = new Exchange()

  over(bytes: Buffer, view: DataView, at: number): this {
    this.bytes = bytes
    this.record.at(view, bytes, at)
    return this
  }

  get at(): number { return this.record.bootNs }
  get cookie(): number { return this.record.socket.cookie }
  get role(): Role { return roleOf(this.record.role) }
  get pid(): number { return this.record.pid }
  get tid(): number { return this.record.tid }
  get turn(): number { return this.record.turn }
  get requestArrivedAt(): number { return this.record.requestArrivedNs }
  get requestReadAt(): number { return this.record.requestReadNs }
  get requestEndAt(): number { return this.record.requestEndNs }
  get responseStartAt(): number { return this.record.responseStartNs }
  get responseEndAt(): number { return this.record.responseEndNs }
  get requestBytes(): number { return this.record.requestBytes }
  get responseBytes(): number { return this.record.responseBytes }
  get requestSequence(): number { return this.record.requestSequence }
  get responseSequence(): number { return this.record.responseSequence }
  get srttUs(): number { return this.record.srttUs }
  get retransmits(): number { return this.record.retransmits }
  get counted(): boolean { return (this.record.flags & COUNTED) !== 0 }
  get closed(): boolean { return (this.record.flags & CLOSED) !== 0 }
  get requestAt(): number { return this.record.prefixAt }
  get requestPrefixEnd(): number { return this.record.prefixAt + this.record.requestPrefixLength }
  get responseAt(): number { return this.requestPrefixEnd }
  get responsePrefixEnd(): number { return this.requestPrefixEnd + this.record.responsePrefixLength }

  socket(): SocketIdentity {
    return socketIdentity(this.record.socket)
  }
}

/** A response that went on: its turn's totals at its end, or where another message of it begins; nothing else. */
class ContinuationObserved implements ExchangeObserved {
  readonly kind = 'exchange'
  readonly continuation = true
  readonly role = 'server'
  readonly pid = 0
  readonly tid = 0
  readonly requestArrivedAt = 0
  readonly requestReadAt = 0
  readonly requestEndAt = 0
  readonly responseStartAt = 0
  readonly requestBytes = 0
  readonly requestSequence = 0
  readonly responseSequence = 0
  readonly srttUs = 0
  readonly retransmits = 0
  readonly counted = false
  readonly requestAt = 0
  readonly requestPrefixEnd = 0
  bytes!: Buffer
  private readonly record = new ExchangeContinued()

  over(bytes: Buffer, view: DataView, at: number): this {
    this.bytes = bytes
    this.record.at(view, bytes, at)
    return this
  }

  get at(): number { return this.record.bootNs }
  get cookie(): number { return this.record.cookie }
  get turn(): number { return this.record.turn }
  get responseBytes(): number { return this.record.responseBytes }
  get responseEndAt(): number { return this.record.responseEndNs }
  get closed(): boolean { return (this.record.flags & CLOSED) !== 0 }
  get anew(): boolean { return (this.record.flags & ANEW) !== 0 }
  get responseAt(): number { return this.record.prefixAt }
  get responsePrefixEnd(): number { return this.record.prefixAt + this.record.prefixLength }

  socket(): SocketIdentity {
    throw new Error('a continuation has no socket: match it by cookie and turn')
  }
}
