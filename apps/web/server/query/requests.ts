import { z } from '@hono/zod-openapi'
import { hex64 } from '@sonde/shared/units'
import { parseHexId, type Condition } from '../store/condition.ts'
import type { RequestOrder, StoredRow } from '../store/store.ts'
import { BadParameter, NotFound } from './errors.ts'
import { DurationNs, Instant, roleName } from './fields.ts'
import { cursorBigint, decodeCursor, encodeCursor, pageFields, pageParams } from './paging.ts'
import { rangeChanges, rangeParams, resolveRange } from './range.ts'
import { requestAnswer, RequestSchema, timelineOf } from './request-answer.ts'
import { conditionOf, requestFilterParams } from './request-filter.ts'
import { resource } from './resource.ts'
import { shownRows } from './shown-rows.ts'

const ORDER = /^-?(startTime|durationNs|status|requestBytes|responseBytes)$/
const orderParam = z.string().regex(ORDER, 'not startTime, durationNs, status, requestBytes or responseBytes, with or without a leading -').optional()
  .openapi({ description: 'What to order by; `-` before it for descending. Default `-startTime`.', example: '-durationNs' })

const params = z.strictObject({ ...rangeParams, ...requestFilterParams, order: orderParam, ...pageParams })
const answer = z.object({ requests: z.array(RequestSchema), ...pageFields }).openapi('Requests')

export const requests = resource({
  name: 'requests',
  summary: 'Requests, one record an end: the server’s and the client’s of one request are two, with one trace id.',
  params,
  answer,
  changes: rangeChanges,
  async run(context, { limit = 100, cursor, order: orderText = '-startTime', ...asked }) {
    const place = cursor === undefined ? undefined : decodeCursor(cursor, ['order', 'value', 'id', 'from', 'to'])
    if (place && place.order !== orderText) throw new BadParameter('cursor', 'the cursor belongs to another order')
    const range = place ? { from: cursorBigint(place.from), to: cursorBigint(place.to) } : resolveRange(asked, context.now())
    const order: RequestOrder = { column: orderText.replace('-', '') as RequestOrder['column'], descending: orderText.startsWith('-') }
    const where = conditionOf(asked)
    const after = place && { value: cursorBigint(place.value), id: cursorBigint(place.id) }
    const [total, rows] = await Promise.all([context.store.requestCount(range, where), context.store.requestPage(range, where, order, after, limit + 1)])
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const nextCursor = rows.length > limit && last ? encodeCursor({ order: orderText, value: String(last[order.column]), id: String(last.id), from: String(range.from), to: String(range.to) }) : undefined
    return { requests: page.map(requestAnswer), total, ...(nextCursor && { nextCursor }) }
  },
})

const Timeline = z.array(z.object({ name: z.enum(['arrival', 'read', 'requestEnd', 'firstByte', 'lastByte']), time: Instant, offsetNs: DurationNs }))
const Link = z.object({ server: z.string().optional(), client: z.string().optional() }).openapi({ description: 'Its other end, if that was seen.' })

export const requestById = resource({
  name: 'requests/{id}',
  summary: 'One request, with its moments and the id of its other end.',
  params: z.strictObject({ id: z.string() }),
  answer: RequestSchema.extend({ timeline: Timeline, link: Link, other: RequestSchema.extend({ timeline: Timeline }).optional() }).openapi('RequestDetail'),
  async run({ store }, { id }) {
    const key = id.length === 16 ? parseHexId(id) : undefined
    const row = key && (await shownRows(store, { kind: 'number', column: 'id', values: [key.low] }))[0]
    if (!row) throw new NotFound(`no request has the id ${id.slice(0, 40)}`)
    const other = await otherEnd(row, (where) => store.requestsWhere(where))
    return {
      ...requestAnswer(row),
      timeline: timelineOf(row) as z.input<typeof Timeline>,
      link: other ? { [roleName(other.role)]: hex64(other.id as bigint) } : {},
      ...(other && { other: { ...requestAnswer(other), timeline: timelineOf(other) as z.input<typeof Timeline> } }),
    }
  },
})

/** The record of the same request at the connection's other end: the same pair key, the other role. */
async function otherEnd(row: StoredRow, find: (where: Condition) => Promise<StoredRow[]>): Promise<StoredRow | undefined> {
  if (row.pairKey === 0n) return undefined
  const role = row.role === 0 ? 1 : 0
  const found = await find({ kind: 'all', of: [{ kind: 'number', column: 'pairKey', values: [row.pairKey as bigint] }, { kind: 'number', column: 'role', values: [role] }] })
  return found[0]
}
