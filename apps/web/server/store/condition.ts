import type { REQUESTS } from '@sonde/shared/signal'

/**
 * What is asked of request rows, as data: the store compiles it to SQL with parameters (`duckdb/condition-sql.ts`), the
 * hub to a test over columns in memory (`hub/condition-test.ts`). Both are held together by one table of cases.
 */
export type RequestColumn = keyof typeof REQUESTS.columns | 'host'
export type TextColumn = { [C in keyof typeof REQUESTS.columns]: (typeof REQUESTS.columns)[C] extends 'text' ? C : never }[keyof typeof REQUESTS.columns] | 'host'
export type NumberColumn = Exclude<RequestColumn, TextColumn>

export type Condition =
  /** The text is one of these. */
  | { readonly kind: 'text'; readonly column: TextColumn; readonly values: readonly string[] }
  /** The text begins so. */
  | { readonly kind: 'prefix'; readonly column: TextColumn; readonly prefix: string }
  /** The number is one of these. */
  | { readonly kind: 'number'; readonly column: NumberColumn; readonly values: readonly (number | bigint)[] }
  /** The number is in [min, max]; either may be left out. */
  | { readonly kind: 'between'; readonly column: NumberColumn; readonly min?: number; readonly max?: number }
  /** All bits of the mask are set. */
  | { readonly kind: 'bits'; readonly column: 'flags'; readonly mask: number }
  /** A text column of SEARCHED contains this, in either case; or the row's id or trace id is it. */
  | { readonly kind: 'search'; readonly text: string }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }

/** Columns that free text is looked for in. */
export const SEARCHED = ['target', 'service', 'peer', 'method', 'comm'] as const satisfies readonly TextColumn[]

export const EVERYTHING: Condition = { kind: 'all', of: [] }

/** An id as people paste it: 16 (a row) or 32 (a trace) hex digits. */
export function parseHexId(text: string): { readonly high: bigint | undefined; readonly low: bigint } | undefined {
  if (!/^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i.test(text)) return undefined
  const signed = (hex: string) => BigInt.asIntN(64, BigInt(`0x${hex}`))
  return text.length === 16 ? { high: undefined, low: signed(text) } : { high: signed(text.slice(0, 16)), low: signed(text.slice(16)) }
}
