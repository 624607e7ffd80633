import { lineFeed, Sample } from '../bytes.ts'
import { RESPONSE, type ResponseState } from '../protocol.ts'
import { chunks, CONTENT_LENGTH, contentLength, isChunked, lineEnd, TRANSFER_ENCODING, walkChunks } from './field.ts'
import type { Repeated } from './repeated.ts'

const VERSION = Sample.of('HTTP/1.')

/** The method by which a response may have no body whatever its fields say. */
export type Bodyless = 'HEAD' | 'CONNECT' | undefined

/** A response's status line and the fields that say how long it is. */
export class ResponseFields {
  /** 0 if there is no status line. */
  status = 0
  /** True if the empty line was seen. */
  whole = false
  /** Of the head; as far as it was captured, if it isn't whole. */
  length = 0
  contentLength = -1
  chunked = false

  read(bytes: Buffer, begin: number, seen: number): this {
    this.whole = false
    this.contentLength = -1
    this.chunked = false
    this.length = seen - begin
    this.status = isStatusLine(bytes, begin, seen) ? statusAt(bytes, begin, seen) : 0
    if (this.status === 0) return this
    let lf = lineFeed(bytes, begin, seen)
    while (lf >= 0) {
      const at = lf + 1
      lf = lineFeed(bytes, at, seen)
      if (lf < 0) break
      const end = lineEnd(bytes, at, lf)
      if (end === at) {
        this.whole = true
        this.length = lf + 1 - begin
        break
      }
      const first = bytes[at]! | 32
      if (first === 99) {
        if (this.contentLength < 0 && CONTENT_LENGTH.names(bytes, at, end)) this.contentLength = contentLength(bytes, at, end)
      } else if (first === 116 && TRANSFER_ENCODING.names(bytes, at, end)) this.chunked = isChunked(bytes, at, end)
    }
    return this
  }
}

const NO_FIELDS = new ResponseFields()

/** One response: its status and where it ends, as far as its first bytes tell (RFC 9112 §6.3). Reused. */
export class ResponseHead {
  /** 0 if there is no status line. */
  status = 0
  state: ResponseState = RESPONSE.none
  /** Where the response ends; the earliest place if `open`, Infinity if nothing tells. */
  end = Infinity
  /** True if the head itself is whole. */
  whole = false
  private fields = NO_FIELDS
  private readonly ownFields = new ResponseFields()

  /**
   * Reads the response at `at`. `seen` is where the bytes end that were captured, `all` where all of them do; `repeated`
   * knows the connection's heads from before.
   */
  read(bytes: Buffer, at: number, seen: number, all: number, bodyless: Bodyless, repeated: Repeated<ResponseFields>): void {
    this.status = 0
    this.state = RESPONSE.none
    this.end = Infinity
    this.whole = false
    this.fields = this.fieldsAt(bytes, at, seen, repeated)
    this.status = this.fields.status
    if (this.status === 0) return
    this.whole = this.fields.whole
    const body = at + this.fields.length
    if (this.status < 200 && this.status !== 101) {
      this.state = RESPONSE.interim
      this.end = body
    } else if (!this.whole) this.endOfCut(seen, all, bodyless)
    else this.endOfWhole(bytes, body, seen, all, bodyless)
  }

  private fieldsAt(bytes: Buffer, at: number, seen: number, repeated: Repeated<ResponseFields>): ResponseFields {
    const known = repeated.find(bytes, at, seen)
    if (known) return known
    if (!repeated.wants()) return this.ownFields.read(bytes, at, seen)
    const fields = new ResponseFields().read(bytes, at, seen)
    if (fields.whole) repeated.keep(bytes, at, at + fields.length, fields)
    return fields
  }

  private hasNoBody(bodyless: Bodyless): boolean {
    const { status } = this
    return status === 101 || status === 204 || status === 304 || bodyless === 'HEAD' || (bodyless === 'CONNECT' && status < 300)
  }

  /** The head is longer than what was captured: at most it can be told that the response isn't over. */
  private endOfCut(seen: number, all: number, bodyless: Bodyless): void {
    const least = seen + (this.fields.contentLength > 0 && !this.fields.chunked && !this.hasNoBody(bodyless) ? this.fields.contentLength : 0)
    this.state = least > all || all === seen ? RESPONSE.open : RESPONSE.unknown
    if (this.state === RESPONSE.open) this.end = Math.max(least, all + 1)
  }

  private endOfWhole(bytes: Buffer, body: number, seen: number, all: number, bodyless: Bodyless): void {
    if (this.hasNoBody(bodyless)) {
      this.end = body
      this.state = RESPONSE.complete
    } else if (this.fields.chunked) {
      walkChunks(bytes, body, seen, all)
      if (!chunks.hidden) this.end = chunks.end
      this.state = chunks.complete ? RESPONSE.complete : chunks.hidden ? RESPONSE.unknown : RESPONSE.open
    } else if (this.fields.contentLength >= 0) {
      this.end = body + this.fields.contentLength
      this.state = this.end <= all ? RESPONSE.complete : RESPONSE.open
    } else this.state = RESPONSE.open // until the connection closes: `end` stays Infinity
  }
}

/** True if a response of HTTP/1 stands at `at`. */
export function isStatusLine(bytes: Buffer, at: number, end: number): boolean {
  return VERSION.standsAt(bytes, at, end)
}

/** `HTTP/1.1 200` → 200; 0 if the three digits aren't there. */
function statusAt(bytes: Buffer, at: number, end: number): number {
  if (at + 12 > end) return 0
  let status = 0
  for (let i = at + 9; i < at + 12; i++) {
    const digit = bytes[i]! - 48
    if (digit < 0 || digit > 9) return 0
    status = status * 10 + digit
  }
  return status >= 100 ? status : 0
}
