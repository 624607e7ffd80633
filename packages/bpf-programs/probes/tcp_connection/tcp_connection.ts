import type { ConnectionFailure, ConnectionTotals, Observer } from '@sonde/shared/observation'
import { socketStorage } from '../../kernel-features.ts'
import type { Probe, RecordReader } from '../../probe.ts'
import { roleOf, socketIdentity } from '../socket.ts'
import { TcpClosed, TcpListening, TcpOpened, TcpSampled, layouts } from './records.generated.ts'
import type { TcpTotals } from './records.generated.ts'

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

function open(): RecordReader {
  const listening = new TcpListening()
  const opened = new TcpOpened()
  const sampled = new TcpSampled()
  const closed = new TcpClosed()

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
  hooks: ['inet_sock_set_state', 'tcp_send_reset', 'tcp_destroy_sock', 'iter/task_file', 'iter/tcp'],
  losesWhenOff: 'Connections are known only while requests pass on them; failed ones, listeners and connect times not at all.',
  object: '.output/tcp_connection.bpf.o',
  needs: [socketStorage],
  optionalPrograms: {
    tcp_reset_sent: 'Connections that this host resets look closed in order.',
    tcp_sockets_of_tasks: 'Connections are not sampled while they live; those from before the start are known only in our network namespace, without their owners.',
    tcp_sockets: 'Connections from before the start that no process has accepted yet are unknown.',
  },
  iterators: [{ program: 'tcp_sockets_of_tasks', everyMs: 5000 }, { program: 'tcp_sockets', everyMs: 'once' }],
  affects: 'connections',
  lossReasons: { LOST_RING_BUFFER: 'ring buffer full', LOST_STORAGE: 'no memory for the storage of a socket' },
  open,
}
