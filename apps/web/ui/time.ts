/** Instants and ages. Times are in the browser's zone; UTC is for hover. Pure: the zone is an argument where it matters. */

const pad = (value: number, length = 2) => String(value).padStart(length, '0')
const NBSP = '\u00a0'

/** Milliseconds since the epoch of an API instant (RFC 3339, nine digits); NaN if it isn't one. */
export function instantMs(instant: string): number {
  return Date.parse(instant)
}

/** `14:08:39` in the browser's zone. */
export function clock(ms: number): string {
  const at = new Date(ms)
  return Number.isNaN(ms) ? '–' : `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`
}

/** `14:08`, and with seconds where there are some. */
export function shortClock(ms: number): string {
  return clock(ms).replace(/:00$/, '')
}

/** The milliseconds of an instant, `.998`. */
export function milliseconds(ms: number): string {
  return Number.isNaN(ms) ? '' : `.${pad(Math.floor(ms) % 1000, 3)}`
}

/** `2026-11-22 14:08` in the browser's zone. */
export function dayAndClock(ms: number): string {
  const at = new Date(ms)
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${shortClock(ms)}`
}

/** The API's instant as UTC for hover, all nine digits: `2026-11-22 22:14:15.123456789 UTC`. */
export function utc(instant: string): string {
  return instant.replace('T', ' ').replace(/Z$/, ' UTC')
}

/** Text with API instants in it, as people read them: `2026-11-22T13:08:39.123456789Z` is `2026-11-22 14:08:39`. */
export function withLocalInstants(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z/g, (instant) => dayAndClock(instantMs(instant)))
}

/** `CET`, `UTC`, `GMT+5:30`: the zone's short name at an instant. */
export function zoneName(ms: number, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' }).formatToParts(ms)
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC'
}

const STEPS = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']] as const

/** How long, in at most two units: `12 s`, `19 min`, `6 d 4 h`. */
export function age(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const rest = Math.max(0, Math.floor(seconds))
  const at = STEPS.findIndex(([size]) => rest >= size)
  if (at < 0) return `0${NBSP}s`
  const [size, unit] = STEPS[at]!
  const first = `${Math.floor(rest / size)}${NBSP}${unit}`
  const next = STEPS[at + 1]
  if (!next || unit === 'min' || rest >= size * 10) return first
  const second = Math.floor((rest % size) / next[0])
  return second === 0 ? first : `${first} ${second}${NBSP}${next[1]}`
}
