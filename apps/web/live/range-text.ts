import { compact, type Range } from './selection.ts'

/** Ranges as people type and read them. The present is an argument; clock times are in the browser's zone. */

const UNITS: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3600, hour: 3600, hours: 3600, d: 86_400, day: 86_400, days: 86_400 }
const LENGTH = /^(?:last\s+)?(\d{1,6})\s*([a-z]+)$/i
const MOMENT = /^(?:(today|yesterday|\d{4}-\d\d-\d\d)[\sT]+)?(\d{1,2}):(\d\d)(?::(\d\d))?$|^(now|today|yesterday|\d{4}-\d\d-\d\d)$/i
const SEPARATOR = /\s*(?:–|—|\s-\s|\.\.|\sto\s|(?<=\d)-(?=\d{1,2}:))\s*/

/**
 * `90m`, `last 2 h`, `14:02–14:08`, `14:02` (to now), `since 14:02`, `yesterday 9:00 – 10:00`, `2026-11-22 9:00 – 2026-11-23`.
 * Undefined if it is none of these or ends before it begins.
 */
export function parseRangeText(text: string, nowMs: number): Range | undefined {
  const trimmed = text.trim()
  const length = LENGTH.exec(trimmed)
  if (length) {
    const seconds = Number(length[1]) * (UNITS[length[2]!.toLowerCase()] ?? 0)
    return seconds > 0 && seconds <= 366 * 86_400 ? { kind: 'last', seconds } : undefined
  }
  const [first = '', second, more] = trimmed.replace(/^since\s+/i, '').split(SEPARATOR)
  if (more !== undefined) return undefined
  const from = parseMoment(first, nowMs, new Date(nowMs))
  if (from === undefined) return undefined
  const to = second === undefined ? nowMs : parseMoment(second, nowMs, new Date(from))
  if (to === undefined || to <= from) return undefined
  return { kind: 'between', from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

/** A clock time without a day is of `day`; one of today that lies ahead was yesterday. */
function parseMoment(text: string, nowMs: number, day: Date): number | undefined {
  const parts = MOMENT.exec(text.trim())
  if (!parts) return undefined
  const named = parts[1] ?? parts[5]
  if (named?.toLowerCase() === 'now') return nowMs
  const at = named === undefined ? new Date(day) : dayOf(named.toLowerCase(), nowMs)
  const [hour, minute, second] = [parts[2], parts[3], parts[4]].map((part) => Number(part ?? 0)) as [number, number, number]
  if (Number.isNaN(at.getTime()) || hour > 24 || minute > 59 || second > 59) return undefined
  at.setHours(hour, minute, second, 0)
  if (named === undefined && at.getTime() > nowMs && day.getTime() === nowMs) at.setDate(at.getDate() - 1)
  return at.getTime()
}

function dayOf(name: string, nowMs: number): Date {
  const at = new Date(nowMs)
  if (name === 'today') return at
  if (name === 'yesterday') return new Date(at.setDate(at.getDate() - 1))
  const [year, month, date] = name.split('-').map(Number) as [number, number, number]
  return new Date(year, month - 1, date)
}

const PLAIN: Readonly<Record<number, string>> = { 60: 'minute', 3600: 'hour', 86_400: 'day' }

/** `last 15 min`, `last hour`, `14:02:25 – 14:07:40`, with the day if it isn't today's. */
export function rangeLabel(range: Range, nowMs: number): string {
  if (range.kind === 'last') {
    const plain = PLAIN[range.seconds]
    return plain ? `last ${plain}` : `last ${compact(range.seconds).replace(/(\d+)(\w)/, (_, n: string, unit: string) => `${n} ${unit === 'm' ? 'min' : unit}`)}`
  }
  const from = new Date(range.from)
  const to = new Date(range.to)
  const day = from.toDateString() === new Date(nowMs).toDateString() ? '' : `${from.getDate()} ${from.toLocaleString('en-GB', { month: 'short' })} `
  const toDay = to.toDateString() === from.toDateString() ? '' : `${to.getDate()} ${to.toLocaleString('en-GB', { month: 'short' })} `
  return `${day}${clockText(from)} – ${toDay}${clockText(to)}`
}

function clockText(at: Date): string {
  const text = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
  return text.replace(/:00$/, '')
}
