import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDbStore } from '../store/duckdb/duckdb-store.ts'
import { batchOf, request } from '../store/rows.cases.ts'
import { shownRows } from './shown-rows.ts'

test('a request that was shown live is found by its id before the next commit is due', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-shown-'))
  const store = await DuckDbStore.open({ directory, commitMs: 3_600_000 }, { onCommitted() {}, onState() {} })
  t.after(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  store.append({ host: 'h1', stream: 's', sequence: 1, rows: batchOf('requests', [request(7, 10)]) })
  const byId = (id: bigint) => ({ kind: 'number', column: 'id', values: [id] }) as const
  assert.deepEqual(await store.requestsWhere(byId(7n)), [])
  assert.deepEqual((await shownRows(store, byId(7n))).map(({ id }) => id), [7n])
  assert.deepEqual(await shownRows(store, byId(8n)), [])
})
