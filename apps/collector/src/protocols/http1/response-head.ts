import { lineFeed, startsWith } from '../bytes.ts'
import { RESPONSE, type ResponseState } from '../protocol.ts'
import { chunks, contentLength, isChunked, isField, lineEnd, walkChunks } from './field.ts'

/** The method by which a response may have no body whatever its fields say. */
export type Bodyless = 'HEAD' | 'CONNECT' | undefined

/** One response: its status and where it ends, as far as its first bytes tell (RFC 9112 §6.3). Reused. */
export class ResponseHead {
  /** 0 if there is no status line. */
  status = 0
  state: ResponseState = RESPONSE.none
  /** Where the response ends; the earliest place if `open`, Infinity if nothing tells. */
  end = Infinity
  /** True if the head itself is whole. */
  whole = false
  private contentLength = -1
  private chunked = false

  /** Reads the response at `at`. `seen` is where the bytes end that were captured, `all` where all of them do. */
  read(bytes: Buffer, at: number, seen: number, all: number, bodyless: Bodyless): void {
    this.status = 0
    this.state = RESPONSE.none
    this.end = Infinity
    this.whole = false
    if (!isStatusLine(bytes, at, seen)) return
    this.status = statusAt(bytes, at, seen)
    if (this.status === 0) return
    const body = this.readFields(bytes, at, seen)
    if (this.status < 200 && this.status !== 101) {
      this.state = RESPONSE.interim
      this.end = body
    } else if (!this.whole) this.endOfCut(seen, all, bodyless)
    else this.endOfWhole(bytes, body, seen, all, bodyless)
  }

  /** Reads the fields that say how long it is; returns where the body begins, or where the captured bytes end. */
  private readFields(bytes: Buffer, at: number, seen: number): number {
    this.contentLength = -1
    this.chunked = false
    let lf = lineFeed(bytes, at, seen)
    while (lf >= 0) {
      at = lf + 1
      lf = lineFeed(bytes, at, seen)
      if (lf < 0) break
      const end = lineEnd(bytes, at, lf)
      if (end === at) {
        this.whole = true
        return lf + 1
      }
      const first = bytes[at]! | 32
      if (first === 99) {
        if (this.contentLength < 0 && isField(bytes, at, end, 'content-length')) this.contentLength = contentLength(bytes, at, end)
      } else if (first === 116 && isField(bytes, at, end, 'transfer-encoding')) this.chunked = isChunked(bytes, at, end)
    }
    return seen
  }

  private hasNoBody(bodyless: Bodyless): boolean {
    const { status } = this
    return status === 101 || status === 204 || status === 304 || bodyless === 'HEAD' || (bodyless === 'CONNECT' && status < 300)
  }

  /** The head is longer than what was captured: at most it can be told that the response isn't over. */
  private endOfCut(seen: number, all: number, bodyless: Bodyless): void {
    const least = seen + (this.contentLength > 0 && !this.chunked && !this.hasNoBody(bodyless) ? this.contentLength : 0)
    this.state = least > all || all === seen ? RESPONSE.open : RESPONSE.unknown
    if (this.state === RESPONSE.open) this.end = Math.max(least, all + 1)
  }

  private endOfWhole(bytes: Buffer, body: number, seen: number, all: number, bodyless: Bodyless): void {
    if (this.hasNoBody(bodyless)) {
      this.end = body
      this.state = RESPONSE.complete
    } else if (this.chunked) {
      walkChunks(bytes, body, seen, all)
      if (!chunks.hidden) this.end = chunks.end
      this.state = chunks.complete ? RESPONSE.complete : chunks.hidden ? RESPONSE.unknown : RESPONSE.open
    } else if (this.contentLength >= 0) {
      this.end = body + this.contentLength
      this.state = this.end <= all ? RESPONSE.complete : RESPONSE.open
    } else this.state = RESPONSE.open // until the connection closes: `end` stays Infinity
  }
}

/** True if a response of HTTP/1 stands at `at`. */
export function isStatusLine(bytes: Buffer, at: number, end: number): boolean {
  return startsWith(bytes, at, end, 'HTTP/1.')
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
