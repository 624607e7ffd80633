/** A round instant and its label; `at` in milliseconds since the epoch. */
export interface TimeTick {
  readonly at: number
  readonly label: string
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14].map((n) => n * DAY),
]

/** The least round step whose ticks are `apartPx` apart or more. */
export function timeStepMs(rangeMs: number, widthPx: number, apartPx = 80): number {
  const least = (rangeMs * apartPx) / Math.max(1, widthPx)
  return STEPS_MS.find((step) => step >= least) ?? Math.ceil(least / (28 * DAY)) * 28 * DAY
}

/**
 * Round instants in `[fromMs, toMs]`, at least `apartPx` apart. They are round in the reader's zone: `offsetMinutes` is
 * what to add to UTC. Labels are `14:02`, `14:02:30` below a minute, `24 Nov` from a day.
 */
export function timeTicks(fromMs: number, toMs: number, widthPx: number, offsetMinutes: number, apartPx = 80): TimeTick[] {
  if (!(toMs > fromMs)) return []
  const step = timeStepMs(toMs - fromMs, widthPx, apartPx)
  const offset = offsetMinutes * MINUTE
  const ticks: TimeTick[] = []
  for (let local = Math.ceil((fromMs + offset) / step) * step; local - offset <= toMs; local += step) {
    ticks.push({ at: local - offset, label: labelOf(local, step) })
  }
  return ticks
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function labelOf(localMs: number, step: number): string {
  const date = new Date(localMs)
  if (step >= DAY) return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
  return date.toISOString().slice(11, step < MINUTE ? 19 : 16)
}

/** Zero, half and a top rounded up to 1, 2 or 5 times a power of ten; `[0, 1]` of nothing. */
export function linearTicks(max: number): readonly number[] {
  const top = roundUp(max)
  return max > 0 ? [0, top / 2, top] : [0, 1]
}

/** The least 1, 2 or 5 × 10ⁿ that is not below `value`. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  for (const factor of [1, 2, 5]) if (value <= factor * power * (1 + 1e-9)) return factor * power
  return 10 * power
}

/** Powers of ten in `[from, to]`, thinned to at most `most` with the first kept. */
export function logTicks(from: number, to: number, most = 5): readonly number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9)
  const last = Math.floor(Math.log10(to) + 1e-9)
  const every = Math.max(1, Math.ceil((last - first + 1) / most))
  const ticks: number[] = []
  for (let exponent = first; exponent <= last; exponent += every) ticks.push(10 ** exponent)
  return ticks
}

/**
 * Round steps along a span that begins at zero: 1, 2 or 5 × 10ⁿ apart, at least `apartPx` of `widthPx`. For a scale of
 * durations from the beginning of a request.
 */
export function spanTicks(span: number, widthPx: number, apartPx = 80): readonly number[] {
  if (!(span > 0)) return [0]
  const step = roundUp((span * apartPx) / Math.max(apartPx, widthPx))
  const ticks: number[] = []
  for (let i = 0; i * step <= span; i++) ticks.push(i * step)
  return ticks
}
