/** The kernel's reasons as people say them, of those that are met most. */
const WORDS: Readonly<Record<string, string>> = {
  NETFILTER_DROP: 'a firewall rule',
  TCP_LISTEN_OVERFLOW: 'the accept queue was full',
  SOCKET_RCVBUFF: 'the receive buffer was full',
  SOCKET_BACKLOG: 'the backlog was full',
  TCP_ZEROWINDOW: 'no room: zero window',
  TCP_OVERWINDOW: 'beyond the window',
  TCP_OLD_DATA: 'had come before',
  TCP_OLD_SEQUENCE: 'had come before',
  TCP_ABORT_ON_DATA: 'data for a closed socket',
  TCP_OFO_DROP: 'no room out of order',
  TCP_OFO_QUEUE_PRUNE: 'no room out of order',
  TCP_OFOMERGE: 'had come before, out of order',
  TCP_CSUM: 'bad checksum',
  TCP_RFC7323_PAWS: 'an old timestamp',
  TCP_RESET: 'a reset arrived',
  TCP_CLOSE: 'the socket had closed',
  PROTO_MEM: 'TCP may use no more memory',
  QDISC_DROP: 'the queue of the interface was full',
  NEIGH_FAILED: 'the neighbour didn’t answer',
  IP_OUTNOROUTES: 'no route',
  SOCKET_FILTER: 'a socket filter',
}

/** A reason in words, with the kernel's name. */
export const dropWords = (reason: string): string => (WORDS[reason] ? `${WORDS[reason]}, ${reason}` : reason)
/** In words alone, where the name stands beside; '' if there are none. */
export const dropWordsOnly = (reason: string): string => WORDS[reason] ?? ''
