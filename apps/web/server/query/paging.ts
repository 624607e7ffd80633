import { z } from '@hono/zod-openapi'
import { BadParameter } from './errors.ts'

export const MAX_LIMIT = 10_000

const whole = (least: number, most: number, description: string) =>
  z.string().regex(/^\d{1,16}$/, 'not a whole number').transform(Number).pipe(z.number().min(least).max(most)).openapi({ type: 'integer', minimum: least, maximum: most, description })

export const wholeParam = whole
export const limitParam = whole(1, MAX_LIMIT, 'How many to give at most; default 100.').optional()
export const cursorParam = z.string().max(2000).optional().openapi({ description: '`nextCursor` of the page before. It belongs to the parameters it was got with, and keeps their range.' })

export const pageParams = { limit: limitParam, cursor: cursorParam }
export const pageFields = {
  total: z.int().min(0).openapi({ description: 'Exact for the filter and range, not for the page.' }),
  nextCursor: z.string().optional().openapi({ description: 'Absent on the last page.' }),
}

export function encodeCursor(value: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** @throws BadParameter if it isn't one of ours with these keys */
export function decodeCursor<K extends string>(cursor: string, keys: readonly K[]): Record<K, string> {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    value = undefined
  }
  if (value === null || typeof value !== 'object' || !keys.every((key) => typeof (value as Record<string, unknown>)[key] === 'string')) {
    throw new BadParameter('cursor', 'not a cursor of this list')
  }
  return value as Record<K, string>
}

/** The cursor's key as a whole number. @throws BadParameter */
export function cursorBigint(text: string): bigint {
  if (!/^-?\d{1,20}$/.test(text)) throw new BadParameter('cursor', 'not a cursor of this list')
  return BigInt.asIntN(64, BigInt(text))
}

/** A page of a list that is held in memory, ordered by a key of its items: stable though items come and go. */
export function pageOf<T>(items: readonly T[], keyOf: (item: T) => string, params: { readonly limit?: number | undefined; readonly cursor?: string | undefined }) {
  const after = params.cursor === undefined ? undefined : decodeCursor(params.cursor, ['after']).after
  const keyed = items.map((item) => ({ key: keyOf(item), item })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const from = after === undefined ? 0 : keyed.findIndex(({ key }) => key > after)
  const page = from < 0 ? [] : keyed.slice(from, from + (params.limit ?? 100))
  const isLast = from < 0 || from + page.length >= keyed.length
  return { page: page.map(({ item }) => item), total: items.length, ...(!isLast && { nextCursor: encodeCursor({ after: page.at(-1)!.key }) }) }
}
