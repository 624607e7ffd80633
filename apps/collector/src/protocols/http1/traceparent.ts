import type { Message } from '../protocol.ts'

/** Length of `00-<32 hex>-<16 hex>-<2 hex>`. */
const LENGTH = 55

/**
 * Reads a traceparent (W3C Trace Context §3.2) at [at, end) into the message; leaves it untraced if the value is invalid:
 * then, says §4.3, the trace begins anew.
 */
export function readTraceparent(text: string, at: number, end: number, message: Message): void {
  const length = end - at
  if (length < LENGTH || !isDash(text, at + 2) || !isDash(text, at + 35) || !isDash(text, at + 52)) return
  const version = lowerHex(text, at, 2)
  if (version < 0 || version === 0xff || lowerHex(text, at + 53, 2) < 0) return
  if (length > LENGTH && (version === 0 || !isDash(text, at + LENGTH))) return
  let traceBits = 0
  for (let i = 0; i < 4; i++) {
    const word = lowerHex(text, at + 3 + 8 * i, 8)
    if (word < 0) return
    message.traceId[i] = word
    traceBits |= word
  }
  const high = lowerHex(text, at + 36, 8)
  const low = lowerHex(text, at + 44, 8)
  if (high < 0 || low < 0 || (high | low) === 0 || traceBits === 0) return
  message.parentId[0] = high
  message.parentId[1] = low
  message.traced = true
}

function isDash(text: string, at: number): boolean {
  return text.charCodeAt(at) === 45
}

/** `digits` (at most 8) lower-case hexadecimal digits as a number, −1 if any is none. */
function lowerHex(text: string, at: number, digits: number): number {
  let value = 0
  for (let i = at; i < at + digits; i++) {
    const code = text.charCodeAt(i)
    if (code >= 48 && code <= 57) value = (value << 4) | (code - 48)
    else if (code >= 97 && code <= 102) value = (value << 4) | (code - 87)
    else return -1
  }
  return value >>> 0
}
