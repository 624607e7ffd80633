/**
 * Units at the seams. Times that leave the host are wall-clock nanoseconds and need 64 bits; times inside the collector
 * are boot-time nanoseconds, exact in a `number` for 104 days of uptime (2^53 ns); durations are `number`s throughout.
 */

/** Nanoseconds since boot (`CLOCK_BOOTTIME`), as the kernel stamps records. */
export type BootNanoseconds = number
/** Nanoseconds since the Unix epoch. Never a `number`: 1.8e18 needs 61 bits. */
export type WallNanoseconds = bigint
/** A length of time in nanoseconds. */
export type Nanoseconds = number

const NS_PER_SECOND = 1_000_000_000n

/** RFC 3339 in UTC with nine fractional digits: `2026-11-22T22:14:15.123456789Z`. */
export function formatInstant(wall: WallNanoseconds): string {
  const seconds = wall / NS_PER_SECOND
  const fraction = String(wall % NS_PER_SECOND).padStart(9, '0')
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`
}

const INSTANT = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/

/** Parses RFC 3339; `undefined` if it isn't one (or names a day that doesn't exist). */
export function parseInstant(text: string): WallNanoseconds | undefined {
  const parts = INSTANT.exec(text)
  if (!parts) return undefined
  const local = parts[1]!.replace(/[ t]/, 'T')
  const ms = Date.parse(`${local}${parts[3]!.toUpperCase()}`)
  if (Number.isNaN(ms) || new Date(`${local}Z`).toISOString().slice(0, 19) !== local) return undefined // Date goes on to 2 March for 30 February
  return BigInt(ms) * 1_000_000n + BigInt((parts[2] ?? '').padEnd(9, '0'))
}

/** `127.0.0.1:8080`, `[::1]:8080`. */
export function formatEndpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** A 64-bit id as 16 lower-case hex digits. */
export function hex64(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0')
}
