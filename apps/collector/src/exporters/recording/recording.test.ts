import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Losses } from '../../health/losses.ts'
import type { RecordingHeader } from './format.ts'
import { readRecording, Recorder, type RecordingEntry } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sonde-recording-'))
after(() => rmSync(folder, { recursive: true }))

const header: RecordingHeader = {
  kernel: '6.18.44', host: { id: 'h', name: 'host' }, version: '0.1.0', wallOffset: '1795553754156100057', startedAt: 1000,
  probes: { exchange: [{ typeId: 7, name: 'exchange', fingerprint: 'abcd', bytes: 200, leastBytes: 100 }] },
}

async function record(name: string, maxBytes?: number, losses = new Losses()): Promise<string> {
  const file = join(folder, name)
  const recorder = new Recorder({ file, header, maxBytes, losses })
  for (let i = 0; i < 50; i++) recorder.batch('exchange', 1000 + i, Buffer.alloc(3 + i * 1000, i))
  recorder.observation(2000, { kind: 'process-described', comm: 'née \u0000' })
  await recorder.close(3000)
  return file
}

async function read(file: string): Promise<RecordingEntry[]> {
  return Array.fromAsync(readRecording(file))
}

test('a recording comes back as it went', async () => {
  const entries = await read(await record('whole'))
  assert.equal(entries.length, 53)
  assert.deepEqual(entries[0], { kind: 'header', header })
  for (let i = 0; i < 50; i++) assert.deepEqual(entries[1 + i], { kind: 'batch', at: 1000 + i, probe: 'exchange', bytes: Buffer.alloc(3 + i * 1000, i) })
  assert.deepEqual(entries[51], { kind: 'observation', at: 2000, observation: { kind: 'process-described', comm: 'née \u0000' } })
  assert.deepEqual(entries[52], { kind: 'end', at: 3000, end: { batches: 50, observations: 1, dropped: 0 } })
})

test('its figures are what went into it', async () => {
  const file = join(folder, 'figures')
  const recorder = new Recorder({ file, header, losses: new Losses() })
  // Two records, of 3 and 8 bytes, each behind its length and padded to 8.
  recorder.batch('exchange', 1, Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]))
  recorder.observation(2, { kind: 'process-described' })
  await recorder.close(3)
  assert.deepEqual(recorder.summary, { file, bytes: readFileSync(file).length, records: 2, observations: 1, dropped: 0, error: undefined })
  const nowhere = new Recorder({ file: join(folder, 'no/such/folder'), header, losses: new Losses() })
  await nowhere.close(1)
  assert.match(nowhere.summary.error ?? '', /ENOENT/)
})

test('a file cut anywhere is read up to the cut, and says so', async () => {
  const bytes = readFileSync(await record('to cut'))
  const file = join(folder, 'cut')
  for (let length = 0; length < bytes.length; length += Math.max(1, bytes.length >> 6)) {
    writeFileSync(file, bytes.subarray(0, length))
    const entries = await read(file)
    // The stream's own last bytes may be missing: then all entries are there.
    assert.equal(entries.at(-1)?.kind, entries.length === 53 ? 'end' : 'error', `${length} bytes`)
    assert.ok(entries.slice(0, -1).every(({ kind }) => kind !== 'error'))
  }
})

test('no changed byte makes it throw', async () => {
  const bytes = readFileSync(await record('to damage'))
  const file = join(folder, 'damaged')
  for (let at = 0; at < bytes.length; at += Math.max(1, bytes.length >> 6)) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 0xff
    writeFileSync(file, damaged)
    assert.match((await read(file)).at(-1)!.kind, /^(end|error)$/)
  }
})

test('other files are no recordings', async () => {
  assert.deepEqual(await read(join(folder, 'missing')).then(([entry]) => entry?.kind), 'error')
  writeFileSync(join(folder, 'text'), 'just a text that is long enough')
  assert.deepEqual(await read(join(folder, 'text')), [{ kind: 'error', error: 'not a recording' }])
  writeFileSync(join(folder, 'next'), 'SONDE REC 2\nwhatever')
  assert.deepEqual(await read(join(folder, 'next')), [{ kind: 'error', error: 'of a format this version does not read' }])
  writeFileSync(join(folder, 'empty'), '')
  assert.deepEqual(await read(join(folder, 'empty')), [{ kind: 'error', error: 'not a recording' }])
})

test('what does not fit the size limit is counted', async () => {
  const losses = new Losses()
  const file = join(folder, 'limited')
  const recorder = new Recorder({ file, header, maxBytes: -1, losses })
  recorder.batch('exchange', 2, Buffer.alloc(8))
  await recorder.close(3)
  const end = (await read(file)).at(-1)
  assert.ok(end?.kind === 'end' && end.end.dropped === 1)
  assert.equal([...losses.all()][0]?.reason, 'size limit reached')
})
