import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { EVERYTHING } from '../condition.ts'
import { DuckDbStore } from './duckdb-store.ts'

const ROWS_A_FRAME = 50
const ALL = { from: 0n, to: 2n ** 62n }
const SILENT = { onCommitted() {}, onState() {} }

/** Appends frames without end, and prints each number taken and each committed. */
const WRITER = `
  import { DuckDbStore } from ${JSON.stringify(join(import.meta.dirname, 'duckdb-store.ts'))}
  import { batchOf, request } from ${JSON.stringify(join(import.meta.dirname, '../rows.cases.ts'))}
  import { writeSync } from 'node:fs'
  const store = await DuckDbStore.open({ directory: process.argv[1], commitMs: 30, sealAfterMs: 200, sealMinRows: 1 }, { onCommitted: (_, n) => writeSync(1, 'committed ' + n + '\\n'), onState() {} })
  for (let n = await store.committed('s') + 1; ; n++) {
    const rows = batchOf('requests', Array.from({ length: ${ROWS_A_FRAME} }, (_, i) => request(n * ${ROWS_A_FRAME} + i, n / 100)))
    store.append({ host: 'h1', stream: 's', sequence: n, rows })
    writeSync(1, 'taken ' + n + '\\n')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }`

async function killWhileWriting(directory: string, afterFrames: number): Promise<{ taken: number; committed: number }> {
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module-typescript', '-e', WRITER, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  let [taken, committed, first] = [0, 0, 0]
  for await (const line of createInterface({ input: child.stdout! })) {
    const [what, number] = line.split(' ')
    if (what === 'taken') taken = Number(number)
    else committed = Number(number)
    first ||= taken
    if (taken - first >= afterFrames) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  assert.equal(child.signalCode, 'SIGKILL')
  return { taken, committed }
}

test('after kill -9 everything acknowledged is there, nothing twice, and what is not is known exactly', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-crash-'))
  t.after(() => rmSync(directory, { recursive: true }))
  for (const afterFrames of [3, 40, 150, 151, 300]) {
    const { taken, committed } = await killWhileWriting(directory, afterFrames)
    const store = await DuckDbStore.open({ directory }, SILENT)
    t.after(() => store.close())
    const durable = await store.committed('s')
    assert.ok(durable >= committed && durable <= taken, `${committed} ≤ ${durable} ≤ ${taken}`)
    assert.equal(await store.requestCount(ALL, EVERYTHING), durable * ROWS_A_FRAME)
    assert.equal(store.lastRun.wasClosed, false)
    const lost = store.interrupted()
    assert.equal(lost.reduce((sum, { rows }) => sum + rows.requests!, 0), (taken - durable) * ROWS_A_FRAME)
    if (taken > durable) assert.equal(lost.at(-1)!.sequence, taken)
    await store.close()
  }
  const store = await DuckDbStore.open({ directory }, SILENT)
  assert.equal(store.lastRun.wasClosed, true)
  assert.deepEqual(store.interrupted(), [])
  await store.close()
})
