import { z } from '@hono/zod-openapi'
import { cell, type TableBatch } from '@sonde/shared/signal'
import type { StoredRow } from '../store/store.ts'
import { rowTest } from './condition-test.ts'
import { rangeParams, resolveRange } from './range.ts'
import { requestAnswer, type RequestAnswer } from './request-answer.ts'
import { conditionOf, requestFilterParams } from './request-filter.ts'

/** Parameters of the live topic `requests`: the filters; rows come in the order they arrive. */
export const liveRequestParams = z.strictObject({ ...rangeParams, ...requestFilterParams })

/** What selects rows of arriving batches and shows them, for the live topic `requests`. */
export function openRequestsTopic(params: z.output<typeof liveRequestParams>, now: () => bigint) {
  const where = conditionOf(params)
  return {
    match(batch: TableBatch, host: string): number[] {
      const range = resolveRange(params, now())
      const test = rowTest(where, batch, host)
      const starts = batch.columns.startTime as BigInt64Array
      const rows: number[] = []
      for (let row = 0; row < batch.rowCount; row++) {
        // A relative end is now, and a clock of another host may be ahead of ours: only a fixed end excludes.
        const inRange = starts[row]! >= range.from && (starts[row]! < range.to || !params.to || !('at' in params.to))
        if (inRange && test(row)) rows.push(row)
      }
      return rows
    },
    row(batch: TableBatch, index: number, host: string): RequestAnswer {
      const row: Record<string, number | bigint | string> = { host }
      for (const name of Object.keys(batch.schema.columns)) row[name] = cell(batch, name, index)
      return requestAnswer(row as StoredRow)
    },
  }
}
