import { RESPONSE, type Label, type Message, type Messages, type Role, type Turn, type TurnReader, EMPTY_LABEL } from '../protocol.ts'
import { latin1 } from '../bytes.ts'
import { withErrorType } from '../error-type.ts'
import { Attributes, MAX_VALUE } from './attributes.ts'
import { chunks, walkChunks } from './field.ts'
import { methodAt, OTHER_METHOD } from './method.ts'
import { HEAD, RequestHead, type HeadState } from './request-head.ts'
import { isStatusLine, ResponseHead } from './response-head.ts'
import { own, targetOf } from './target.ts'
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
  /** Bytes of the last request's body that the next turns begin with, or UNTOLD. */
  private bodyLeft = 0
  /** The beginning of a head whose rest the next turn brings: the program read it before it answered what stood before. */
  private carry = ''
  /** The last request's final answer is still to come. */
  private unfinished = false
  private lastMethod: Label = EMPTY_LABEL
  private lastAttributes: Label = EMPTY_LABEL

  constructor(role: Role) {
    this.role = role
  }

  read(turn: Turn, found: Messages): void {
    let text = turn.requestPrefixEnd > turn.requestAt ? latin1(turn.bytes, turn.requestAt, turn.requestPrefixEnd) : ''
    // Places are counted in `text`; the turn itself begins at `shift`.
    const shift = this.carry.length
    if (shift > 0) text = this.carry + text
    this.carry = ''
    const all = shift + turn.requestBytes
    const answersLast = this.readRequests(text, all, shift, turn, found)
    if (found.count > 0) this.readResponses(turn, found, answersLast)
  }

  /** Finds the turn's requests. True if the final answer to the request before this turn is expected in it. */
  private readRequests(text: string, all: number, shift: number, turn: Turn, found: Messages): boolean {
    let at = this.skipBody(text, all, shift, found)
    const answersLast = at > 0 && this.unfinished
    while (at < all) {
      at = skipEmptyLines(text, at)
      if (at >= text.length) {
        // Only what was told to the byte can end within what wasn't captured: here another request begins.
        if (at < all) beyond(found)
        break
      }
      const state = head.read(text, at)
      const answered = found.count === 0 && (turn.responseBytes > 0 || turn.closed)
      if (state === HEAD.none || (state <= HEAD.begun && (answered || all > text.length))) {
        found.undecoded = true
        break
      }
      if (state !== HEAD.whole && all === text.length && !answered) {
        if (all - at <= MAX_CARRY) this.carry = own(text.slice(at))
        break
      }
      const message = found.add()
      if (!message) {
        beyond(found)
        this.bodyLeft = 0
        break
      }
      this.describe(text, at, message)
      const end = this.endOf(text, state, all)
      message.offset = at - shift
      message.requestBytes = end - at
      at = end
    }
    return answersLast
  }

  /** Skips what is left of an earlier request's body; returns where it ends. */
  private skipBody(text: string, all: number, shift: number, found: Messages): number {
    if (this.bodyLeft === 0) return 0
    if (this.bodyLeft === UNTOLD && beginsRequest(text)) {
      this.bodyLeft = 0
      return 0
    }
    const end = this.bodyLeft === UNTOLD ? all : Math.min(this.bodyLeft, all)
    if (this.bodyLeft !== UNTOLD) this.bodyLeft -= end
    const message = found.add()!
    message.continues = true
    message.requestBytes = end - shift
    message.method = this.lastMethod
    message.attributes = this.lastAttributes
    return end
  }

  /** Where the request ends whose head was just read; notes what of its body the turn doesn't hold. */
  private endOf(text: string, state: HeadState, all: number): number {
    this.bodyLeft = 0
    if (state !== HEAD.whole) {
      this.bodyLeft = UNTOLD
      return all
    }
    if (head.chunked) {
      walkChunks(text, head.end, all)
      if (chunks.complete) return chunks.end
      this.bodyLeft = UNTOLD
      return all
    }
    const end = head.end + Math.max(0, head.contentLength)
    if (end > all) this.bodyLeft = end - all
    return Math.min(end, all)
  }

  private describe(text: string, at: number, message: Message): void {
    const method = methodAt(text, at, head.methodEnd)
    const target = targetOf(text.slice(head.targetAt, head.targetEnd), method.text === 'CONNECT')
    message.method = method
    message.target = target.target
    message.path = target.path
    const original = method === OTHER_METHOD ? text.slice(at, Math.min(head.methodEnd, at + MAX_VALUE)) : ''
    message.attributes = this.attributes.of(text, head, target, original)
    if (head.traceEnd > 0) readTraceparent(text, head.traceAt, head.traceEnd, message)
  }

  /** Gives each request its answer, in order (RFC 9112 §9.3.2). */
  private readResponses(turn: Turn, found: Messages, answersLast: boolean): void {
    const text = turn.responsePrefixEnd > turn.responseAt ? latin1(turn.bytes, turn.responseAt, turn.responsePrefixEnd) : ''
    const all = turn.responseBytes
    let at = 0
    for (let i = 0; i < found.count; i++) {
      const message = found.at(i)
      const last = i === found.count - 1
      if (message.continues && !answersLast) {
        // The answer itself came earlier: what comes now is its rest, all of it if no request follows.
        if (last) message.responseBytes = all
        continue
      }
      const begin = at
      at = this.readResponse(text, at, all, message)
      const known = message.response === RESPONSE.complete ? Math.min(at, all) : all
      message.responseBytes = (last ? all : known) - begin
      if (message.response !== RESPONSE.complete) at = known
      if (message.response === RESPONSE.complete && this.endsHttp(message)) found.ended = true
    }
    const latest = found.at(found.count - 1)
    if (latest.continues && !answersLast) return
    this.unfinished = latest.response <= RESPONSE.interim
    this.lastMethod = latest.method
    this.lastAttributes = latest.attributes
  }

  /** Reads the interim answers at `at` and the final one; returns where that ends. */
  private readResponse(text: string, at: number, all: number, message: Message): number {
    const bodyless = message.method.text === 'HEAD' || message.method.text === 'CONNECT' ? message.method.text : undefined
    while (at < text.length && isStatusLine(text, at)) {
      response.read(text, at, all, bodyless)
      message.response = response.state
      if (response.state === RESPONSE.interim) {
        if (!response.whole) break
        at = response.end
        continue
      }
      message.status = response.status
      message.responseEnd = response.end
      message.error = response.status >= (this.role === 'server' ? 500 : 400)
      if (message.error) message.attributes = withErrorType(message.attributes, String(response.status))
      return response.end
    }
    return at
  }

  /** After an accepted upgrade, or through a tunnel, come bytes of another protocol (RFC 9110 §7.8, §9.3.6). */
  private endsHttp(message: Message): boolean {
    return message.status === 101 || (message.method.text === 'CONNECT' && message.status >= 200 && message.status < 300)
  }
}

/** Bytes of a request that wasn't captured: after others it is one more than could be read, alone it is unreadable. */
function beyond(found: Messages): void {
  if (found.count > 0) found.beyondPrefix++
  else found.undecoded = true
}

/** Empty lines before a request line are to be ignored (RFC 9112 §2.2). */
function skipEmptyLines(text: string, at: number): number {
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code !== 13 && code !== 10) break
    at++
  }
  return at
}

function beginsRequest(text: string): boolean {
  return head.read(text, 0) >= HEAD.cut && methodAt(text, 0, head.methodEnd) !== OTHER_METHOD
}
