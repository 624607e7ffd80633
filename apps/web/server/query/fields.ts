import { z } from '@hono/zod-openapi'
import { formatInstant } from '@sonde/shared/units'

/** Fields that many answers have. */
export const Instant = z.string().openapi({ format: 'date-time', description: 'RFC 3339, UTC, nine fractional digits.', example: '2026-11-22T22:14:15.123456789Z' })
export const Count = z.int().min(0)
export const DurationNs = z.int().openapi({ description: 'Nanoseconds.' })
export const Rate = z.number().openapi({ description: 'Per second.' })
export const Share = z.number().openapi({ description: '0–1.' })
export const Host = z.string().openapi({ description: 'The id of the host.' })

export const Percentiles = z.object({ p50: DurationNs.nullable(), p95: DurationNs.nullable(), p99: DurationNs.nullable() }).openapi('Percentiles', {
  description: 'Nearest rank over all durations of the range: values that occurred, so the error is 0. Null if there was none.',
})

export const Histogram = z.object({
  buckets: z.array(z.tuple([DurationNs, DurationNs, Count])).openapi({ description: '[lowerNs, upperNs, count], lower inclusive, upper exclusive; buckets without a count are left out.' }),
  count: Count,
}).openapi('Histogram', { description: 'Log-linear: 16 steps a doubling from 1 µs, so a bucket is at most 6.25 % wide; below, 64 ns. Counts are exact.' })

export const Problem = z.object({ what: z.string(), detail: z.string(), fix: z.string() }).openapi('Problem')

export const instant = formatInstant
/** 0 is none. */
export const instantOrNull = (wall: unknown): string | null => (wall === 0n ? null : formatInstant(wall as bigint))
/** −1 is not seen. */
export const nsOrNull = (ns: unknown): number | null => (Number(ns) < 0 ? null : Number(ns))
export const textOrNull = (text: unknown): string | null => (text === '' ? null : String(text))
export const roleName = (role: unknown): 'server' | 'client' => (Number(role) === 1 ? 'client' : 'server')
