import { lineFeed, startsWith } from '../bytes.ts'
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
const VERSION = ' HTTP/1.'

/** A request's head, as ranges in the bytes it was read from. Reused. Reads what framing and description need, nothing else. */
export class RequestHead {
  at = 0
  methodEnd = 0
  targetAt = 0
  targetEnd = 0
  /** Minor version; −1 if it wasn't seen. */
  minor = -1
  /** After the empty line; where the bytes end, unless the head is whole. */
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

  /** Reads the head that begins at `at`, of bytes that go to `end` (RFC 9112 §2–§5); bare LF ends a line as CR LF does. */
  read(bytes: Buffer, at: number, end: number): HeadState {
    this.at = at
    this.end = end
    this.minor = -1
    this.contentLength = -1
    this.chunked = false
    this.hostAt = this.hostEnd = this.userAgentAt = this.userAgentEnd = this.traceAt = this.traceEnd = 0
    const lf = lineFeed(bytes, at, end)
    const line = this.readLine(bytes, at, lf < 0 ? end : lineEnd(bytes, at, lf), lf < 0)
    return line === HEAD.cut ? this.readFields(bytes, lf + 1, end) : line
  }

  private readLine(bytes: Buffer, at: number, end: number, open: boolean): HeadState {
    let i = at
    const longest = Math.min(end, at + MAX_METHOD + 1)
    while (i < longest && isTokenCharacter(bytes[i]!)) i++
    if (i === at) return HEAD.none
    if (i === end) return open && i - at <= MAX_METHOD ? HEAD.begun : HEAD.none
    if (bytes[i] !== 32) return HEAD.none
    this.methodEnd = i
    this.targetAt = i + 1
    if (open) return this.readOpenLine(bytes, end)
    const space = end - VERSION.length - 1
    if (space <= this.targetAt || !startsWith(bytes, space, end, VERSION)) return HEAD.none
    this.targetEnd = space
    this.minor = bytes[end - 1]! - 48
    return this.minor >= 0 && this.minor <= 9 ? HEAD.cut : HEAD.none
  }

  /** A request line whose end isn't there: the target goes as far as it is seen. */
  private readOpenLine(bytes: Buffer, end: number): HeadState {
    let space = this.targetAt
    while (space < end && bytes[space] !== 32) space++
    if (space === this.targetAt && space < end) return HEAD.none
    this.targetEnd = startsWith(bytes, space, end, VERSION.slice(0, Math.min(VERSION.length, end - space))) ? space : end
    return HEAD.line
  }

  private readFields(bytes: Buffer, at: number, end: number): HeadState {
    for (;;) {
      const lf = lineFeed(bytes, at, end)
      if (lf < 0) return HEAD.cut
      const contentEnd = lineEnd(bytes, at, lf)
      if (contentEnd === at) {
        this.end = lf + 1
        return HEAD.whole
      }
      this.readField(bytes, at, contentEnd)
      at = lf + 1
    }
  }

  private readField(bytes: Buffer, at: number, end: number): void {
    switch (bytes[at]! | 32) {
      case 104: // h
        if (this.hostEnd === 0 && isField(bytes, at, end, 'host')) {
          this.hostAt = valueAt(bytes, at + 4, end)
          this.hostEnd = valueEnd(bytes, this.hostAt, end)
        }
        return
      case 117: // u
        if (this.userAgentEnd === 0 && isField(bytes, at, end, 'user-agent')) {
          this.userAgentAt = valueAt(bytes, at + 10, end)
          this.userAgentEnd = valueEnd(bytes, this.userAgentAt, end)
        }
        return
      case 116: // t
        if (isField(bytes, at, end, 'traceparent')) {
          this.traceAt = valueAt(bytes, at + 11, end)
          this.traceEnd = valueEnd(bytes, this.traceAt, end)
        } else if (isField(bytes, at, end, 'transfer-encoding')) this.chunked = isChunked(bytes, at, end)
        return
      case 99: // c
        if (this.contentLength < 0 && isField(bytes, at, end, 'content-length')) this.contentLength = contentLength(bytes, at, end)
    }
  }
}

/** `tchar` of RFC 9110 §5.6.2. */
function isTokenCharacter(code: number): boolean {
  return code < 128 && TOKEN[code] === 1
}

const TOKEN = new Uint8Array(128)
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") TOKEN[character.charCodeAt(0)] = 1
