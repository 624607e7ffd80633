import { REQUESTS, TableBuilder, type TableBatch } from '@sonde/shared/signal'

/** Cells of a row of requests for a test; what is left out is 0 or ''. */
export type RequestCells = Partial<Record<keyof typeof REQUESTS.columns, string | number | bigint>>

/** What most rows of a test have in common: a GET of `/items?id=1`, answered with 200 by a server. */
export const GET: RequestCells = {
  id: 0x1111_2222_3333_4444n, traceIdHigh: 0x0102_0304_0506_0708n, traceIdLow: 0x090a_0b0c_0d0e_0f10n,
  pairKey: 0x5555_6666_7777_8888n, startTime: 1_795_000_000_123_456_789n, readNs: 1_000, requestEndNs: 2_000, firstByteNs: 500_000, durationNs: 1_234_567,
  pid: 42, tid: 43, status: 200, localAddress: '127.0.0.1', localPort: 8080, remoteAddress: '127.0.0.1', remotePort: 40000,
  role: 0, service: 'shop', peer: 'web', protocol: 'http', method: 'GET', target: '/items?id=1', path: '/items',
  attributes: '{"url.scheme":"http","network.protocol.version":"1.1","server.address":"shop.example","server.port":8080,"user_agent.original":"curl/8"}',
}

export function requestBatch(rows: readonly RequestCells[]): TableBatch {
  const builder = new TableBuilder(REQUESTS, rows.length)
  for (const cells of rows) {
    const row = builder.addRow()
    for (const [name, value] of Object.entries(cells)) {
      const column = builder.column(name as keyof typeof REQUESTS.columns)
      if (typeof value === 'string') builder.set(column, row, builder.intern(value))
      else if (REQUESTS.columns[name as keyof typeof REQUESTS.columns] === 'i64') builder.setBigint(column, row, BigInt(value))
      else builder.set(column, row, Number(value))
    }
  }
  return builder.take()!
}
