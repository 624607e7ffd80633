import { z } from '@hono/zod-openapi'
import { Count, instant, Instant } from './fields.ts'
import { pageOf, pageFields, pageParams } from './paging.ts'
import { rangeChanges, rangeParams, resolveRange } from './range.ts'
import { resource } from './resource.ts'

const Loss = z.object({ where: z.string(), reason: z.string(), count: Count, affects: z.string(), lastAt: Instant }).openapi('Loss')

export const losses = resource({
  name: 'losses',
  summary: 'What was lost in the range, where and why. `total` is the sum of all counts: 0 when nothing was lost.',
  params: z.strictObject({ ...rangeParams, ...pageParams }),
  answer: z.object({ losses: z.array(Loss), ...pageFields, total: Count }).openapi('Losses'),
  changes: rangeChanges,
  async run(context, params) {
    const rows = await context.store.losses(resolveRange(params, context.now()))
    const { page, nextCursor } = pageOf(rows, (row) => `${String(2 ** 52 - row.count).padStart(16, '0')} ${row.where} ${row.reason} ${row.affects}`, params)
    return {
      losses: page.map(({ where, reason, affects, count, lastAt }) => ({ where, reason, count, affects, lastAt: instant(lastAt) })),
      total: rows.reduce((sum, row) => sum + row.count, 0),
      ...(nextCursor && { nextCursor }),
    }
  },
})
