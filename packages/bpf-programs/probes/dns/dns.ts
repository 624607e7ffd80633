import { socketStorage, tracepoint } from '../../kernel-features.ts'
import type { Probe, RecordReader } from '../../probe.ts'
import { parseAnswer } from './message.ts'
import { DnsAnswered, layouts } from './records.generated.ts'

function open(): RecordReader {
  const answered = new DnsAnswered()
  return {
    layouts,
    read(_record, bytes, view, at, _length, observe) {
      const { bootNs, pid, messageAt, copied } = answered.at(view, bytes, at)
      const answer = parseAnswer(bytes, messageAt, messageAt + Math.min(copied, MESSAGE_BYTES))
      if (answer === 'malformed') observe({ kind: 'answer-malformed', at: bootNs, pid })
      else if (answer) observe({ kind: 'name-resolved', at: bootNs, pid, ...answer })
    },
  }
}

/** Of dns.h. */
const MESSAGE_BYTES = 1232

export const dns: Probe = {
  name: 'dns',
  sees: 'Answers of the domain name system, for the names of peers.',
  hooks: ['sock_send_length', 'sock_recv_length'],
  losesWhenOff: 'Peers outside this host go by their addresses.',
  object: '.output/dns.bpf.o',
  needs: [socketStorage, tracepoint('sock_recv_length', '6.3')],
  optionalPrograms: { dns_asked: 'Answers to resolvers that do not connect their sockets (musl’s) are not seen.' },
  ringBytes: 256 << 10,
  affects: 'peer names',
  lossReasons: { LOST_RING_BUFFER: 'ring buffer full', LOST_STORAGE: 'no memory for the storage of a socket', LOST_UNREADABLE: 'received in a way that is not followed (recvmmsg, io_uring)' },
  open,
}
