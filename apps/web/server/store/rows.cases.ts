import { TableBuilder, TABLES, type TableBatch, type TableName, type TableSchema } from '@sonde/shared/signal'

/** Cells by column; those left out are 0 or ''. For tests. */
export type Cells = Readonly<Record<string, number | bigint | string>>

/** A batch of these rows. */
export function batchOf(table: TableName, rows: readonly Cells[]): TableBatch {
  const schema: TableSchema = TABLES.find((candidate) => candidate.name === table)!
  const builder = new TableBuilder(schema)
  for (const cells of rows) {
    const row = builder.addRow()
    for (const [name, value] of Object.entries(cells)) {
      const column = builder.column(name)
      if (typeof value === 'string') builder.set(column, row, builder.intern(value))
      else if (schema.columns[name] === 'i64') builder.setBigint(column, row, BigInt(value))
      else builder.set(column, row, Number(value))
    }
  }
  return builder.take()!
}

/** 2026-11-22T22:14:15Z. */
export const T0 = 1_795_385_655_000_000_000n
export const SECOND = 1_000_000_000n

/** A request's row with believable defaults, `second` after T0. */
export function request(id: number, second: number, cells: Cells = {}): Cells {
  return {
    id: BigInt(id), traceIdHigh: 7n, traceIdLow: BigInt(id), pairKey: BigInt(id), startTime: T0 + BigInt(Math.round(second * 1e9)),
    readNs: 1000, requestEndNs: 2000, firstByteNs: 50_000, durationNs: 60_000 + id, requestBytes: 100, responseBytes: 1000, connectionId: 5n, turn: 1,
    pid: 4321, tid: 4321, status: 200, localPort: 8080, remotePort: 50_000, role: 0, service: 'shop', peer: '10.0.0.9', protocol: 'http', method: 'GET',
    target: `/items/${id}?x=1`, path: `/items/${id}`, template: '/items/{id}', comm: 'node', localAddress: '10.0.0.1', remoteAddress: '10.0.0.9', attributes: '{}',
    ...cells,
  }
}
