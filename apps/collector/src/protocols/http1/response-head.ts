import { chunks, contentLength, isChunked, isField, lineEnd, valueAt, valueEnd, walkChunks } from './field.ts'
import { RESPONSE, type ResponseState } from '../protocol.ts'

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

  /**
   * Reads the response at `at`; `all` is where its bytes end, seen or not. `bodyless` if the request was a HEAD, or a
   * CONNECT that may open a tunnel.
   */
  read(text: string, at: number, all: number, bodyless: 'HEAD' | 'CONNECT' | undefined): void {
    this.status = 0
    this.state = RESPONSE.none
    this.end = Infinity
    this.whole = false
    if (!isStatusLine(text, at)) return
    this.status = statusAt(text, at)
    if (this.status === 0) return
    const body = this.readFields(text, at)
    if (this.status < 200 && this.status !== 101) {
      this.state = RESPONSE.interim
      this.end = body
    } else if (!this.whole) this.endOfCut(text, all, bodyless)
    else this.endOfWhole(text, body, all, bodyless)
  }

  /** Reads the fields that say how long it is; returns where the body begins, or the text's end. */
  private readFields(text: string, at: number): number {
    this.contentLength = -1
    this.chunked = false
    let lf = text.indexOf('\n', at)
    while (lf >= 0) {
      at = lf + 1
      lf = text.indexOf('\n', at)
      if (lf < 0) break
      const end = lineEnd(text, at, lf)
      if (end === at) {
        this.whole = true
        return lf + 1
      }
      const first = text.charCodeAt(at) | 32
      if (first === 99 && this.contentLength < 0 && isField(text, at, 'content-length')) {
        const value = valueAt(text, at + 14, end)
        this.contentLength = contentLength(text, value, valueEnd(text, value, end))
      } else if (first === 116 && isField(text, at, 'transfer-encoding')) {
        this.chunked = isChunked(text, at, valueEnd(text, at, end))
      }
    }
    return text.length
  }

  private hasNoBody(bodyless: 'HEAD' | 'CONNECT' | undefined): boolean {
    const { status } = this
    return status === 101 || status === 204 || status === 304 || bodyless === 'HEAD' || (bodyless === 'CONNECT' && status < 300)
  }

  /** The head is longer than what was captured: at most it can be told that the response isn't over. */
  private endOfCut(text: string, all: number, bodyless: 'HEAD' | 'CONNECT' | undefined): void {
    const least = text.length + (this.contentLength > 0 && !this.chunked && !this.hasNoBody(bodyless) ? this.contentLength : 0)
    this.state = least > all || all === text.length ? RESPONSE.open : RESPONSE.unknown
    if (this.state === RESPONSE.open) this.end = Math.max(least, all + 1)
  }

  private endOfWhole(text: string, body: number, all: number, bodyless: 'HEAD' | 'CONNECT' | undefined): void {
    if (this.hasNoBody(bodyless)) {
      this.end = body
      this.state = RESPONSE.complete
    } else if (this.chunked) {
      walkChunks(text, body, all)
      if (!chunks.hidden) this.end = chunks.end
      this.state = chunks.complete ? RESPONSE.complete : chunks.hidden ? RESPONSE.unknown : RESPONSE.open
    } else if (this.contentLength >= 0) {
      this.end = body + this.contentLength
      this.state = this.end <= all ? RESPONSE.complete : RESPONSE.open
    } else this.state = RESPONSE.open // until the connection closes: `end` stays Infinity
  }
}

/** True if a response of HTTP/1 stands at `at`. */
export function isStatusLine(text: string, at: number): boolean {
  return text.startsWith('HTTP/1.', at)
}

/** `HTTP/1.1 200` → 200; 0 if the three digits aren't there. */
function statusAt(text: string, at: number): number {
  let status = 0
  for (let i = at + 9; i < at + 12; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return 0 // NaN beyond the end
    status = status * 10 + digit
  }
  return status >= 100 ? status : 0
}
