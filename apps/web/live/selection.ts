/** The one selection: what every page reads from the URL. Pure functions from one query string to the next. */

/** Filters, by the names the API has for them; the order is that of the chips. */
export const FILTER_KEYS = [
  'host', 'service', 'peer', 'role', 'protocol', 'method', 'path', 'template', 'target', 'status', 'pid', 'comm', 'connection', 'traceId', 'link', 'minDurationNs', 'maxDurationNs', 'q',
] as const
export type FilterKey = (typeof FILTER_KEYS)[number]

/** Of these one value holds at a time and none can be excluded. */
const SINGLE: ReadonlySet<string> = new Set(['minDurationNs', 'maxDurationNs', 'q'])
const RANGE_KEYS = ['from', 'to', 'paused'] as const

export interface Filter {
  readonly key: FilterKey
  readonly value: string
  /** Excluded: `!value` in the URL. */
  readonly not: boolean
}

export type Range =
  | { readonly kind: 'last'; readonly seconds: number }
  /** Instants in RFC 3339. */
  | { readonly kind: 'between'; readonly from: string; readonly to: string }

export interface Selection {
  readonly range: Range
  /** When it was paused; null while live. A range between two instants is never live. */
  readonly pausedAt: string | null
  readonly filters: readonly Filter[]
}

export const DEFAULT_SECONDS = 900
const MAX_SECONDS = 366 * 86_400
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

export function parseSelection(search: URLSearchParams): Selection {
  const filters = FILTER_KEYS.flatMap((key) =>
    search.getAll(key).filter((value) => value !== '').map((value): Filter => {
      const not = value.startsWith('!') && !SINGLE.has(key)
      return { key, value: not ? value.slice(1) : value, not }
    }),
  )
  const paused = search.get('paused')
  return { range: parseRange(search), pausedAt: paused !== null && !Number.isNaN(Date.parse(paused)) ? paused : null, filters }
}

function parseRange(search: URLSearchParams): Range {
  const from = search.get('from') ?? ''
  const to = search.get('to') ?? 'now'
  const relative = /^now-(\d{1,8})([smhd])$/.exec(from)
  if (to === 'now' && relative) {
    const seconds = Number(relative[1]) * UNITS[relative[2]!]!
    if (seconds > 0 && seconds <= MAX_SECONDS) return { kind: 'last', seconds }
  }
  if (Date.parse(from) < Date.parse(to)) return { kind: 'between', from, to }
  return { kind: 'last', seconds: DEFAULT_SECONDS }
}

export const isLive = (selection: Selection): boolean => selection.range.kind === 'last' && selection.pausedAt === null

/** `from` and `to` as the API takes them. */
export function rangeParams({ range, pausedAt }: Selection): { from: string; to: string } {
  if (range.kind === 'between') return { from: range.from, to: range.to }
  if (pausedAt === null) return { from: `now-${range.seconds}s`, to: 'now' }
  return { from: new Date(Date.parse(pausedAt) - range.seconds * 1000).toISOString(), to: pausedAt }
}

/** The range as milliseconds since the epoch. */
export function rangeMs(selection: Selection, nowMs: number): { fromMs: number; toMs: number } {
  const { range, pausedAt } = selection
  if (range.kind === 'between') return { fromMs: Date.parse(range.from), toMs: Date.parse(range.to) }
  const toMs = pausedAt === null ? nowMs : Date.parse(pausedAt)
  return { fromMs: toMs - range.seconds * 1000, toMs }
}

/** Filters as API parameters: those of `keys`, excluded ones with `!`. */
export function filterParams(filters: readonly Filter[], keys: readonly FilterKey[] = FILTER_KEYS): Record<string, string | string[]> {
  const params: Record<string, string | string[]> = {}
  for (const { key, value, not } of filters) {
    if (!keys.includes(key)) continue
    const text = not ? `!${value}` : value
    const before = params[key]
    params[key] = before === undefined || SINGLE.has(key) ? text : [...(Array.isArray(before) ? before : [before]), text]
  }
  return params
}

export type Change = (search: URLSearchParams) => URLSearchParams

const edited = (search: URLSearchParams, edit: (copy: URLSearchParams) => void): URLSearchParams => {
  const copy = new URLSearchParams(search)
  edit(copy)
  return copy
}

