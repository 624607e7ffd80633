import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REQUESTS, TableBuilder, type TableBatch } from '@sonde/shared/signal'
import { EVERYTHING } from './condition.ts'
import { DuckDbStore } from './duckdb/duckdb-store.ts'

/**
 * Rows a second into the store, and what queries over them take. Run: node apps/web/server/store/append.bench.ts [rows]
 * Prints one JSON line a measurement. `bench/` runs it at 10 million.
 */
const ROWS = Number(process.argv[2] ?? 1_000_000)
const BATCH = 10_000
const FROM = 1_795_385_655_000_000_000n
const SPAN_NS = 900_000_000_000n

const SERVICES = ['nginx', 'checkout', 'inventory', 'payments', 'cart', 'catalog', 'search', 'accounts']
const columns = Object.fromEntries(Object.keys(REQUESTS.columns).map((name, at) => [name, at])) as Record<keyof typeof REQUESTS.columns, number>

/** A batch as a collector would send it: skewed durations, 300 paths, 8 services, both ends of half the requests. */
function batch(first: number): TableBatch {
  const builder = new TableBuilder(REQUESTS, BATCH)
  for (let i = first; i < first + BATCH; i++) {
    const row = builder.addRow()
    const path = `/api/v1/things/${(i * 7919) % 300}`
    const service = SERVICES[(i * 31) % 8]!
    builder.setInteger(columns.id, row, i + 1)
    builder.setInteger(columns.pairKey, row, i >> 1)
    builder.setHalves(columns.traceIdHigh, row, i * 2654435761, i * 40503)
    builder.setHalves(columns.traceIdLow, row, i * 2246822519, i + 1)
    builder.setBigint(columns.startTime, row, FROM + (SPAN_NS * BigInt(i)) / BigInt(ROWS))
    builder.setInteger(columns.readNs, row, 20_000 + (i % 5000))
    builder.setInteger(columns.requestEndNs, row, 30_000 + (i % 5000))
    builder.setInteger(columns.firstByteNs, row, 400_000 + (i % 50_000))
    builder.setInteger(columns.durationNs, row, Math.floor(500_000 * Math.exp(3 * Math.random())))
    builder.setInteger(columns.requestBytes, row, 200 + (i % 100))
    builder.setInteger(columns.responseBytes, row, 1000 + ((i * 13) % 9000))
    builder.setInteger(columns.connectionId, row, i >> 6)
    builder.set(columns.turn, row, i & 63)
    builder.set(columns.sequence, row, (i * 997) >>> 0)
    builder.set(columns.srttUs, row, 80 + (i % 40))
    builder.set(columns.pid, row, 4000 + (i % 16))
    builder.set(columns.tid, row, 4000 + (i % 16))
    builder.set(columns.status, row, i % 100 === 0 ? 500 : 200)
    builder.set(columns.error, row, i % 100 === 0 ? 1 : 0)
    builder.set(columns.role, row, i & 1)
    builder.set(columns.localPort, row, 8080)
    builder.set(columns.remotePort, row, 32_768 + (i % 28_000))
    for (const [column, text] of [[columns.service, service], [columns.peer, SERVICES[(i * 17) % 8]!], [columns.protocol, 'http'], [columns.method, i % 5 ? 'GET' : 'POST'], [columns.target, `${path}?page=${i % 10}`], [columns.path, path], [columns.template, '/api/v1/things/{id}'], [columns.comm, 'node'], [columns.localAddress, '127.0.0.1'], [columns.remoteAddress, '127.0.0.1'], [columns.attributes, '{"user_agent.original":"wrk"}']] as const) builder.set(column, row, builder.intern(text))
  }
  return builder.take()!
}

const say = (what: string, ms: number, more: Record<string, unknown> = {}) => process.stdout.write(`${JSON.stringify({ what, ms: Math.round(ms * 10) / 10, ...more })}\n`)

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const times: number[] = []
  let result: T
  for (let i = 0; i < 5; i++) {
    const began = performance.now()
    result = await work()
    times.push(performance.now() - began)
  }
  say(what, times.sort((a, b) => a - b)[2]!, { slowestMs: Math.round(times[4]!) })
  return result!
}

async function queries(store: DuckDbStore, of: string): Promise<void> {
  const range = { from: FROM, to: FROM + SPAN_NS }
  await timed(`${of}: p99 by service`, () => store.requestGroups(range, EVERYTHING, ['service'], undefined, 100))
  await timed(`${of}: services in 90 steps`, () => store.requestGroups(range, EVERYTHING, ['service', 'role'], 10_000_000_000n, 100))
  await timed(`${of}: newest page of 100`, () => store.requestPage(range, EVERYTHING, { column: 'startTime', descending: true }, undefined, 101))
  await timed(`${of}: slowest page of 100 of a service, errors`, () => store.requestPage(range, { kind: 'all', of: [{ kind: 'text', column: 'service', values: ['checkout'] }, { kind: 'number', column: 'error', values: [1] }] }, { column: 'durationNs', descending: true }, undefined, 101))
  await timed(`${of}: count`, () => store.requestCount(range, { kind: 'text', column: 'service', values: ['checkout'] }))
  await timed(`${of}: free text count`, () => store.requestCount(range, { kind: 'search', text: 'things/29' }))
  await timed(`${of}: heatmap, 180 columns`, () => store.requestHistogram(range, EVERYTHING, 5_000_000_000n))
  await timed(`${of}: facets`, () => store.requestFacets(range, EVERYTHING, ['status', 'method', 'template', 'service', 'peer', 'role', 'protocol', 'host', 'pid'], 20))
  await timed(`${of}: edges of the map`, () => store.trafficEdges(range))
  await timed(`${of}: one by id`, () => store.requestsWhere({ kind: 'number', column: 'id', values: [BigInt(ROWS >> 1)] }))
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-bench-'))
  const store = await DuckDbStore.open({ directory, sealAfterMs: 3_600_000, sealRows: ROWS + 1 }, { onCommitted() {}, onState: (state) => say('state', 0, { problem: state.problem }) })
  let spentMs = 0
  const offer = async (sequence: number, rows: TableBatch) => {
    while (store.append({ host: 'h1', stream: 'bench', sequence, rows }) === 'full') await store.flush()
  }
  let first = 0
  while (first < ROWS) {
    const batches: TableBatch[] = []
    for (; batches.length < 50 && first < ROWS; first += BATCH) batches.push(batch(first))
    const began = performance.now()
    for (const [i, rows] of batches.entries()) await offer(first / BATCH - batches.length + i + 1, rows)
    await store.flush()
    spentMs += performance.now() - began
    if (first % 1_000_000 === 0 && first < ROWS) await store.maintain(true)
  }
  say('append', spentMs, { rows: ROWS, rowsPerSecond: Math.round((ROWS / spentMs) * 1000), residentMB: Math.round(process.memoryUsage.rss() / 1e6) })
  await queries(store, 'recent')
  const began = performance.now()
  await store.maintain(true)
  say('seal', performance.now() - began, { segmentBytes: store.state().segmentBytes })
  await queries(store, 'sealed')
  await store.close()
  rmSync(directory, { recursive: true })
}

await main()
