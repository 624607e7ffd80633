import type { ExchangeObserved, Role, SocketIdentity } from '@sonde/shared/observation'

/** One connection as its two ends see it, for tests: turns are given as the text that went each way. */
export interface FixtureSocket {
  readonly client?: string
  readonly clientPort?: number
  readonly server?: string
  readonly serverPort?: number
  readonly clientNetns?: number
  readonly serverNetns?: number
}

export interface FixtureTurn {
  readonly request?: string
  readonly response?: string
  readonly turn?: number
  readonly cookie?: number
  readonly pid?: number
  /** Milliseconds since boot at which the request arrives; all other times follow, 1 ms apart. */
  readonly atMs?: number
  readonly sequence?: number
  /** How much of each direction was captured. Default: the kernel's 1,024 and 256. */
  readonly requestPrefix?: number
  readonly responsePrefix?: number
  /** All bytes, if more than the text given. */
  readonly requestBytes?: number
  readonly responseBytes?: number
  readonly closed?: boolean
}

/** A turn's first report at one end of a connection. Texts are latin1: a character a byte. */
export function exchange(role: Role, turn: FixtureTurn, socket: FixtureSocket = {}): ExchangeObserved {
  const request = Buffer.from(turn.request ?? '', 'latin1')
  const response = Buffer.from(turn.response ?? '', 'latin1')
  const requestPrefix = Math.min(request.length, turn.requestPrefix ?? 1_024)
  const responsePrefix = Math.min(response.length, turn.responsePrefix ?? 256)
  // Something stands before and after: a reader that looks beyond its ranges meets it.
  const bytes = Buffer.concat([Buffer.from('HTTP/1.1 999 \r\n'), request.subarray(0, requestPrefix), response.subarray(0, responsePrefix), Buffer.from('GET /beyond HTTP/1.1\r\n\r\n')])
  const arrived = (turn.atMs ?? 1_000) * 1e6
  const answered = (turn.responseBytes ?? response.length) > 0
  return {
    kind: 'exchange',
    at: arrived + 5e6,
    cookie: turn.cookie ?? (role === 'server' ? 1 : 2),
    role,
    pid: turn.pid ?? (role === 'server' ? 100 : 200),
    tid: (turn.pid ?? (role === 'server' ? 100 : 200)) + 1,
    turn: turn.turn ?? 1,
    requestArrivedAt: arrived,
    requestReadAt: arrived + 1e6,
    requestEndAt: arrived + 2e6,
    responseStartAt: answered ? arrived + 3e6 : 0,
    responseEndAt: answered ? arrived + 4e6 : 0,
    requestBytes: turn.requestBytes ?? request.length,
    responseBytes: turn.responseBytes ?? response.length,
    requestSequence: turn.sequence ?? 1_000,
    responseSequence: answered ? 9_000 : 0,
    srttUs: 42,
    retransmits: 0,
    counted: false,
    continuation: false,
    anew: false,
    closed: turn.closed ?? false,
    bytes,
    requestAt: 15,
    requestPrefixEnd: 15 + requestPrefix,
    responseAt: 15 + requestPrefix,
    responsePrefixEnd: 15 + requestPrefix + responsePrefix,
    socket: () => identity(role, turn.cookie ?? (role === 'server' ? 1 : 2), socket),
  }
}

/** What a turn's response came to, said later. */
export function continuation(of: { cookie: number; turn: number; responseBytes: number; atMs: number; closed?: boolean }): ExchangeObserved {
  const at = of.atMs * 1e6
  const base = exchange('server', { cookie: of.cookie, turn: of.turn })
  return {
    ...base, at, role: 'client', pid: 0, tid: 0, requestArrivedAt: 0, requestReadAt: 0, requestEndAt: 0, responseStartAt: 0, responseEndAt: of.responseBytes > 0 ? at : 0,
    requestBytes: 0, responseBytes: of.responseBytes, requestSequence: 0, responseSequence: 0, srttUs: 0, continuation: true, closed: of.closed ?? false,
    requestAt: 0, requestPrefixEnd: 0, responseAt: 0, responsePrefixEnd: 0,
  }
}

/** Another message of a turn's response begins: its first bytes. `before`: response bytes of the turn until then. */
export function anew(of: { cookie: number; turn: number; before: number; response: string; atMs: number }): ExchangeObserved {
  const bytes = Buffer.from(`GET /x ${of.response.slice(0, 64)}`, 'latin1')
  return {
    ...continuation({ cookie: of.cookie, turn: of.turn, responseBytes: of.before, atMs: of.atMs }),
    anew: true, responseEndAt: of.atMs * 1e6, bytes, responseAt: 7, responsePrefixEnd: bytes.length,
  }
}

/** The socket of one end. */
export function identity(role: Role, cookie: number, socket: FixtureSocket = {}): SocketIdentity {
  const client = { address: socket.client ?? '127.0.0.1', port: socket.clientPort ?? 40_000 }
  const server = { address: socket.server ?? '127.0.0.1', port: socket.serverPort ?? 8_080 }
  const [local, remote] = role === 'server' ? [server, client] : [client, server]
  const netns = (role === 'server' ? socket.serverNetns : socket.clientNetns) ?? 4_026_531_840
  return { cookie, netns, localAddress: local.address, localPort: local.port, remoteAddress: remote.address, remotePort: remote.port }
}
