import type { ExchangeObserved } from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import type { Losses } from '../health/losses.ts'
import { Messages, RESPONSE, type Confidence, type Protocol } from '../protocols/protocol.ts'
import type { Connection } from './connection.ts'
import type { ConnectionTable } from './connection-table.ts'
import { answerAnew, fill, goOnWith, grow, unanswered } from './fill.ts'
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
      if (connection === undefined || !connection.holding || connection.request!.turn !== e.turn) return // nothing waits for it
      return e.anew ? this.beginAnew(connection, e) : this.goOn(connection, e)
    }
    if (connection === undefined) connection = connections.add(e.socket(), e.role, e.requestArrivedAt)
    if (connection.own) return
    const pid = e.pid
    if (connection.pid !== pid || connection.process === undefined || connection.process.exitedAt !== 0) connections.attach(connection, pid, e.requestArrivedAt)
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

  /** Lets go all that a connection holds: it is about to be forgotten. */
  forget(connection: Connection, at: BootNanoseconds): void {
    while (connection.holding) this.letGo(connection, at)
  }

  private read(connection: Connection, e: ExchangeObserved): void {
    const { found } = this
    found.reset()
    if (connection.undecidedTurns > 0) this.decide(connection, e)
    else (connection.reader ??= connection.protocol.open(connection.role)).read(e, found)
    if (connection.holding) this.leaveBehind(connection, e.at, found.count > 0 && found.at(0).continues)
    for (let i = 0; i < found.count; i++) {
      const message = found.at(i)
      if (message.continues) {
        if (!connection.holding) continue
        goOnWith(connection.request!, message, e, i === found.count - 1)
      } else if (connection.holding) {
        this.queue(connection, i, e)
        continue
      } else fill((connection.request ??= new Request()), connection, message, e)
      this.settle(connection, e)
    }
    if (found.beyondPrefix > 0) this.options.losses.count(WHERE, 'pipelined beyond the captured prefix', 'requests', found.beyondPrefix)
    if (found.undecoded) this.options.losses.count(WHERE, 'not decoded', 'requests')
    if (found.ended) connection.ended = true
  }

  /** A new turn begins: what the one before it left is over, but for its last request if that goes on. */
  private leaveBehind(connection: Connection, at: BootNanoseconds, lastGoesOn: boolean): void {
    const staying = lastGoesOn ? 1 : 0
    while (connection.holding && (connection.queue?.length ?? 0) + 1 > staying) this.letGo(connection, at)
  }

  /** A request behind one of the same turn that isn't answered yet. */
  private queue(connection: Connection, index: number, e: ExchangeObserved): void {
    const request = new Request()
    fill(request, connection, this.found.at(index), e)
    if (e.closed && request.response <= RESPONSE.interim) unanswered(request, e.at)
    ;(connection.queue ??= []).push(request)
  }

  /** Reads a turn of a connection whose protocol isn't sure yet. */
  private decide(connection: Connection, e: ExchangeObserved): void {
    const { found } = this
    if (e.requestPrefixEnd > e.requestAt) connection.undecidedTurns--
    const known = connection.protocol.decodes
    if (known) {
      connection.reader ??= connection.protocol.open(connection.role)
      connection.reader.read(e, found)
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

  /** Emits the request, or holds it until more is known of its answer. */
  private settle(connection: Connection, e: ExchangeObserved): void {
    const request = connection.request!
    if (e.closed && request.response <= RESPONSE.interim) unanswered(request, e.at)
    if (e.closed || request.response === RESPONSE.complete) return this.emit(connection, e.at)
    this.hold(connection, e.at)
  }

  private hold(connection: Connection, at: BootNanoseconds): void {
    connection.holding = true
    connection.holdUntil = at + (isExpected(connection.request!) ? OPEN_NS : QUIET_NS)
    if (connection.listed) return
    connection.listed = true
    this.holders.push(connection)
  }

  /** What the response came to after its turn was reported. */
  private goOn(connection: Connection, e: ExchangeObserved): void {
    const request = connection.request!
    if (e.closed && isUnanswered(request)) unanswered(request, e.at)
    else if (e.responseBytes > 0) grow(request, e.responseBytes, e.responseEndAt)
    if (!e.closed && request.response === RESPONSE.open && e.responseBytes < request.responseEnd) {
      connection.holdUntil = request.responseStartAt + OPEN_NS
      return
    }
    this.emit(connection, e.at)
    connection.holdUntil = e.at + OPEN_NS
    // Quiet: those behind it are still to be answered. Closed: they never will be.
    if (e.closed) while (connection.holding) this.letGo(connection, e.at, true)
  }

  /** Another answer of the same turn begins: this request's, if it has none, else the next one's. */
  private beginAnew(connection: Connection, e: ExchangeObserved): void {
    if (connection.request!.response > RESPONSE.interim) {
      if (!connection.queue?.length) return // bytes of a body that look like an answer
      grow(connection.request!, e.responseBytes, e.responseEndAt)
      this.emit(connection, e.at)
    }
    const request = connection.request!
    const { found } = this
    found.reset()
    const message = found.add()!
    message.method = request.method
    message.attributes = request.attributes
    connection.reader!.readAnswer(e, found, !connection.queue?.length)
    answerAnew(request, message, e)
    connection.holdUntil = e.at + (isExpected(request) ? OPEN_NS : QUIET_NS)
    if (found.ended) connection.ended = true
  }

  private expire(connection: Connection, now: BootNanoseconds): void {
    const request = connection.request!
    if (connection.closedAt !== 0) {
      // The turn's own last word comes from another ring buffer and may be on its way.
      if (connection.closedAt + QUIET_NS > now) return
    } else if (isExpected(request) || (request.response === RESPONSE.open && connection.holdUntil >= request.responseStartAt + OPEN_NS)) {
      this.options.losses.count(WHERE, 'answer not over after 30 s', 'durations')
    }
    while (connection.holding) this.letGo(connection, now)
  }

  private letGo(connection: Connection, at: BootNanoseconds, closed = connection.closedAt !== 0): void {
    const request = connection.request!
    if (closed && isUnanswered(request)) unanswered(request, at)
    this.emit(connection, at)
  }

  /** Emits the request; the next one in the queue takes its place. */
  private emit(connection: Connection, at: BootNanoseconds): void {
    const request = connection.request!
    if (request.status === 0 && connection.protocol.decodes && !request.unanswered) {
      this.options.losses.count(WHERE, 'answer beyond the captured prefix', 'statuses')
    }
    this.options.emit(request, at)
    const next = connection.queue?.shift()
    connection.holding = next !== undefined
    if (next) connection.request = next
  }
}

/** More of the answer will surely come. What only the connection's end delimits may be over: nothing more is said of it then. */
function isExpected(request: Request): boolean {
  return isUnanswered(request) || (request.response === RESPONSE.open && request.responseEnd !== Infinity)
}

/** Nothing, or nothing final, has come for it: an answer whose first bytes weren't captured does have bytes. */
function isUnanswered(request: Request): boolean {
  return request.response === RESPONSE.interim || (request.response === RESPONSE.none && request.responseBytes === 0)
}
