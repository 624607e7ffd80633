import { TableBuilder, type TableBatch, type TableSchema } from '@sonde/shared/signal'

/** A batch for a test; cells that are left out are 0 or ''. */
export function batchOf<S extends TableSchema>(schema: S, rows: readonly Partial<Record<keyof S['columns'] & string, string | number | bigint>>[]): TableBatch<S> {
  const builder = new TableBuilder(schema, Math.max(1, rows.length))
  for (const cells of rows) {
    const row = builder.addRow()
    for (const [name, value] of Object.entries(cells) as [keyof S['columns'] & string, string | number | bigint][]) {
      const column = builder.column(name)
      if (typeof value === 'string') builder.set(column, row, builder.intern(value))
      else if (schema.columns[name] === 'i64') builder.setBigint(column, row, BigInt(value))
      else builder.set(column, row, Number(value))
    }
  }
  return builder.take()!
}
