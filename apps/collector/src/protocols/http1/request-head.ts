import { latin1, lineFeed, Sample } from '../bytes.ts'
import { lineEnd } from './field.ts'
import type { Repeated } from './repeated.ts'
import { RequestFields } from './request-fields.ts'

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
const VERSION_TEXT = ' HTTP/1.'
const VERSION = Sample.of(VERSION_TEXT)
const NO_FIELDS = new RequestFields()

/** A request's head, as ranges in the bytes it was read from. Reused. */
export class RequestHead {
  at = 0
  methodEnd = 0
  targetAt = 0
  targetEnd = 0
  /** Minor version; −1 if it wasn't seen. */
  minor = -1
  fieldsAt = 0
  fields = NO_FIELDS
  private readonly ownFields = new RequestFields()

  /** After the empty line; where the bytes end, unless the head is whole. */
  get end(): number {
    return this.fieldsAt + this.fields.length
  }

  /**
   * Reads the head that begins at `at`, of bytes that go to `end` (RFC 9112 §2–§5); bare LF ends a line as CR LF does.
   * `repeated` knows the connection's fields from before.
   */
  read(bytes: Buffer, at: number, end: number, repeated?: Repeated<RequestFields>): HeadState {
    this.at = at
    this.minor = -1
    this.fieldsAt = end
    this.fields = NO_FIELDS
    const lf = lineFeed(bytes, at, end)
    const line = this.readLine(bytes, at, lf < 0 ? end : lineEnd(bytes, at, lf), lf < 0)
    if (line !== HEAD.cut) return line
    this.fieldsAt = lf + 1
    this.fields = repeated ? this.repeatedFields(bytes, end, repeated) : this.ownFields.read(bytes, lf + 1, end)
    return this.fields.whole ? HEAD.whole : HEAD.cut
  }

  private repeatedFields(bytes: Buffer, end: number, repeated: Repeated<RequestFields>): RequestFields {
    const at = this.fieldsAt
    const known = repeated.find(bytes, at, end)
    if (known) return known
    if (!repeated.wants()) return this.ownFields.read(bytes, at, end)
    const fields = new RequestFields().read(bytes, at, end)
    if (fields.whole) repeated.keep(bytes, at, at + fields.length, fields)
    return fields
  }

  private readLine(bytes: Buffer, at: number, end: number, open: boolean): HeadState {
    let i = at
    const longest = Math.min(end, at + MAX_METHOD + 1)
    while (i < longest && isTokenCharacter(bytes[i]!)) i++
    if (i === at) return HEAD.none
    if (i === end) return open && i - at <= MAX_METHOD ? HEAD.begun : HEAD.none
    if (bytes[i] !== 32) return HEAD.none
    this.methodEnd = i
    while (i < end && bytes[i] === 32) i++
    this.targetAt = i
    if (open) return this.readOpenLine(bytes, end)
    const space = end - VERSION.length - 1
    if (space <= this.targetAt || !VERSION.standsAt(bytes, space, end)) return HEAD.none
    this.targetEnd = space
    this.minor = bytes[end - 1]! - 48
    return this.minor >= 0 && this.minor <= 9 ? HEAD.cut : HEAD.none
  }

  /** A request line whose end isn't there: the target goes as far as it is seen. */
  private readOpenLine(bytes: Buffer, end: number): HeadState {
    let space = this.targetAt
    while (space < end && bytes[space] !== 32) space++
    const rest = latin1(bytes, space, Math.min(end, space + VERSION.length))
    this.targetEnd = VERSION_TEXT.startsWith(rest) ? space : end
    return HEAD.line
  }
}

/** `tchar` of RFC 9110 §5.6.2. */
function isTokenCharacter(code: number): boolean {
  return code < 128 && TOKEN[code] === 1
}

const TOKEN = new Uint8Array(128)
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") TOKEN[character.charCodeAt(0)] = 1
