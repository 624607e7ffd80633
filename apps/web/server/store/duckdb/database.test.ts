import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { EVERYTHING } from '../condition.ts'
import { batchOf, request } from '../rows.cases.ts'
import { DuckDbStore } from './duckdb-store.ts'

const SILENT = { onCommitted() {}, onState() {} }
const ALL = { from: 0n, to: 2n ** 62n }

test('a store of another layout is set aside whole, and a new one begun', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-layout-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const written = await DuckDbStore.open({ directory }, SILENT)
  written.append({ host: 'h1', stream: 's', sequence: 1, rows: batchOf('requests', [request(1, 10)]) })
  await written.maintain(true)
  await written.close()
  const instance = await DuckDBInstance.create(join(directory, 'telemetry.duckdb'))
  const connection = await instance.connect()
  await connection.run(`UPDATE state SET value = 1 WHERE key = 'layout'`)
  connection.closeSync()
  instance.closeSync()

  const store = await DuckDbStore.open({ directory }, SILENT)
  t.after(() => store.close())
  const away = store.lastRun.setAside
  assert.ok(away?.startsWith(join(directory, 'layout-1-')))
  assert.deepEqual(readdirSync(away!).toSorted(), ['segments', 'telemetry.duckdb'])
  assert.equal(await store.requestCount(ALL, EVERYTHING), 0)
  assert.equal(await store.committed('s'), 0)
  store.append({ host: 'h1', stream: 's', sequence: 1, rows: batchOf('requests', [request(1, 10)]) })
  await store.flush()
  assert.equal(await store.requestCount(ALL, EVERYTHING), 1)
})
