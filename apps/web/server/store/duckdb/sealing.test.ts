import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, test, type TestContext } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { EVERYTHING } from '../condition.ts'
import { batchOf, request, T0 } from '../rows.cases.ts'
import { isProcessorShort } from './pressure.ts'
import { DuckDbStore } from './duckdb-store.ts'
import type { DuckDbStoreOptions } from './options.ts'
import { expired } from './sealing.ts'
import type { Segment } from './sources.ts'

const ALL = { from: 0n, to: 2n ** 62n }
const SILENT = { onCommitted() {}, onState() {} }

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-seal-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const opened: DuckDbStore[] = []
async function open(directory: string, options: Partial<DuckDbStoreOptions> = {}): Promise<DuckDbStore> {
  const store = await DuckDbStore.open({ directory, ...options }, SILENT)
  opened.push(store)
  return store
}

// What a failed test left open would keep the process.
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
})

const segments = (directory: string) => readdirSync(join(directory, 'segments')).sort()

let sequence = 0
async function put(store: DuckDbStore, first: number, count: number): Promise<void> {
  assert.equal(store.append({ host: 'h1', stream: 's', sequence: ++sequence, rows: batchOf('requests', Array.from({ length: count }, (_, i) => request(first + i, first + i))) }), 'taken')
  await store.flush()
}

test('what expires: all before the age, then the oldest until the size fits', () => {
  const segment = (file: string, maxTime: bigint, byteCount: number): Segment => ({ file, table: 'requests', rowCount: 1, byteCount, minTime: 0n, maxTime })
  const all = [segment('c', 30n, 10), segment('a', 10n, 10), segment('b', 20n, 10)]
  const names = (oldest: bigint, bytes: number) => expired(all, oldest, bytes).map(({ file }) => file)
  assert.deepEqual(names(0n, 100), [])
  assert.deepEqual(names(20n, 100), ['a'])
  assert.deepEqual(names(21n, 100), ['a', 'b'])
  assert.deepEqual(names(0n, 20), ['a'])
  assert.deepEqual(names(0n, 0), ['a', 'b', 'c'])
})

test('a segment is Parquet with the text itself, for any tool', async (t) => {
  const directory = folder(t)
  const store = await open(directory)
  await put(store, 1, 10)
  await store.maintain(true)
  await store.close()
  const [file] = segments(directory)
  assert.match(file!, /^requests-0{7}1\.parquet$/)
  const other = await DuckDBInstance.create(':memory:')
  const connection = await other.connect()
  const rows = await (await connection.run(`SELECT path, service, host, status FROM '${join(directory, 'segments', file!)}' ORDER BY "startTime" LIMIT 1`)).getRows()
  assert.deepEqual(rows, [['/items/1', 'shop', 'h1', 200]])
  connection.closeSync()
  other.closeSync()
})

test('sealing goes by size; the dropped rows are in the segment, and queries meanwhile are exact', async (t) => {
  const directory = folder(t)
  const store = await open(directory, { sealRows: 1000, sealAfterMs: 50, isProcessorShort: () => false })
  const done = new AbortController()
  const counting = (async () => {
    let least = 0
    while (!done.signal.aborted) {
      const count = await store.requestCount(ALL, EVERYTHING)
      assert.ok(count >= least && count % 500 === 0, `${count} after ${least}`)
      least = count
    }
  })()
  for (let n = 0; n < 12; n++) await put(store, n * 500 + 1, 500)
  await sleep(300)
  done.abort()
  await counting
  await store.maintain()
  assert.equal(await store.requestCount(ALL, EVERYTHING), 6000)
  assert.ok(store.state().segmentCount >= 1)
  await store.close()
  const again = await open(directory)
  assert.equal(await again.requestCount(ALL, EVERYTHING), 6000)
  await again.close()
})

test('while the processor is short sealing by size waits, but not beyond four times the size', async (t) => {
  const store = await open(folder(t), { sealRows: 100, isProcessorShort: () => true })
  await put(store, 1, 399)
  await store.maintain()
  assert.equal(store.state().segmentCount, 0)
  await put(store, 400, 1)
  await store.maintain()
  assert.equal(store.state().segmentCount, 1)
})

test('pressure is read from what the kernel says, if it says anything', (t) => {
  const path = join(folder(t), 'cpu')
  assert.equal(isProcessorShort(path), false)
  for (const [text, short] of [['some avg10=25.00 avg60=90.00', false], ['some avg10=25.01 avg60=0.00', true], ['full avg10=99.00', false], ['', false]] as const) {
    writeFileSync(path, `${text} avg300=0.00 total=1\n`)
    assert.equal(isProcessorShort(path), short, text)
  }
})

