import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { visible } from '../../ui/text.ts'

const COLUMNS: readonly (readonly [name: string, of: (row: RequestAnswer) => unknown])[] = [
  ['start_time', (row) => row.startTime], ['duration_ns', (row) => row.durationNs], ['role', (row) => row.role], ['service', (row) => row.service], ['peer', (row) => row.peer],
  ['method', (row) => row.method], ['target', (row) => row.target], ['status', (row) => row.status], ['request_bytes', (row) => row.requestBytes], ['response_bytes', (row) => row.responseBytes],
  ['pid', (row) => row.pid], ['id', (row) => row.id], ['trace_id', (row) => row.traceId],
]

/** Rows as tab-separated text with exact values; tabs and line breaks of watched programs are escaped, so cells stay cells. */
export function asTable(rows: readonly RequestAnswer[]): string {
  const head = COLUMNS.map(([name]) => name).join('\t')
  return [head, ...rows.map((row) => COLUMNS.map(([, of]) => cell(of(row))).join('\t'))].join('\n')
}

const FORMULA = /^[=+@-]/

/** A text that a spreadsheet would take for a formula is quoted: paths come from whoever sends requests. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = visible(String(value))
  return typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
}