/** Several changes, one step back. */
export const all = (...changes: readonly Change[]): Change => (search) => changes.reduce((result, change) => change(result), search)

/** Adds a filter; one that says the opposite goes. */
export const withFilter = (key: FilterKey, value: string, not = false): Change => (search) =>
  edited(search, (copy) => {
    if (SINGLE.has(key)) return copy.set(key, value)
    const rest = copy.getAll(key).filter((one) => one !== value && one !== `!${value}`)
    copy.delete(key)
    for (const one of [...rest, not ? `!${value}` : value]) copy.append(key, one)
  })

export const withoutFilter = ({ key, value, not }: Filter): Change => (search) =>
  edited(search, (copy) => {
    const rest = copy.getAll(key).filter((one) => one !== (not ? `!${value}` : value))
    copy.delete(key)
    for (const one of rest) copy.append(key, one)
  })

/** Replaces all filters of a key by one value, or by none. */
export const withOnly = (key: FilterKey, value: string | null): Change => (search) => edited(search, (copy) => (value === null || value === '' ? copy.delete(key) : copy.set(key, value)))

/** Filters that say which request, process or peer of one service; they don't hold on another's page. */
const OF_ONE_SERVICE: readonly FilterKey[] = ['peer', 'role', 'protocol', 'method', 'path', 'template', 'target', 'status', 'pid', 'comm', 'connection', 'traceId']

/** From one service to another: range, host and latency stay. */
export const toService = (name: string): Change => all(...OF_ONE_SERVICE.map((key) => withOnly(key, null)), withOnly('service', name))

export const withoutFilters: Change = (search) => edited(search, (copy) => { for (const key of FILTER_KEYS) copy.delete(key) })

/** A relative range is live; one between instants isn't. */
export const withRange = (range: Range): Change => (search) =>
  edited(search, (copy) => {
    for (const key of RANGE_KEYS) copy.delete(key)
    if (range.kind === 'between') {
      copy.set('from', range.from)
      copy.set('to', range.to)
    } else if (range.seconds !== DEFAULT_SECONDS) copy.set('from', `now-${compact(range.seconds)}`)
  })

/** The range a drag across a chart gives, in milliseconds since the epoch. */
export const withRangeMs = (fromMs: number, toMs: number): Change => withRange({ kind: 'between', from: new Date(Math.floor(fromMs)).toISOString(), to: new Date(Math.ceil(toMs)).toISOString() })

export const paused = (at: Date): Change => (search) => edited(search, (copy) => copy.set('paused', at.toISOString()))

/** Live again: a range between instants becomes the last as long. */
export const resumed: Change = (search) => {
  const { range } = parseSelection(search)
  if (range.kind === 'last') return edited(search, (copy) => copy.delete('paused'))
  const seconds = Math.max(60, Math.round((Date.parse(range.to) - Date.parse(range.from)) / 1000))
  return withRange({ kind: 'last', seconds })(search)
}

/** A range that ends so shortly before now is the present one: stepping back and on again is live. */
const NEARLY_NOW_MS = 5000

/** One range back (−1) or on (+1); on from a range that would end after now is live. */
export const stepped = (direction: -1 | 1, nowMs: number): Change => (search) => {
  const { fromMs, toMs } = rangeMs(parseSelection(search), nowMs)
  const length = toMs - fromMs
  if (direction === 1 && toMs + length >= nowMs - Math.max(NEARLY_NOW_MS, length / 20)) return withRange({ kind: 'last', seconds: Math.max(1, Math.round(length / 1000)) })(search)
  return withRangeMs(fromMs + direction * length, toMs + direction * length)(search)
}

/** Another parameter of a view: its sort, its open row. */
export const withParam = (name: string, value: string | null): Change => (search) => edited(search, (copy) => (value === null ? copy.delete(name) : copy.set(name, value)))

/** What stays when moving to another page: range and filters. */
export function carried(search: URLSearchParams): URLSearchParams {
  const kept: ReadonlySet<string> = new Set([...RANGE_KEYS, ...FILTER_KEYS])
  return edited(search, (copy) => { for (const key of new Set(copy.keys())) if (!kept.has(key)) copy.delete(key) })
}

/** `90m`, `2h`: seconds in the largest whole unit. */
export function compact(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const) if (Number.isInteger(seconds / UNITS[unit]!)) return `${seconds / UNITS[unit]!}${unit}`
  return `${seconds}s`
}
