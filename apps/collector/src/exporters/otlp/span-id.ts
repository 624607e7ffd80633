/**
 * The span id of the client's end of the request whose pair key is given, as `model/ids.ts` makes it: 16 hex digits. So
 * the server's span knows its parent without waiting for the client's row. `span-id.test.ts` holds the two together.
 */
export function clientSpanId(pairHigh: number, pairLow: number): string {
  const salt = 0x452821e6
  const low = (mix(Math.imul(pairLow, 0xc2b2ae3d) ^ pairHigh ^ salt) | 1) >>> 0
  const high = mix(Math.imul(pairHigh, 0x9e3779b1) ^ pairLow ^ salt) >>> 0
  return hexOf(high, low)
}

function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}

const WORD = (word: number) => word.toString(16).padStart(8, '0')

/** Two unsigned halves as 16 lower-case hex digits. */
export const hexOf = (high: number, low: number): string => WORD(high) + WORD(low)
