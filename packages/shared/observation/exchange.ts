import type { BootNanoseconds } from '../units/index.ts'
import type { Role, SocketIdentity } from './socket.ts'

/**
 * One turn on a connection: bytes from the client, then bytes from the server. The kernel knows turns, not protocols.
 *
 * A flyweight over the batch it came in: one object is reused for all records, getters read the bytes. Nothing of it may
 * be kept after the call. `socket()` makes strings, so ask for it once a connection and keep the answer by `cookie`.
 *
 *     requestArrivedAt   first segment reached the socket (server; at a client, when it began to send)
 *     requestReadAt      the program's first read (server) or the end of its first send (client)
 *     requestEndAt       the last byte of the request read or sent
 *     responseStartAt    first byte of the response sent (server) or read (client)
 *     responseEndAt      last byte of the response sent or read
 */
export interface ExchangeObserved {
  readonly kind: 'exchange'
  /** When the record was made. */
  readonly at: BootNanoseconds
  /** The socket's cookie, unique for the life of the host; the kernel counts them up, so a number holds it. */
  readonly cookie: number
  readonly role: Role
  readonly pid: number
  readonly tid: number
  /** Counts the turns of this connection from 1; a continuation has its turn's number. */
  readonly turn: number

  readonly requestArrivedAt: BootNanoseconds
  readonly requestReadAt: BootNanoseconds
  readonly requestEndAt: BootNanoseconds
  /** 0 if no response was seen. */
  readonly responseStartAt: BootNanoseconds
  /** 0 if no response was seen. */
  readonly responseEndAt: BootNanoseconds

  readonly requestBytes: number
  readonly responseBytes: number
  /** TCP sequence number of the first byte of the request: the same at both ends. */
  readonly requestSequence: number
  readonly responseSequence: number
  readonly srttUs: number
  readonly retransmits: number

  /** Already counted in the kernel's totals (verdict `aggregate`); always false while the verdict is `record`. */
  readonly counted: boolean
  /**
   * A turn is reported when its response begins, since most responses are one send and one read. One that goes on is
   * reported once more when it is over: at the next turn (before that turn's own report), at close, or when it has been
   * quiet for 100–250 ms. Such a report has `continuation` true; of it only `cookie`, `turn`, `closed`, `at` and, as the
   * turn's totals (not increments), `responseBytes` and `responseEndAt` hold; all else is 0, and it may come twice.
   * A turn without a continuation within 300 ms was over when it was reported.
   */
  readonly continuation: boolean
  /**
   * A continuation that isn't the end of the turn: another message of its response begins (requests were pipelined and
   * are answered one by one). `at` is when, `responseBytes` what came before it, and its first ≤ 64 bytes are at
   * [responseAt, responsePrefixEnd).
   */
  readonly anew: boolean
  /** The connection closed and ended this turn (of a first report: it was never answered). */
  readonly closed: boolean

  /** The batch. The first bytes of each direction stand at [requestAt, requestPrefixEnd) and [responseAt, responsePrefixEnd). */
  readonly bytes: Buffer
  readonly requestAt: number
  readonly requestPrefixEnd: number
  readonly responseAt: number
  readonly responsePrefixEnd: number

  /** Addresses and namespace, as text: allocates. */
  socket(): SocketIdentity
}