test('retention unlinks whole segments, by age and by size', async (t) => {
  const directory = folder(t)
  let now = T0
  const store = await open(directory, { retentionMs: 100_000, retentionBytes: 1e9, now: () => now })
  await put(store, 1, 10)
  await store.maintain(true)
  await put(store, 200, 10)
  await store.maintain(true)
  assert.equal(segments(directory).length, 2)
  now = T0 + 150_000_000_000n
  await store.maintain()
  assert.deepEqual([segments(directory).length, await store.requestCount(ALL, EVERYTHING)], [1, 10])
  await store.close()
  const small = await open(directory, { retentionBytes: 1, now: () => now })
  await small.maintain()
  assert.deepEqual([segments(directory), await small.requestCount(ALL, EVERYTHING)], [[], 0])
  await small.close()
})

test('a file no sealing finished is removed at the start, one that has gone is said', async (t) => {
  const directory = folder(t)
  const store = await open(directory)
  await put(store, 1, 10)
  await store.maintain(true)
  await put(store, 100, 5)
  await store.close()
  writeFileSync(join(directory, 'segments', 'requests-00000009.parquet.part'), 'half')
  writeFileSync(join(directory, 'segments', 'requests-00000008.parquet'), 'unregistered')
  const again = await open(directory)
  assert.deepEqual(segments(directory), ['requests-00000001.parquet'])
  assert.equal(await again.requestCount(ALL, EVERYTHING), 15)
  await again.close()
  unlinkSync(join(directory, 'segments', 'requests-00000001.parquet'))
  const last = await open(directory)
  assert.equal(last.lastRun.missing.length, 1)
  assert.equal(await last.requestCount(ALL, EVERYTHING), 5)
  await last.close()
})

test('too much waiting is not taken; the store that closes takes nothing', async (t) => {
  const store = await open(folder(t), { pendingLimitBytes: 100_000, commitMs: 100_000 })
  const frame = (n: number) => ({ host: 'h1', stream: 'full', sequence: n, rows: batchOf('requests', Array.from({ length: 400 }, (_, i) => request(n * 1000 + i, 0))) })
  const taken: string[] = []
  for (let n = 1; taken.at(-1) !== 'full'; n++) taken.push(store.append(frame(n)))
  assert.ok(taken.length >= 2 && taken.slice(0, -1).every((one) => one === 'taken'))
  await store.flush()
  assert.equal(store.append(frame(taken.length)), 'taken')
  await store.close()
  assert.equal(store.append(frame(99)), 'failing')
})

test('two stores cannot have one folder, and it says what to do', async (t) => {
  const directory = folder(t)
  const store = await open(directory)
  execFileSync(process.execPath, ['--input-type=module-typescript', '-e', `
    import { DuckDbStore } from ${JSON.stringify(join(import.meta.dirname, 'duckdb-store.ts'))}
    const error = await DuckDbStore.open({ directory: process.argv[1] }, { onCommitted() {}, onState() {} }).catch((error) => error)
    if (!/in use by another process/.test(error.message) || !/SONDE_DATA_DIR/.test(error.fix)) throw error`, directory])
  await store.close()
})

const isRoot = process.getuid?.() === 0

test('a full disk: said, nothing taken, and taken again once there is room', { skip: !isRoot && 'needs root, for a small tmpfs' }, async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'sonde-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', disk])
  t.after(() => {
    execFileSync('umount', ['-l', disk])
    rmdirSync(disk)
  })
  const states: string[] = []
  const store = await DuckDbStore.open({ directory: disk, commitMs: 20, reserveBytes: 32 << 20 }, { onCommitted() {}, onState: (state) => states.push(state.state) })
  opened.push(store)
  const frame = (n: number) => ({ host: 'h1', stream: 's', sequence: n, rows: batchOf('requests', [request(n, 0)]) })
  assert.equal(store.append(frame(1)), 'taken')
  await store.flush()
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - (16 << 20)))
  assert.equal(store.append(frame(2)), 'taken')
  await assert.rejects(store.flush(), /MB of disk are left/)
  assert.equal(store.state().problem!.what, 'Telemetry is not being stored')
  assert.equal(store.append(frame(3)), 'failing')
  assert.equal(await store.committed('s'), 1)
  unlinkSync(join(disk, 'filler'))
  for (let i = 0; i < 100 && store.state().state === 'failing'; i++) await sleep(100)
  assert.deepEqual(states, ['failing', 'ok'])
  assert.equal(store.append(frame(2)), 'taken')
  await store.flush()
  assert.equal(await store.requestCount(ALL, EVERYTHING), 2)
})
