import { formatInstant, parseInstant } from '@sonde/shared/units'

/** What the list needs of a request. */
export interface Listed {
  readonly id: string
  readonly startTime: string
}

/** Rows kept while live: what is cut off is read again when one scrolls down. */
export const LIVE_ROWS = 2000
/** Rows that are held at most; further pages are not read. */
export const MOST_ROWS = 50_000
export const PAGE_ROWS = 500

/** How to go on at the end of the list. */
export type Rest =
  | { readonly kind: 'cursor'; readonly cursor: string }
  /** By time: rows were cut off while live. `to` is exclusive. */
  | { readonly kind: 'before'; readonly to: string }
  | { readonly kind: 'end' }

export interface RequestList<R extends Listed> {
  readonly rows: readonly R[]
  readonly rest: Rest
  /** Came since the list stood still. */
  readonly newer: number
}

export const EMPTY_LIST: RequestList<never> = { rows: [], rest: { kind: 'end' }, newer: 0 }

/** The newest first; equal times by id, as the store orders them. */
function newestFirst(a: Listed, b: Listed): number {
  if (a.startTime !== b.startTime) return a.startTime < b.startTime ? 1 : -1
  return a.id < b.id ? 1 : -1
}

const restOf = (nextCursor: string | undefined): Rest => (nextCursor === undefined ? { kind: 'end' } : { kind: 'cursor', cursor: nextCursor })

/** The first page replaces what was; rows that had come live before it stay if they are newer than it. */
export function withFirstPage<R extends Listed>(list: RequestList<R>, page: readonly R[], nextCursor: string | undefined, keepNewer: boolean): RequestList<R> {
  const newest = page[0]
  const known = new Set(page.map((row) => row.id))
  const live = keepNewer && newest ? list.rows.filter((row) => row.startTime >= newest.startTime && !known.has(row.id)) : keepNewer ? list.rows : []
  return { rows: [...live, ...page].sort(keepNewer ? newestFirst : () => 0), rest: restOf(nextCursor), newer: 0 }
}

/** A further page at the end, without what is there. */
export function withNextPage<R extends Listed>(list: RequestList<R>, page: readonly R[], nextCursor: string | undefined): RequestList<R> {
  const known = new Set(list.rows.map((row) => row.id))
  const rows = [...list.rows, ...page.filter((row) => !known.has(row.id))]
  return { ...list, rows, rest: rows.length >= MOST_ROWS ? { kind: 'end' } : restOf(nextCursor) }
}

/** Rows that came: on top while live, else only counted. */
export function withLive<R extends Listed>(list: RequestList<R>, came: readonly R[], skipped: number, held: boolean): RequestList<R> {
  const known = new Set(list.rows.map((row) => row.id))
  const fresh = came.filter((row) => !known.has(row.id))
  if (held) return fresh.length + skipped === 0 ? list : { ...list, newer: list.newer + fresh.length + skipped }
  if (fresh.length === 0) return list
  const rows = [...fresh, ...list.rows].sort(newestFirst)
  if (rows.length <= LIVE_ROWS) return { ...list, rows }
  const kept = rows.slice(0, LIVE_ROWS)
  return { ...list, rows: kept, rest: { kind: 'before', to: after(kept.at(-1)!.startTime) } }
}

/** An instant, a nanosecond later: so that rows of the same time are not left out. */
function after(instant: string): string {
  const at = parseInstant(instant)
  return at === undefined ? instant : formatInstant(at + 1n)
}

/** The row beside one, by its id; undefined at the ends. */
export function beside<R extends Listed>(rows: readonly R[], id: string, step: 1 | -1): R | undefined {
  const at = rows.findIndex((row) => row.id === id)
  return at < 0 ? undefined : rows[at + step]
}
