import { contentLength, isChunked, isField, lineEnd, valueAt, valueEnd } from './field.ts'

/** What stands where a request is expected. */
export const HEAD = {
  /** No request of HTTP/1. */
  none: 0,
  /** Perhaps: the bytes end in what may be a method. */
  begun: 1,
  /** The bytes end within the request line, after the method. */
  line: 2,
  /** The request line is there, the bytes end within the fields. */
  cut: 3,
  whole: 4,
} as const
export type HeadState = (typeof HEAD)[keyof typeof HEAD]

const MAX_METHOD = 24

/** A request's head, as ranges in the text it was read from. Reused. Reads what framing and description need, nothing else. */
export class RequestHead {
  methodEnd = 0
  targetAt = 0
  targetEnd = 0
  /** Minor version; −1 if it wasn't seen. */
  minor = -1
  /** After the empty line; where the text ends, unless the head is whole. */
  end = 0
  /** −1 if there is none. */
  contentLength = -1
  chunked = false
  hostAt = 0
  hostEnd = 0
  userAgentAt = 0
  userAgentEnd = 0
  traceAt = 0
  traceEnd = 0

  /** Reads the head at `at` (RFC 9112 §2–§5); bare LF ends a line as CR LF does. */
  read(text: string, at: number): HeadState {
    this.end = text.length
    this.minor = -1
    this.contentLength = -1
    this.chunked = false
    this.hostAt = this.hostEnd = this.userAgentAt = this.userAgentEnd = this.traceAt = this.traceEnd = 0
    const lf = text.indexOf('\n', at)
    const line = this.readLine(text, at, lf < 0 ? text.length : lineEnd(text, at, lf), lf < 0)
    return line === HEAD.cut ? this.readFields(text, lf + 1) : line
  }

  private readLine(text: string, at: number, end: number, open: boolean): HeadState {
    let i = at
    while (i < end && i - at <= MAX_METHOD && isTokenCharacter(text.charCodeAt(i))) i++
    if (i === at) return HEAD.none
    if (i === end) return open && i - at <= MAX_METHOD ? HEAD.begun : HEAD.none
    if (text.charCodeAt(i) !== 32) return HEAD.none
    this.methodEnd = i
    this.targetAt = i + 1
    if (open) return this.readOpenLine(text, end)
    const space = end - 9 // ' HTTP/1.1'
    if (space <= this.targetAt || !text.startsWith(' HTTP/1.', space)) return HEAD.none
    this.targetEnd = space
    this.minor = text.charCodeAt(end - 1) - 48
    return this.minor >= 0 && this.minor <= 9 ? HEAD.cut : HEAD.none
  }

  /** A request line whose end isn't there: the target goes as far as it is seen. */
  private readOpenLine(text: string, end: number): HeadState {
    const space = text.indexOf(' ', this.targetAt)
    if (space === this.targetAt) return HEAD.none
    this.targetEnd = space < 0 ? end : space
    if (space >= 0 && !' HTTP/1.'.startsWith(text.slice(space, Math.min(end, space + 8)))) this.targetEnd = end
    return HEAD.line
  }

  private readFields(text: string, at: number): HeadState {
    for (;;) {
      const lf = text.indexOf('\n', at)
      if (lf < 0) return HEAD.cut
      const end = lineEnd(text, at, lf)
      if (end === at) {
        this.end = lf + 1
        return HEAD.whole
      }
      this.readField(text, at, end)
      at = lf + 1
    }
  }

  private readField(text: string, at: number, end: number): void {
    switch (text.charCodeAt(at) | 32) {
      case 104: // h
        if (this.hostEnd === 0 && isField(text, at, 'host')) {
          this.hostAt = valueAt(text, at + 4, end)
          this.hostEnd = valueEnd(text, this.hostAt, end)
        }
        return
      case 117: // u
        if (this.userAgentEnd === 0 && isField(text, at, 'user-agent')) {
          this.userAgentAt = valueAt(text, at + 10, end)
          this.userAgentEnd = valueEnd(text, this.userAgentAt, end)
        }
        return
      case 116: // t
        if (isField(text, at, 'traceparent')) {
          this.traceAt = valueAt(text, at + 11, end)
          this.traceEnd = valueEnd(text, this.traceAt, end)
        } else if (isField(text, at, 'transfer-encoding')) {
          this.chunked = isChunked(text, at, valueEnd(text, at, end))
        }
        return
      case 99: // c
        if (this.contentLength < 0 && isField(text, at, 'content-length')) {
          const value = valueAt(text, at + 14, end)
          this.contentLength = contentLength(text, value, valueEnd(text, value, end))
        }
    }
  }
}

/** `tchar` of RFC 9110 §5.6.2. */
function isTokenCharacter(code: number): boolean {
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122) || (code >= 48 && code <= 57)) return true
  return code < 128 && TOKEN_MARKS.includes(String.fromCharCode(code))
}

const TOKEN_MARKS = "!#$%&'*+-.^_`|~"
