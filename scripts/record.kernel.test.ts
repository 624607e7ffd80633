import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { failing, runCommand } from './test-command.ts'

const PORT = 27_431
const folder = mkdtempSync(join(tmpdir(), 'sonde-record-'))
after(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'host.rec')
const replay = (path: string, ...more: string[]) => ['replay', [path, '--port', String(PORT), ...more]] as const

test('what is recorded until a signal comes is said, and replayed', async () => {
  const recording = runCommand('record', [file])
  await recording.saying(/Recording to .*host\.rec …[^]*Ctrl-C ends it\./)
  await requests(30)
  recording.signal('SIGINT')
  assert.equal(await recording.ended, 0, recording.said())
  const [, bytes, records] = /^Recorded (\d+) bytes to \S+host\.rec: (\d+) records and \d+ observations of processes\.$/m.exec(recording.said()) ?? assert.fail(recording.said())
  assert.equal(statSync(file).size, Number(bytes))
  assert.ok(Number(records) >= 60, records) // each exchange at both ends
  assert.equal(statSync(file).mode & 0o777, 0o600)

  const shown = runCommand(...replay(file, '--speed', '20'))
  try {
    await shown.saying(/Sonde is ready at/)
    await shown.saying(/The recording is over; what it held stays on show until Ctrl-C\./)
    // Held for their names, and on their way to the store.
    let paths: string[] = []
    for (let attempt = 0; paths.length < 60 && attempt < 300; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 100))
      const answer = (await (await fetch(`http://127.0.0.1:${PORT}/api/v1/requests?path=/recorded/*&limit=100`)).json()) as { requests: { path: string; role: string }[] }
      paths = answer.requests.map(({ path, role }) => `${path} ${role}`)
    }
    assert.deepEqual(paths.sort(), Array.from({ length: 30 }, (_, i) => [`/recorded/${i} client`, `/recorded/${i} server`]).flat().sort())
  } finally {
    shown.signal('SIGTERM')
  }
  assert.equal(await shown.ended, 0)
})

test('a file that is there is not written over, unless that is wanted; time ends it, too', async () => {
  const before = readFileSync(file)
  assert.equal(await failing('record', [file]), `${file} is there already.\n  What to do: name another file, or write over it with --force`)
  assert.deepEqual(readFileSync(file), before)
  const recording = runCommand('record', [file, '--force', '--seconds', '0.2'])
  assert.equal(await recording.ended, 0, recording.said())
  assert.match(recording.said(), /^Recorded \d+ bytes/m)
})

test('nothing is left where nothing can be recorded', async () => {
  assert.match(await failing('record', [join(folder, 'missing/x.rec')]), /x\.rec cannot be written: ENOENT.*\n {2}What to do: name a file in a directory that exists$/)
  assert.match(await failing('record', ['--seconds', '5']), /^No file is named\.\n {2}What to do: name it first: npm run record -- FILE$/)
  assert.match(await failing('record', [join(folder, 'x.rec'), '--seconds', 'ten']), /is no time to record/)
  assert.match(await failing('record', [join(folder, 'x.rec'), '--probe-offf', 'exchange']), /did you mean --probe-off\?[^]*Nothing was recorded\.$/)
  assert.throws(() => statSync(join(folder, 'x.rec')), { code: 'ENOENT' })
})

test('files that are no recording, from a newer Sonde, or cut short', async () => {
  assert.match(await failing(...replay(join(folder, 'none'))), /^There is no recording \S+none\.\n/)
  const other = join(folder, 'other')
  writeFileSync(other, 'SONDE REC 9\n and so on')
  assert.match(await failing(...replay(other)), /the recording cannot be replayed: of a format this version does not read\.\n {2}What to do: .*\n\nThe recording cannot be shown\./)
  writeFileSync(other, 'a text, and a long one')
  assert.match(await failing(...replay(other)), /the recording cannot be replayed: not a recording\.\n/)

  const whole = readFileSync(new URL('../e2e/recordings/chain.rec', import.meta.url))
  writeFileSync(other, whole.subarray(0, whole.length / 2))
  const shown = runCommand(...replay(other, '--speed', '1000'))
  try {
    await shown.saying(/other is not a whole recording: cut short; \d{2,} entries stood before that and were replayed\.\n/)
    await shown.saying(/Sonde is ready at/)
  } finally {
    shown.signal('SIGTERM')
  }
  assert.equal(await shown.ended, 0)
})

/** From this process to this process, a connection each. */
async function requests(count: number): Promise<void> {
  const server = createServer((_, response) => void response.end('ok')).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  for (let i = 0; i < count; i++) await new Promise((resolve) => get({ host: '127.0.0.1', port, path: `/recorded/${i}`, agent: false }, (response) => response.resume().once('close', resolve)))
  await new Promise((resolve) => server.close(resolve))
}
