import { RESPONSE, type Label, type Message, type Messages, type Role, type Turn, type TurnReader, EMPTY_LABEL } from '../protocol.ts'
import { latin1 } from '../bytes.ts'
import { withErrorType } from '../error-type.ts'
import { Attributes } from './attributes.ts'
import { chunks, walkChunks } from './field.ts'
import { CONNECT_METHOD, HEAD_METHOD, methodAt, OTHER_METHOD } from './method.ts'
import { Repeated } from './repeated.ts'
import type { RequestFields } from './request-fields.ts'
import { HEAD, RequestHead, type HeadState } from './request-head.ts'
import { ResponseHead, type ResponseFields } from './response-head.ts'
import { targetOf } from './target.ts'
import { readTraceparent } from './traceparent.ts'

/** How many bytes of a head that isn't whole are kept for the next turn. */
const MAX_CARRY = 4_096
/** The rest of a body whose length can't be told: it goes on until a request line stands where a turn begins. */
const UNTOLD = -1

const head = new RequestHead()
const response = new ResponseHead()

/** Reads the turns of one HTTP/1 connection (RFC 9112). What it keeps between turns: what is left of a body, of a head, of an answer. */
export class Http1Reader implements TurnReader {
  private readonly role: Role
  private readonly attributes = new Attributes()
  private readonly requestFields = new Repeated<RequestFields>()
  private readonly responseFields = new Repeated<ResponseFields>()
  /** Bytes of the last request's body that the next turns begin with, or UNTOLD. */
  private bodyLeft = 0
  /** The beginning of a head whose rest the next turn brings: the program read it before it answered what stood before. */
  private carry: Buffer | undefined = undefined
  /** The last request's final answer is still to come. */
  private unfinished = false
  private lastMethod: Label = EMPTY_LABEL
  private lastAttributes: Label = EMPTY_LABEL

  constructor(role: Role) {
    this.role = role
  }

  read(turn: Turn, found: Messages): void {
    let { bytes, requestAt, requestPrefixEnd } = turn
    const carried = this.carry
    if (carried !== undefined) {
      bytes = Buffer.concat([carried, bytes.subarray(requestAt, requestPrefixEnd)])
      requestAt = 0
      requestPrefixEnd = bytes.length
      this.carry = undefined
    }
    const origin = requestAt + (carried?.length ?? 0)
    const answersLast = this.readRequests(bytes, requestAt, requestPrefixEnd, origin, turn, found)
    if (found.count > 0) this.readResponses(turn, found, answersLast)
  }

  readAnswer(turn: Turn, found: Messages, last: boolean): void {
    const message = found.at(0)
    this.readResponse(turn, turn.responseAt, Infinity, message)
    if (message.response > RESPONSE.interim) message.response = RESPONSE.unknown
    if (endsHttp(message)) found.ended = true
    if (last) {
      this.unfinished = message.response <= RESPONSE.interim
      this.lastAttributes = message.attributes
    }
  }

  /** A connection's two blocks of fields take 1.4 KB with all that stands for them. */
  rest(): boolean {
    this.requestFields.forget()
    this.responseFields.forget()
    return this.bodyLeft === 0 && this.carry === undefined && !this.unfinished
  }

  /**
   * Finds the turn's requests in [at, seen); the turn itself begins at `origin`, after what was carried over. True if the
   * final answer to the request before this turn is expected in it.
   */
  private readRequests(bytes: Buffer, at: number, seen: number, origin: number, turn: Turn, found: Messages): boolean {
    const all = origin + turn.requestBytes
    const begin = at
    at = this.skipBody(bytes, at, seen, all, found)
    const answersLast = at > begin && this.unfinished
    while (at < all) {
      at = skipEmptyLines(bytes, at, seen)
      if (at >= seen) {
        // Only what was told to the byte can end within what wasn't captured: there another request begins.
        if (at < all) beyond(found)
        break
      }
      const state = head.read(bytes, at, seen, this.requestFields)
      const answered = found.count === 0 && (turn.responseBytes > 0 || turn.closed)
      if (state === HEAD.none || (state === HEAD.begun && (answered || all > seen))) {
        found.undecoded = true
        break
      }
      if (state !== HEAD.whole && all === seen && !answered) {
        if (all - at <= MAX_CARRY) this.carry = Buffer.from(bytes.subarray(at, all))
        break
      }
      const message = found.add()
      if (!message) {
        beyond(found)
        this.bodyLeft = 0
        break
      }
      this.describe(bytes, message)
      const end = this.endOf(bytes, state, seen, all)
      message.offset = at - origin
      message.requestBytes = end - at
      at = end
    }
    return answersLast
  }

