import { lineFeed } from '../bytes.ts'
import type { Label } from '../protocol.ts'
import { CONTENT_LENGTH, contentLength, isChunked, lineEnd, TRANSFER_ENCODING, valueAt, valueEnd, Word } from './field.ts'

const HOST = new Word('host')
const USER_AGENT = new Word('user-agent')
const TRACEPARENT = new Word('traceparent')

/** The header fields of a request, as far as framing and description need them. Places count from the first field. */
export class RequestFields {
  /** True if the empty line was seen. */
  whole = false
  /** After the empty line; where the bytes end if it wasn't seen. */
  length = 0
  /** −1 if there is none. */
  contentLength = -1
  chunked = false
  hostAt = 0
  hostEnd = 0
  userAgentAt = 0
  userAgentEnd = 0
  traceAt = 0
  traceEnd = 0
  /** What they say in attributes, by the minor version they were said in: see `attributes.ts`. */
  attributes: Label | undefined = undefined
  attributesMinor = -1

  /** Reads the fields from `begin` to the empty line, or to `end`. */
  read(bytes: Buffer, begin: number, end: number): this {
    this.whole = false
    this.contentLength = -1
    this.chunked = false
    this.hostAt = this.hostEnd = this.userAgentAt = this.userAgentEnd = this.traceAt = this.traceEnd = 0
    this.attributes = undefined
    let at = begin
    for (;;) {
      const lf = lineFeed(bytes, at, end)
      if (lf < 0) break
      const contentEnd = lineEnd(bytes, at, lf)
      if (contentEnd === at) {
        this.whole = true
        this.length = lf + 1 - begin
        return this
      }
      this.readField(bytes, begin, at, contentEnd)
      at = lf + 1
    }
    this.length = end - begin
    return this
  }

  private readField(bytes: Buffer, begin: number, at: number, end: number): void {
    switch (bytes[at]! | 32) {
      case 104: // h
        if (this.hostEnd === 0 && HOST.names(bytes, at, end)) {
          const value = valueAt(bytes, at + HOST.length, end)
          this.hostAt = value - begin
          this.hostEnd = valueEnd(bytes, value, end) - begin
        }
        return
      case 117: // u
        if (this.userAgentEnd === 0 && USER_AGENT.names(bytes, at, end)) {
          const value = valueAt(bytes, at + USER_AGENT.length, end)
          this.userAgentAt = value - begin
          this.userAgentEnd = valueEnd(bytes, value, end) - begin
        }
        return
      case 116: // t
        if (TRACEPARENT.names(bytes, at, end)) {
          const value = valueAt(bytes, at + TRACEPARENT.length, end)
          this.traceAt = value - begin
          this.traceEnd = valueEnd(bytes, value, end) - begin
        } else if (TRANSFER_ENCODING.names(bytes, at, end)) this.chunked = isChunked(bytes, at, end)
        return
      case 99: // c
        if (this.contentLength < 0 && CONTENT_LENGTH.names(bytes, at, end)) this.contentLength = contentLength(bytes, at, end)
    }
  }
}
