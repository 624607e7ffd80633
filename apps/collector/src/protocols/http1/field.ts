/** Header field lines of HTTP/1 (RFC 9112 §5), looked at in place: a name is compared where it stands, a value is a range. */

const CR = 13
const SPACE = 32
const TAB = 9
const COLON = 58

/** True if the line at `at` is the field `name` (lower case), in any case. */
export function isField(text: string, at: number, name: string): boolean {
  if (text.charCodeAt(at + name.length) !== COLON) return false
  return sameIgnoringCase(text, at, name)
}

/** True if `lower` (lower case) stands at `at` in any case. */
export function sameIgnoringCase(text: string, at: number, lower: string): boolean {
  for (let i = 0; i < lower.length; i++) {
    const code = text.charCodeAt(at + i)
    const want = lower.charCodeAt(i)
    if (code !== want && !(code === want - 32 && want >= 97 && want <= 122)) return false
  }
  return true
}

/** Where the value begins that a line's colon at `colon` announces: optional whitespace is skipped. */
export function valueAt(text: string, colon: number, end: number): number {
  let at = colon + 1
  while (at < end && isBlank(text.charCodeAt(at))) at++
  return at
}

/** Where the value ends of a line that ends at `end`: trailing whitespace is left out. */
export function valueEnd(text: string, at: number, end: number): number {
  while (end > at && isBlank(text.charCodeAt(end - 1))) end--
  return end
}

/** End of the line's content, without CR LF or LF; `lf` is where its LF stands. */
export function lineEnd(text: string, at: number, lf: number): number {
  return lf > at && text.charCodeAt(lf - 1) === CR ? lf - 1 : lf
}

/**
 * A Content-Length (RFC 9110 §8.6), also as a list of equal values; −1 if it isn't one. No larger than 2^53.
 */
export function contentLength(text: string, at: number, end: number): number {
  let value = 0
  let i = at
  for (; i < end; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    if (value > Number.MAX_SAFE_INTEGER) return -1
  }
  if (i === at) return -1
  if (i === end) return value
  const first = text.slice(at, i)
  const list = text.slice(i, end).split(',')
  return list.shift()!.trim() === '' && list.length > 0 && list.every((other) => other.trim() === first) ? value : -1
}

/** True if a Transfer-Encoding ends in `chunked`, as one that frames a message must (RFC 9112 §6.1). */
export function isChunked(text: string, at: number, end: number): boolean {
  return end - at >= 7 && sameIgnoringCase(text, end - 7, 'chunked')
}

/** What walking over a chunked body found. Reused. */
export const chunks = {
  /** Where the body ends; if `complete` is false, where it ends at the earliest. */
  end: 0,
  complete: false,
  /** True if the bytes that would tell are beyond `text`. */
  hidden: false,
}

/** `0 CR LF CR LF`: the only way a chunked body goes on for exactly five bytes. */
const LAST_CHUNK_BYTES = 5

/**
 * Walks over the chunks (RFC 9112 §7.1) of a body that begins at `at`, as far as `text` has them; `all` is where the
 * bytes end that there are, seen or not. Writes `chunks`.
 */
export function walkChunks(text: string, at: number, all: number): void {
  chunks.complete = false
  chunks.hidden = false
  while (at < text.length) {
    const lf = text.indexOf('\n', at)
    if (lf < 0) break
    const size = chunkSize(text, at, lf)
    if (size < 0) return hide(at) // not a chunk: what follows can't be told
    if (size === 0) return walkTrailer(text, lf + 1)
    at = lf + 1 + size + 2
  }
  chunks.end = at + LAST_CHUNK_BYTES
  chunks.complete = chunks.end === all
  chunks.hidden = chunks.end < all
}

function walkTrailer(text: string, at: number): void {
  for (;;) {
    const lf = text.indexOf('\n', at)
    if (lf < 0) return hide(at)
    if (lineEnd(text, at, lf) === at) break
    at = lf + 1
  }
  chunks.end = text.indexOf('\n', at) + 1
  chunks.complete = true
}

function hide(at: number): void {
  chunks.end = at
  chunks.hidden = true
}

/** Hexadecimal size at the head of a chunk line, extensions ignored; −1 if there is none or it is beyond 2^32. */
function chunkSize(text: string, at: number, end: number): number {
  let size = 0
  let i = at
  for (; i < end; i++) {
    const digit = hexDigit(text.charCodeAt(i))
    if (digit < 0) break
    size = size * 16 + digit
    if (size > 0xffffffff) return -1
  }
  return i === at ? -1 : size
}

/** Value of a hexadecimal digit's code, −1 if it is none. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

