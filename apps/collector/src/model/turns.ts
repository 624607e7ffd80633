import type { ExchangeObserved } from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import type { Losses } from '../health/losses.ts'
import { Messages, RESPONSE, type Confidence, type Message, type Protocol } from '../protocols/protocol.ts'
import type { Connection } from './connection.ts'
import type { ConnectionTable } from './connection-table.ts'
import { withErrorType } from '../protocols/error-type.ts'
import { Request } from './request.ts'

/** A turn that isn't said to go on within 300 ms was over when it was reported; a tick comes each 100 ms. */
export const QUIET_NS: Nanoseconds = 350e6
/** How long an answer that is known to be unfinished is waited for. */
export const OPEN_NS: Nanoseconds = 30e9
const WHERE = 'model.requests'

export interface TurnsOptions {
  readonly protocols: readonly Protocol[]
  readonly losses: Losses
  readonly connections: ConnectionTable
  /** Takes a finished request; the object is used again at once. */
  readonly emit: (request: Request, at: BootNanoseconds) => void
}

/**
 * Turns into requests. A request is emitted when its answer is known to be complete; else its connection holds it until
 * the rest is reported, the next turn begins, the connection ends, or it was waited for long enough.
 */
export class Turns {
  private readonly found = new Messages()
  /** Connections that hold a request, and some that did. */
  private holders: Connection[] = []
  private readonly options: TurnsOptions

  constructor(options: TurnsOptions) {
    this.options = options
  }

  get held(): number {
    return this.holders.length
  }

  observe(e: ExchangeObserved): void {
    const { connections } = this.options
    let connection = connections.get(e.cookie)
    if (e.continuation) {
      if (connection?.holding && connection.request!.turn === e.turn) this.goOn(connection, e)
      return
    }
    if (!connection) connection = connections.add(e.socket(), e.role, e.requestArrivedAt)
    if (connection.own) return
    if (connection.pid !== e.pid || !connection.process || connection.process.exitedAt !== 0) connections.attach(connection, e.pid, e.requestArrivedAt)
    if (connection.own || connection.ended) return
    this.read(connection, e)
  }

  /** Lets go what was held long enough. */
  tick(now: BootNanoseconds): void {
    let kept = 0
    for (const connection of this.holders) {
      if (connection.holding && (connection.holdUntil <= now || connection.closedAt !== 0)) this.expire(connection, now)
      if (connection.holding) this.holders[kept++] = connection
      else connection.listed = false
    }
    this.holders.length = kept
  }

  /** Lets go what a connection holds: it is about to be forgotten. */
  forget(connection: Connection): void {
    if (connection.holding) this.letGo(connection, connection.request!.responseEndAt)
  }

  private read(connection: Connection, e: ExchangeObserved): void {
    const { found } = this
    found.reset()
    if (connection.undecidedTurns > 0) this.decide(connection, e)
    else connection.reader!.read(e, found)
    const goesOn = found.count > 0 && found.at(0).continues
    if (connection.holding && !goesOn) this.letGo(connection, e.at)
    for (let i = 0; i < found.count; i++) {
      const message = found.at(i)
      const last = i === found.count - 1
      if (!message.continues) fill((connection.request ??= new Request()), connection, message, e)
      else if (connection.holding) goOnWith(connection.request!, message, e, last)
      else continue
      this.settle(connection, e, last)
    }
    if (found.beyondPrefix > 0) this.options.losses.count(WHERE, 'pipelined beyond the captured prefix', 'requests', found.beyondPrefix)
    if (found.undecoded) this.options.losses.count(WHERE, 'not decoded', 'requests')
    if (found.ended) connection.ended = true
  }

  /** Reads a turn of a connection whose protocol isn't sure yet. */
  private decide(connection: Connection, e: ExchangeObserved): void {
    const { found } = this
    if (e.requestPrefixEnd > e.requestAt) connection.undecidedTurns--
    const known = connection.reader !== undefined && connection.protocol.decodes
    if (known) {
      connection.reader!.read(e, found)
      if (!found.undecoded || found.count > 0) return
    }
    const protocol = this.detect(e)
    if (known && (protocol === undefined || protocol === connection.protocol)) return
    if (protocol) connection.protocol = protocol
    if (protocol || !connection.reader) connection.reader = connection.protocol.open(connection.role)
    found.reset()
    connection.reader!.read(e, found)
  }

  private detect(e: ExchangeObserved): Protocol | undefined {
    let best: Protocol | undefined
    let surest: Confidence = 0
    for (const protocol of this.options.protocols) {
      const confidence = protocol.detect(e.bytes, e.requestAt, e.requestPrefixEnd, e.responseAt, e.responsePrefixEnd)
      if (confidence <= surest) continue
      surest = confidence
      best = protocol
    }
    return best
  }

