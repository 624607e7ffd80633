import type { AcceptQueueMeasured, ConnectionEnds, ConnectionFailure, ConnectionsLiving, ConnectionStrained, ConnectionTotals, Observer } from '@sonde/shared/observation'
import { socketStorage } from '../../kernel-features.ts'
import type { Probe, RecordReader } from '../../probe.ts'
import { roleOf, socketIdentity } from '../socket.ts'
import { DROP_REASONS } from './drop-reasons.ts'
import { TcpAcceptQueue, TcpClosed, TcpDropped, TcpListening, TcpLiving, TcpOpened, TcpSampled, TcpStrained, layouts } from './records.generated.ts'
import type { TcpTotals } from './records.generated.ts'

/** The bits of RESET_… and ZERO_WINDOW_… of tcp_connection.h. */
const ENDS: readonly ConnectionEnds[] = ['', 'local', 'remote', 'both']
/** `enum tcp_failure` of tcp_connection.h. */
const FAILURES: readonly (ConnectionFailure | undefined)[] = [undefined, 'refused', 'reset', 'timeout', 'unreachable', 'aborted']

function totalsOf(totals: TcpTotals): ConnectionTotals {
  return {
    bytesSent: totals.bytesSent,
    bytesReceived: totals.bytesReceived,
    retransmits: totals.retransmits,
    srttNs: totals.srttUs * 1000,
  }
}

/** A time that the kernel couldn't tell yet is all ones. */
const known = (ns: number): number | undefined => (ns >= 2 ** 63 ? undefined : ns)

function strainOf(record: TcpStrained): ConnectionStrained {
  const { bootNs: at, cookie, pid, unreadNs, unreadMostNs, unreadBytes, unackedBytes, drops, dropReason, resets, zeroWindows } = record
  return {
    kind: 'connection-strained', at, cookie, pid, windowLimitedNs: known(record.windowLimitedNs), bufferLimitedNs: known(record.bufferLimitedNs),
    unreadNs, unreadMostNs, unreadBytes, unackedBytes, drops, dropReason: drops > 0 ? (DROP_REASONS[dropReason] ?? 'OTHER') : '',
    resets: ENDS[resets & 3]!, zeroWindows: ENDS[zeroWindows & 3]!,
  }
}

function queueOf(record: TcpAcceptQueue): AcceptQueueMeasured {
  const { bootNs: at, cookie, length, limit, halfOpen, drops, closed } = record
  return { kind: 'accept-queue-measured', at, cookie, length, limit, halfOpen, drops, closed: closed === 1 }
}

function livingOf(record: TcpLiving, view: DataView): ConnectionsLiving {
  const { bootNs: at, startedNs: startedAt, listed, count, last, cookiesAt } = record
  const cookies = Array.from({ length: count }, (_, i) => Number(view.getBigUint64(cookiesAt + i * 8, true)))
  return { kind: 'connections-living', at, startedAt, cookies, listed, last: last === 1 }
}

function open(): RecordReader {
  const listening = new TcpListening()
  const opened = new TcpOpened()
  const sampled = new TcpSampled()
  const closed = new TcpClosed()
  const strained = new TcpStrained()
  const queue = new TcpAcceptQueue()
  const dropped = new TcpDropped()
  const living = new TcpLiving()

  function observeOpened(observe: Observer): void {
    const { bootNs: at, pid, role, connectNs, existing } = opened
    observe({
      kind: 'connection-opened', at, socket: socketIdentity(opened.socket), ...totalsOf(opened.totals),
      role: roleOf(role), pid, connectNs: connectNs || undefined, existing: existing === 1,
    })
  }

  function observeClosed(observe: Observer): void {
    const { bootNs: at, pid, role, connectNs, failure } = closed
    observe({
      kind: 'connection-closed', at, socket: socketIdentity(closed.socket), ...totalsOf(closed.totals),
      role: roleOf(role), pid, connectNs: connectNs || undefined, failure: FAILURES[failure],
    })
  }

  return {
    layouts,
    read(record, bytes, view, at, _length, observe) {
      if (record === 'tcp_opened') {
        opened.at(view, bytes, at)
        observeOpened(observe)
      } else if (record === 'tcp_closed') {
        closed.at(view, bytes, at)
        observeClosed(observe)
      } else if (record === 'tcp_sampled') {
        sampled.at(view, bytes, at)
        observe({ kind: 'connection-sampled', at: sampled.bootNs, socket: socketIdentity(sampled.socket), ...totalsOf(sampled.totals) })
      } else if (record === 'tcp_strained') {
        observe(strainOf(strained.at(view, bytes, at)))
      } else if (record === 'tcp_accept_queue') {
        observe(queueOf(queue.at(view, bytes, at)))
      } else if (record === 'tcp_living') {
        observe(livingOf(living.at(view, bytes, at), view))
      } else if (record === 'tcp_dropped') {
        dropped.at(view, bytes, at)
        observe({ kind: 'segments-dropped', at: dropped.bootNs, reason: DROP_REASONS[dropped.reason] ?? 'OTHER', count: dropped.count })
      } else {
        listening.at(view, bytes, at)
        observe({ kind: 'listener-seen', at: listening.bootNs, socket: socketIdentity(listening.socket), pid: listening.pid })
      }
    },
  }
}

export const tcpConnection: Probe = {
  name: 'tcp_connection',
  sees: 'TCP connections as they are made, refused, live and end, and the sockets that wait for them.',
  hooks: ['inet_sock_set_state', 'tcp_send_reset', 'tcp_receive_reset', 'tcp_destroy_sock', 'kfree_skb', 'iter/task_file', 'iter/tcp'],
  losesWhenOff: 'Connections are known only while requests pass on them; failed ones, listeners and connect times not at all.',
  object: '.output/tcp_connection.bpf.o',
  needs: [socketStorage],
  optionalNeeds: { tcp_segment_dropped: { what: 'receiver in tracepoint kfree_skb', since: '6.11', shownBy: 'rx_sk' } },
  optionalPrograms: {
    tcp_reset_sent: 'Connections that this host resets look closed in order.',
    tcp_reset_received: 'Of a connection that was reset it isn’t known which end did it.',
    tcp_segment_dropped: 'Segments that this host drops are not counted, nor why.',
    tcp_sockets_of_tasks: 'Connections are not sampled while they live; those from before the start are known only in our network namespace, without their owners.',
    tcp_sockets: 'Connections from before the start that no process has accepted yet are unknown, and one whose end was lost stays open for ever.',
  },
  iterators: [{ program: 'tcp_sockets_of_tasks', everyMs: 5000 }, { program: 'tcp_sockets', everyMs: 5000 }],
  runs: [{ program: 'tcp_drops_told', everyMs: 5000 }],
  // Both ends of 20,000 connections that end at once: 112 bytes each.
  ringBytes: 4 << 20,
  affects: 'connections',
  lossReasons: { LOST_RING_BUFFER: 'ring buffer full', LOST_STORAGE: 'no memory for the storage of a socket' },
  open,
}
