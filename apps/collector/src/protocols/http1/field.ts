import { hexDigit } from './hexadecimal.ts'
import { latin1, lineFeed } from '../bytes.ts'

/** Header field lines of HTTP/1 (RFC 9112 §5), looked at in place: a name is compared where it stands, a value is a range. */

const CR = 13
const SPACE = 32
const TAB = 9
const COLON = 58

/** A field's name, or another word of the protocol, to be found in any case. */
export class Word {
  /** Lower case, and the same in upper case. */
  private readonly lower: Uint8Array
  private readonly upper: Uint8Array
  readonly length: number

  constructor(text: string) {
    this.lower = Buffer.from(text.toLowerCase(), 'latin1')
    this.upper = Buffer.from(text.toUpperCase(), 'latin1')
    this.length = text.length
  }

  /** True if the word stands at `at`. */
  standsAt(bytes: Buffer, at: number): boolean {
    const { lower, upper } = this
    for (let i = 0; i < lower.length; i++) {
      const code = bytes[at + i]
      if (code !== lower[i] && code !== upper[i]) return false
    }
    return true
  }

  /** True if the line [at, end) is the field of this name. */
  names(bytes: Buffer, at: number, end: number): boolean {
    const colon = at + this.length
    return colon < end && bytes[colon] === COLON && this.standsAt(bytes, at)
  }
}

export const CONTENT_LENGTH = new Word('content-length')
export const TRANSFER_ENCODING = new Word('transfer-encoding')
const CHUNKED = new Word('chunked')

/** Where the value begins after a line's colon: optional whitespace is skipped. */
export function valueAt(bytes: Buffer, colon: number, end: number): number {
  let at = colon + 1
  while (at < end && isBlank(bytes[at]!)) at++
  return at
}

/** Where the value ends of a line that ends at `end`: trailing whitespace is left out. */
export function valueEnd(bytes: Buffer, at: number, end: number): number {
  while (end > at && isBlank(bytes[end - 1]!)) end--
  return end
}

/** End of the line's content, without CR LF or LF; `lf` is where its LF stands. */
export function lineEnd(bytes: Buffer, at: number, lf: number): number {
  return lf > at && bytes[lf - 1] === CR ? lf - 1 : lf
}

/** The Content-Length whose line [at, end) this is (RFC 9110 §8.6), also as a list of equal values; −1 if it isn't one. */
export function contentLength(bytes: Buffer, at: number, end: number): number {
  const begin = valueAt(bytes, at + CONTENT_LENGTH.length, end)
  end = valueEnd(bytes, begin, end)
  let value = 0
  let i = begin
  for (; i < end; i++) {
    const digit = bytes[i]! - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    if (value > Number.MAX_SAFE_INTEGER) return -1
  }
  if (i === begin) return -1
  if (i === end) return value
  const list = latin1(bytes, begin, end).split(',').map((part) => part.trim())
  return list.every((part) => part === list[0]) && list[0] === String(value) ? value : -1
}

/** True if the Transfer-Encoding of the line [at, end) ends in `chunked`, as one that frames a message must (RFC 9112 §6.1). */
export function isChunked(bytes: Buffer, at: number, end: number): boolean {
  end = valueEnd(bytes, at, end)
  return end - at > CHUNKED.length && CHUNKED.standsAt(bytes, end - CHUNKED.length)
}

/** What walking over a chunked body found. Reused. */
export const chunks = {
  /** Where the body ends; if `complete` is false, where it ends at the earliest. */
  end: 0,
  complete: false,
  /** True if the bytes that would tell aren't there. */
  hidden: false,
}

/** `0 CR LF CR LF`: the only way a chunked body goes on for exactly five bytes. */
const LAST_CHUNK_BYTES = 5

/**
 * Walks over the chunks (RFC 9112 §7.1) of a body that begins at `at`, as far as they are seen, to `end`; `all` is where
 * the bytes end that there are, seen or not. Writes `chunks`.
 */
export function walkChunks(bytes: Buffer, at: number, end: number, all: number): void {
  chunks.complete = false
  chunks.hidden = false
  while (at < end) {
    const lf = lineFeed(bytes, at, end)
    if (lf < 0) break
    const size = chunkSize(bytes, at, lf)
    if (size < 0) return hide(at) // not a chunk: what follows can't be told
    if (size === 0) return walkTrailer(bytes, lf + 1, end)
    at = lf + 1 + size + 2
  }
  chunks.end = at + LAST_CHUNK_BYTES
  chunks.complete = at >= end && chunks.end === all
  chunks.hidden = !chunks.complete && chunks.end <= all
}

function walkTrailer(bytes: Buffer, at: number, end: number): void {
  for (;;) {
    const lf = lineFeed(bytes, at, end)
    if (lf < 0) return hide(at)
    if (lineEnd(bytes, at, lf) === at) {
      chunks.end = lf + 1
      chunks.complete = true
      return
    }
    at = lf + 1
  }
}

function hide(at: number): void {
  chunks.end = at
  chunks.hidden = true
}

/** Hexadecimal size at the head of a chunk line, extensions ignored; −1 if there is none or it is beyond 2^32. */
function chunkSize(bytes: Buffer, at: number, end: number): number {
  let size = 0
  let i = at
  for (; i < end; i++) {
    const digit = hexDigit(bytes[i]!)
    if (digit < 0) break
    size = size * 16 + digit
    if (size > 0xffffffff) return -1
  }
  return i === at ? -1 : size
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}