  /** Emits the request or holds it. Only the turn's last can be held: those before it were answered before it. */
  private settle(connection: Connection, e: ExchangeObserved, last: boolean): void {
    const request = connection.request!
    if (e.closed || request.response === RESPONSE.complete || !last) {
      if (e.closed && request.response <= RESPONSE.interim) unanswered(request, e.at)
      return this.emit(connection, e.at)
    }
    connection.holding = true
    connection.holdUntil = e.at + (isExpected(request) ? OPEN_NS : QUIET_NS)
    if (connection.listed) return
    connection.listed = true
    this.holders.push(connection)
  }

  /** What the response came to after its turn was reported. */
  private goOn(connection: Connection, e: ExchangeObserved): void {
    const request = connection.request!
    const grew = e.responseBytes > 0
    if (grew) {
      request.responseBytes = request.responseBytesBefore + Math.max(0, e.responseBytes - request.responseBytesOfOthers)
      request.responseEndAt = e.responseEndAt
    }
    if (e.closed) return this.letGo(connection, e.at)
    if (request.response === RESPONSE.open && e.responseBytes < request.responseEnd) {
      connection.holdUntil = request.responseStartAt + OPEN_NS
      return
    }
    this.emit(connection, e.at)
  }

  private expire(connection: Connection, now: BootNanoseconds): void {
    const request = connection.request!
    if (connection.closedAt !== 0) {
      // The turn's own last word comes from another ring buffer and may be on its way.
      if (connection.closedAt + QUIET_NS > now) return
    } else if (isExpected(request) || (request.response === RESPONSE.open && connection.holdUntil >= request.responseStartAt + OPEN_NS)) {
      this.options.losses.count(WHERE, 'answer not over after 30 s', 'durations')
    }
    this.letGo(connection, now)
  }

  private letGo(connection: Connection, at: BootNanoseconds): void {
    const request = connection.request!
    if (request.response === RESPONSE.interim && connection.closedAt !== 0) unanswered(request, at)
    this.emit(connection, at)
  }

  private emit(connection: Connection, at: BootNanoseconds): void {
    const request = connection.request!
    connection.holding = false
    if (request.status === 0 && connection.protocol.decodes && !request.unanswered) {
      this.options.losses.count(WHERE, 'answer beyond the captured prefix', 'statuses')
    }
    this.options.emit(request, at)
  }
}

/** More of the answer will surely come. What only the connection's end delimits may be over: nothing more is said of it then. */
function isExpected(request: Request): boolean {
  return request.response === RESPONSE.interim || (request.response === RESPONSE.open && request.responseEnd !== Infinity)
}

function fill(request: Request, connection: Connection, message: Message, e: ExchangeObserved): void {
  request.connection = connection
  request.process = connection.process
  request.pid = e.pid
  request.tid = e.tid
  request.turn = e.turn
  request.sequence = (e.requestSequence + message.offset) >>> 0
  request.srttUs = e.srttUs
  request.arrivedAt = e.requestArrivedAt
  request.readAt = e.requestReadAt
  request.endAt = e.requestEndAt
  request.responseStartAt = e.responseStartAt
  request.responseEndAt = e.responseEndAt
  request.requestBytes = message.requestBytes
  request.responseBytes = message.responseBytes
  request.responseBytesBefore = 0
  request.unanswered = false
  request.protocol = connection.protocol.label
  request.method = message.method
  request.target = message.target
  request.path = message.path
  request.traced = message.traced
  if (message.traced) {
    for (let i = 0; i < 4; i++) request.traceId[i] = message.traceId[i]!
    for (let i = 0; i < 2; i++) request.parentId[i] = message.parentId[i]!
  }
  answer(request, message, e)
}

/** The answer as far as this turn has it. */
function answer(request: Request, message: Message, e: ExchangeObserved): void {
  request.response = message.response
  request.responseEnd = message.responseEnd
  request.responseBytesOfOthers = e.responseBytes - message.responseBytes
  request.status = message.status
  request.error = message.error
  request.attributes = message.attributes
}

/** A turn that goes on with the request held: the rest of its body, the final answer after an interim one, or both. */
function goOnWith(request: Request, message: Message, e: ExchangeObserved, last: boolean): void {
  const missing = request.responseEnd - request.responseBytesOfOthers - (request.responseBytes - request.responseBytesBefore)
  request.turn = e.turn
  request.requestBytes += message.requestBytes
  request.endAt = e.requestEndAt
  request.responseBytesBefore = request.responseBytes
  request.responseBytes += message.responseBytes
  if (e.responseEndAt !== 0) request.responseEndAt = e.responseEndAt
  if (message.response !== RESPONSE.none) {
    request.responseStartAt = e.responseStartAt
    return answer(request, message, e)
  }
  if (request.response !== RESPONSE.open) return
  request.responseEnd = missing
  request.responseBytesOfOthers = 0
  if (!last || message.responseBytes >= missing) request.response = RESPONSE.complete
}

/** The connection ended before the (final) answer: its end is the request's. */
function unanswered(request: Request, at: BootNanoseconds): void {
  request.unanswered = true
  request.error = true
  request.attributes = withErrorType(request.attributes, 'connection_closed')
  request.responseEndAt = at
}