  /** Skips what is left of an earlier request's body; returns where it ends. */
  private skipBody(bytes: Buffer, at: number, seen: number, all: number, found: Messages): number {
    if (this.bodyLeft === 0) return at
    if (this.bodyLeft === UNTOLD && beginsRequest(bytes, at, seen)) {
      this.bodyLeft = 0
      return at
    }
    const end = this.bodyLeft === UNTOLD ? all : Math.min(at + this.bodyLeft, all)
    if (this.bodyLeft !== UNTOLD) this.bodyLeft -= end - at
    const message = found.add()!
    message.continues = true
    message.requestBytes = end - at
    message.method = this.lastMethod
    message.attributes = this.lastAttributes
    return end
  }

  /** Where the request ends whose head was just read; notes what of its body the turn doesn't hold. */
  private endOf(bytes: Buffer, state: HeadState, seen: number, all: number): number {
    this.bodyLeft = 0
    if (state !== HEAD.whole) {
      this.bodyLeft = UNTOLD
      return all
    }
    if (head.fields.chunked) {
      walkChunks(bytes, head.end, seen, all)
      if (chunks.complete) return chunks.end
      this.bodyLeft = UNTOLD
      return all
    }
    const end = head.end + Math.max(0, head.fields.contentLength)
    if (end > all) this.bodyLeft = end - all
    return Math.min(end, all)
  }

  private describe(bytes: Buffer, message: Message): void {
    const method = methodAt(bytes, head.at, head.methodEnd)
    const target = targetOf(bytes, head.targetAt, head.targetEnd, method === CONNECT_METHOD)
    message.method = method
    message.target = target.target
    message.path = target.path
    const original = method === OTHER_METHOD ? latin1(bytes, head.at, head.methodEnd) : ''
    message.attributes = this.attributes.of(bytes, head, target, original)
    const { fields, fieldsAt } = head
    if (fields.traceEnd > 0) readTraceparent(bytes, fieldsAt + fields.traceAt, fieldsAt + fields.traceEnd, message)
  }

  /** Gives each request its answer, in order (RFC 9112 §9.3.2). */
  private readResponses(turn: Turn, found: Messages, answersLast: boolean): void {
    const all = turn.responseAt + turn.responseBytes
    let at = turn.responseAt
    for (let i = 0; i < found.count; i++) {
      const message = found.at(i)
      const last = i === found.count - 1
      if (message.continues && !answersLast) {
        // The answer itself came earlier: what comes now is its rest, all of it if no request follows.
        if (last) message.responseBytes = turn.responseBytes
        continue
      }
      const end = this.readResponse(turn, at, all, message)
      const complete = message.response === RESPONSE.complete
      message.responseBytes = (last || !complete ? all : Math.min(end, all)) - at
      at = complete ? end : all
      if (complete && endsHttp(message)) found.ended = true
    }
    const latest = found.at(found.count - 1)
    if (latest.continues && !answersLast) return
    this.unfinished = latest.response <= RESPONSE.interim
    this.lastMethod = latest.method
    this.lastAttributes = latest.attributes
  }

  /** Reads the interim answers at `at` and the final one; returns where that ends. */
  private readResponse(turn: Turn, at: number, all: number, message: Message): number {
    const bodyless = message.method === HEAD_METHOD ? 'HEAD' : message.method === CONNECT_METHOD ? 'CONNECT' : undefined
    const { bytes, responsePrefixEnd } = turn
    while (at < responsePrefixEnd) {
      response.read(bytes, at, responsePrefixEnd, all, bodyless, this.responseFields)
      if (response.status === 0) break
      message.response = response.state
      if (response.state !== RESPONSE.interim) {
        message.status = response.status
        message.responseEnd = response.end - turn.responseAt
        message.error = response.status >= (this.role === 'server' ? 500 : 400)
        if (message.error) message.attributes = withErrorType(message.attributes, String(response.status))
        return response.end
      }
      if (!response.whole) break
      at = response.end
    }
    return at
  }
}

/** After an accepted upgrade, or through a tunnel, come bytes of another protocol (RFC 9110 §7.8, §9.3.6). */
function endsHttp(message: Message): boolean {
  return message.status === 101 || (message.method === CONNECT_METHOD && message.status >= 200 && message.status < 300)
}

/** Bytes of a request that wasn't captured: after others it is one more than could be read, alone it is unreadable. */
function beyond(found: Messages): void {
  if (found.count > 0) found.beyondPrefix++
  else found.undecoded = true
}

/** Empty lines before a request line are to be ignored (RFC 9112 §2.2). */
function skipEmptyLines(bytes: Buffer, at: number, end: number): number {
  while (at < end && (bytes[at] === 13 || bytes[at] === 10)) at++
  return at
}

function beginsRequest(bytes: Buffer, at: number, end: number): boolean {
  return head.read(bytes, at, end) >= HEAD.cut && methodAt(bytes, at, head.methodEnd) !== OTHER_METHOD
}
