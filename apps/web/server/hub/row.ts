import type { TableBatch } from '@sonde/shared/signal'

/** A row as an object, with the host it came from. Made only for what lives and what somebody looks at. */
export type Row = Readonly<Record<string, number | bigint | string>>

export function rowObject(batch: TableBatch, index: number, host: string): Row {
  const row: Record<string, number | bigint | string> = { host }
  for (const [name, type] of Object.entries(batch.schema.columns)) {
    const value = batch.columns[name]![index]!
    row[name] = type === 'text' ? batch.strings[Number(value)]! : value
  }
  return row
}
