import { z } from '@hono/zod-openapi'
import { hex64 } from '@sonde/shared/units'
import type { StoredRow } from '../store/store.ts'
import { NotFound } from './errors.ts'
import { requestAnswer, RequestSchema } from './request-answer.ts'
import { traceCondition } from './request-filter.ts'
import { resource } from './resource.ts'
import { shownRows } from './shown-rows.ts'

const Span = RequestSchema.extend({
  spanId: z.string(),
  parentSpanId: z.string().nullable(),
  link: z.object({ confidence: z.enum(['exact', 'inferred', 'unknown']) }).openapi({ description: 'How sure the parent is: `exact` if the same request was seen at both ends or a traceparent named it, `unknown` if there is none.' }),
}).openapi('Span')

export const traceById = resource({
  name: 'traces/{traceId}',
  summary: 'The spans of a trace, oldest first.',
  params: z.strictObject({ traceId: z.string() }),
  answer: z.object({ traceId: z.string(), spans: z.array(Span) }).openapi('Trace'),
  async run({ store }, { traceId }) {
    const rows = /^[0-9a-f]{32}$/i.test(traceId) ? await shownRows(store, traceCondition(traceId)) : []
    if (rows.length === 0) throw new NotFound(`no trace has the id ${traceId.slice(0, 40)}`)
    const clients = new Map(rows.filter((row) => row.role === 1 && row.pairKey !== 0n).map((row) => [row.pairKey, row]))
    return { traceId: traceId.toLowerCase(), spans: rows.map((row) => ({ ...requestAnswer(row), ...parentOf(row, clients) })) }
  },
})

/** A server's span belongs to the client's of the same request; else whatever `traceparent` says. */
function parentOf(row: StoredRow, clients: ReadonlyMap<unknown, StoredRow>) {
  const spanId = hex64(row.id as bigint)
  const client = row.role === 0 && row.pairKey !== 0n ? clients.get(row.pairKey) : undefined
  const parent = client ? (client.id as bigint) : (row.parentSpanId as bigint)
  return parent === 0n ? { spanId, parentSpanId: null, link: { confidence: 'unknown' as const } } : { spanId, parentSpanId: hex64(parent), link: { confidence: 'exact' as const } }
}
