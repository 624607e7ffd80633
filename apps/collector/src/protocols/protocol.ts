import { EMPTY_LABEL, type Label } from './label.ts'

export { EMPTY_LABEL, Label } from './label.ts'

/**
 * A protocol: how the bytes of a connection's turns become requests. Everything it knows leaves it as text in
 * OpenTelemetry's words, so nothing downstream knows a protocol's name.
 */
export interface Protocol {
  /** `network.protocol.name`. */
  readonly label: Label
  /** True if this protocol reads what its connections carry; false if it only recognises it (TLS). */
  readonly decodes: boolean
  /**
   * How surely these are this protocol's bytes. Either range may be empty or end anywhere. Must not look at ports and
   * must not throw on any bytes.
   */
  detect(bytes: Buffer, requestAt: number, requestEnd: number, responseAt: number, responseEnd: number): Confidence
  /** A reader for one connection, which keeps what goes from one turn to the next. Bounded: a few KiB. */
  open(role: Role): TurnReader
}

/** 0 no, 1 may be (taken if nothing is surer), 2 yes. */
export type Confidence = 0 | 1 | 2

/** Which end of a connection is read. */
export type Role = 'server' | 'client'

/** What a reader may look at of a turn: bytes from the client, then bytes from the server. Valid during the call. */
export interface Turn {
  readonly bytes: Buffer
  /** The captured first bytes of each direction: [requestAt, requestPrefixEnd) and [responseAt, responsePrefixEnd). */
  readonly requestAt: number
  readonly requestPrefixEnd: number
  readonly responseAt: number
  readonly responsePrefixEnd: number
  /** All bytes of each direction. */
  readonly requestBytes: number
  readonly responseBytes: number
  /** The connection ended before an answer. */
  readonly closed: boolean
}

export interface TurnReader {
  /** Reads one turn into `found`, which the caller has reset. Never throws. */
  read(turn: Turn, found: Messages): void
  /**
   * Reads an answer that begins at `responseAt` of a turn read before, whose request is the only message in `found`, with
   * its method and attributes. Of the turn only the response's captured bytes are there. `last`: no request of that turn
   * is behind it. Sets status, error and attributes; `response` is interim, or unknown for a final answer, or stays none.
   */
  readAnswer(turn: Turn, found: Messages, last: boolean): void
  /** The connection is idle: lets go what only makes reading faster. True if nothing else is kept: a new reader would do as well. */
  rest?(): boolean
}

/** How far the answer to a request has come. */
export const RESPONSE = {
  /** No byte of it was seen; or its first bytes are beyond the captured prefix, if the turn has more response bytes. */
  none: 0,
  /** Only interim answers were seen; the final one comes with the next turn, or beyond the captured prefix. */
  interim: 1,
  /** It has begun, and it is known that `responseEnd` is not reached. */
  open: 2,
  /** It has begun; its end can't be told from what was captured. */
  unknown: 3,
  complete: 4,
} as const
export type ResponseState = (typeof RESPONSE)[keyof typeof RESPONSE]

/** One request and what is known of its answer: the row to be, in the protocol's part of it. Reused. */
export class Message {
  /** True if it is no new request: this turn goes on with the one before (the rest of its body; the final answer). */
  continues = false
  /** Where it begins, in bytes from the first byte of the turn's request; below 0 if it began in the turn before. */
  offset = 0
  /** Bytes of it in this turn. */
  requestBytes = 0
  responseBytes = 0
  response: ResponseState = RESPONSE.none
  /** Bytes of this turn's response at which this answer is complete; Infinity if only the connection's end says so. */
  responseEnd = Infinity
  /** Operation: HTTP method, SQL verb, command. */
  method: Label = EMPTY_LABEL
  target: Label = EMPTY_LABEL
  path: Label = EMPTY_LABEL
  status = 0
  /** By the rule of the reader's role. */
  error = false
  /** JSON object of OpenTelemetry attributes, '' if none. */
  attributes: Label = EMPTY_LABEL
  /** W3C trace context, if `traced`: four words of the trace id and two of the parent's span id, most significant first. */
  traced = false
  readonly traceId: [number, number, number, number] = [0, 0, 0, 0]
  readonly parentId: [number, number] = [0, 0]

  reset(): void {
    this.continues = false
    this.offset = 0
    this.requestBytes = 0
    this.responseBytes = 0
    this.response = RESPONSE.none
    this.responseEnd = Infinity
    this.method = EMPTY_LABEL
    this.target = EMPTY_LABEL
    this.path = EMPTY_LABEL
    this.status = 0
    this.error = false
    this.attributes = EMPTY_LABEL
    this.traced = false
  }
}

/** More requests than fit 1,024 bytes of any protocol we know; beyond it they are lost, and counted. */
export const MAX_MESSAGES = 64

/** What a turn held. Reused. */
export class Messages {
  count = 0
  /** Requests that were certainly there but not captured: at least so many. */
  beyondPrefix = 0
  /** True if the turn's request isn't this protocol's, from the end of the last message on. */
  undecoded = false
  /** True if the connection speaks something else from here on: an accepted upgrade or tunnel. */
  ended = false
  private readonly items: Message[] = [new Message()]

  reset(): void {
    this.count = 0
    this.beyondPrefix = 0
    this.undecoded = false
    this.ended = false
  }

  /** The next message, reset; undefined if there are MAX_MESSAGES already. */
  add(): Message | undefined {
    if (this.count === MAX_MESSAGES) return undefined
    let message = this.items[this.count]
    if (message) message.reset()
    else this.items[this.count] = message = new Message()
    this.count++
    return message
  }

  /** Takes back the last one added. */
  remove(): void {
    this.count--
  }

  at(index: number): Message {
    return this.items[index]!
  }
}
