import type { Message } from '../protocol.ts'
import { lowerHex } from './hexadecimal.ts'

/** Length of `00-<32 hex>-<16 hex>-<2 hex>`. */
const LENGTH = 55
const DASH = 45

/**
 * Reads a traceparent (W3C Trace Context §3.2) at [at, end) into the message; leaves it untraced if the value is invalid:
 * then, says §4.3, the trace begins anew.
 */
export function readTraceparent(bytes: Buffer, at: number, end: number, message: Message): void {
  const length = end - at
  if (length < LENGTH || bytes[at + 2] !== DASH || bytes[at + 35] !== DASH || bytes[at + 52] !== DASH) return
  const version = lowerHex(bytes, at, 2)
  if (version < 0 || version === 0xff || lowerHex(bytes, at + 53, 2) < 0) return
  if (length > LENGTH && (version === 0 || bytes[at + LENGTH] !== DASH)) return
  let traceBits = 0
  for (let i = 0; i < 4; i++) {
    const word = lowerHex(bytes, at + 3 + 8 * i, 8)
    if (word < 0) return
    message.traceId[i] = word
    traceBits |= word
  }
  const high = lowerHex(bytes, at + 36, 8)
  const low = lowerHex(bytes, at + 44, 8)
  if (high < 0 || low < 0 || (high | low) === 0 || traceBits === 0) return
  message.parentId[0] = high
  message.parentId[1] = low
  message.traced = true
}
