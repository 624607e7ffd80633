import { z } from '@hono/zod-openapi'
import { parseInstant } from '@sonde/shared/units'
import type { TimeRange } from '../store/store.ts'
import { BadParameter } from './errors.ts'

const UNIT_NS: Readonly<Record<string, bigint>> = { ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n, d: 86_400_000_000_000n }
const RELATIVE = /^now(?:-(\d{1,9})(s|m|h|d))?$/
const MAX_STEPS = 10_000
/** In 2116, with room to add in 64 bits: nothing is stored from later, nor from before 1970. */
const LATEST = 2n ** 62n - 1n

/** A point in time as asked: fixed, or so long before now. */
export type Moment = { readonly at: bigint } | { readonly beforeNow: bigint }

function parseMoment(text: string): Moment | undefined {
  const relative = RELATIVE.exec(text)
  if (relative) return { beforeNow: relative[1] ? BigInt(relative[1]) * UNIT_NS[relative[2]!]! : 0n }
  const at = parseInstant(text)
  return at === undefined ? undefined : { at: at < 0n ? 0n : at > LATEST ? LATEST : at }
}

const moment = (description: string, example: string) =>
  z.string().transform((text, context) => {
    const parsed = parseMoment(text)
    if (parsed) return parsed
    context.addIssue({ code: 'custom', message: `"${text.slice(0, 40)}" is neither RFC 3339 (2026-11-22T22:14:15Z) nor now, now-15m (s, m, h, d)` })
    return z.NEVER
  }).openapi({ type: 'string', description, example })

export const momentParam = moment

/** `from` and `to`, half-open; by default the last 15 minutes. */
export const rangeParams = {
  from: moment('Begin of the range, inclusive: RFC 3339, `now` or `now-15m` (s, m, h, d). Default: 15 minutes before the end.', 'now-15m').optional(),
  to: moment('End of the range, exclusive. Default: now.', 'now').optional(),
}

export const momentAt = (value: Moment, now: bigint): bigint => ('at' in value ? value.at : now - value.beforeNow)

/** @throws BadParameter if the range ends before it begins */
export function resolveRange(params: { readonly from?: Moment | undefined; readonly to?: Moment | undefined }, now: bigint): TimeRange {
  const to = params.to ? momentAt(params.to, now) : now
  const from = params.from ? momentAt(params.from, now) : to - 900_000_000_000n
  if (from > to) throw new BadParameter(params.from ? 'from' : 'to', 'the range ends before it begins')
  return { from: from < 0n ? 0n : from, to }
}

/** Seconds in a range, for rates; never 0. */
export const seconds = (range: TimeRange): number => Math.max(Number(range.to - range.from) / 1e9, 1e-9)

/** A range that ended a while ago doesn't change any more; late rows come within seconds. */
export function rangeChanges(params: { readonly from?: Moment | undefined; readonly to?: Moment | undefined }, now: bigint): boolean {
  return !params.to || !('at' in params.to) || params.to.at > now - 10_000_000_000n
}

export const stepParam = z.string().transform((text, context) => {
  const parts = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text)
  const ns = parts ? BigInt(parts[1]!) * UNIT_NS[parts[2]!]! : 0n
  if (ns > 0n) return ns
  context.addIssue({ code: 'custom', message: `"${text.slice(0, 40)}" is no length of time such as 500ms, 5s, 1m, 1h` })
  return z.NEVER
}).openapi({ type: 'string', description: 'Length of a step: 500ms, 5s, 1m, 1h. Steps begin at multiples of it since 1970.', example: '10s' })

/** Begins of the steps that touch the range. @throws BadParameter if there are too many */
export function stepTimes(range: TimeRange, stepNs: bigint): bigint[] {
  const first = (range.from / stepNs) * stepNs
  const count = range.to > range.from ? (range.to - first + stepNs - 1n) / stepNs : 0n
  if (count > BigInt(MAX_STEPS)) throw new BadParameter('step', `the range has ${count} such steps; at most ${MAX_STEPS} can be given`)
  return Array.from({ length: Number(count) }, (_, i) => first + BigInt(i) * stepNs)
}
