import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { problemSentence, printable, readMessage, watchedLines } from './messages.mjs'

const here = new URL('.', import.meta.url).pathname
let directory = ''
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'sonde-supervisor-'))
})
after(() => rmSync(directory, { recursive: true }))

test('lines are messages of ours or text', () => {
  assert.deepEqual(readMessage('{"type":"ready","url":"x"}'), { type: 'ready', watched: [], partly: [], refused: [], off: [] })
  assert.deepEqual(readMessage('{"type":"recovered","detail":"2 s were lost"}'), { type: 'notice', text: '2 s were lost' })
  assert.deepEqual(readMessage('{"type":"problem","what":"No room","detail":"","fix":"free some"}'), { type: 'problem', what: 'No room', detail: undefined, fix: 'free some' })
  assert.deepEqual(readMessage('{"type":"notice","detail":"read again"}'), { type: 'notice', text: 'read again' })
  assert.deepEqual(readMessage('{"type":"error","time":"x","detail":"Error: no\\n    at x"}'), { type: 'text', text: 'Error: no\n    at x' })
  for (const line of ['{"type":"problem"}', '{"type":', '{}', 'ready', '']) assert.deepEqual(readMessage(line), { type: 'text', text: line })
})

test('a problem is a sentence and a fix, and cannot draw on the terminal', () => {
  assert.equal(problemSentence({ type: 'problem', what: 'exchange was refused.', detail: 'EPERM', fix: 'run as root' }), 'exchange was refused: EPERM.\n  What to do: run as root')
  assert.equal(problemSentence({ type: 'problem', what: 'disk is full' }), 'disk is full.')
  assert.equal(printable('a\u001b[2Jb\u009bc\r\u0007'), 'a\ufffd[2Jb\ufffdc\ufffd\ufffd')
})

test('the collector says what is watched, what is not, and why', () => {
  const refused = [{ probe: 'tcp_connection', reason: 'EPERM', loses: 'Failed connections are not seen.' }]
  const partly = [{ probe: 'exchange', reason: 'no sock_send_length.', loses: '' }]
  const off = [{ probe: 'cpu_profile', reason: '', loses: 'flame graphs' }]
  assert.deepEqual(watchedLines({ type: 'ready', watched: ['exchange', 'process_lifecycle'], partly, refused, off }), [
    '  watching      exchange, process_lifecycle',
    '  in part       exchange: no sock_send_length.',
    '  not watching  tcp_connection: EPERM. Without it: Failed connections are not seen.',
    '  switched off  cpu_profile; the Collector page or --probe-on cpu_profile switches it on. Without it: flame graphs',
  ])
})

/** A supervisor over two small programs that note what happens to them, a line each. */
function supervise(name: string, port: number, children: { web: string; collector: string }, replays = false): { child: ChildProcess; said: () => string; noted: () => string[] } {
  const notes = join(directory, `${name}.notes`)
  const program = (who: string, extra: string) => `
    const { appendFileSync } = require('node:fs')
    const note = (what) => appendFileSync(${JSON.stringify(notes)}, '${who} ' + what + '\\n')
    note('started ' + process.pid)
    process.on('SIGTERM', () => { note('stopped'); process.exit(0) })
    setInterval(() => {}, 1000)
    ${extra}`
  const web = `require('node:http').createServer((q, r) => r.end('{"hosts":[{"connected":true}]}')).listen(${port}, '127.0.0.1')`
  const main = join(directory, `${name}.mjs`)
  writeFileSync(
    main,
    `import { Supervisor } from ${JSON.stringify(join(here, 'index.mjs'))}
     import { asCaller } from ${JSON.stringify(join(here, 'privileges.mjs'))}
     const node = process.execPath
     const supervisor = new Supervisor({ root: '/', dataDirectory: '/tmp', address: '127.0.0.1', port: ${port}, env: {}, replays: ${replays},
       web: asCaller([node, '-e', ${JSON.stringify(program('web', `${web}\n${children.web}`))}]),
       collector: asCaller([node, '-e', ${JSON.stringify(program('collector', children.collector))}]) })
     process.exitCode = await supervisor.run()`,
  )
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()))
  return { child, said: () => said, noted: () => (existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : []) }
}

async function until(holds: () => boolean, what: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail(what())
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve))
const READY = `console.log('{"type":"ready","watched":["exchange"],"refused":[]}')`

test('ready when both are, and stopped collector first', async () => {
  const tree = supervise('order', 27_411, { web: '', collector: READY })
  await until(() => tree.said().includes('watching      exchange\n'), tree.said)
  assert.match(tree.said(), /Sonde is ready at http:\/\/127\.0\.0\.1:27411\n/)
  const exit = ended(tree.child)
  tree.child.kill('SIGTERM')
  assert.equal(await exit, 0)
  assert.deepEqual(tree.noted().slice(-2), ['collector stopped', 'web stopped'])
})

test('a child that dies is started again, and it is said', async () => {
  const tree = supervise('restart', 27_412, { web: '', collector: READY })
  await until(() => tree.said().includes('Sonde is ready'), tree.said)
  process.kill(Number(tree.noted().find((note) => note.startsWith('collector started'))!.split(' ')[2]), 'SIGKILL')
  await until(() => tree.noted().filter((note) => note.startsWith('collector started')).length === 2, tree.said)
  await until(() => tree.said().includes('The collector is there again.\n'), tree.said)
  assert.match(tree.said(), /The collector was ended by SIGKILL; it is started again in 0\.5 s\.\nThe collector is there again\./)
  const exit = ended(tree.child)
  tree.child.kill('SIGINT')
  assert.equal(await exit, 0)
})

test('a collector that fails at every start ends Sonde, and its reason is said once', async () => {
  const tree = supervise('hopeless', 27_413, { web: '', collector: `console.log('{"type":"problem","what":"No programs","fix":"be root"}'); process.exit(3)` })
  assert.equal(await ended(tree.child), 1)
  assert.equal(tree.said().match(/No programs\.\n {2}What to do: be root/g)?.length, 1, tree.said())
  assert.match(tree.said(), /The collector ended with status 3; Sonde cannot start\./)
  assert.equal(tree.noted().at(-1), 'web stopped')
})

test('children that do not end are killed, in time', async () => {
  const stubborn = `process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => {})`
  const tree = supervise('stubborn', 27_414, { web: stubborn, collector: `${stubborn}; ${READY}` })
  await until(() => tree.said().includes('Sonde is ready'), tree.said)
  const exit = ended(tree.child)
  tree.child.kill('SIGTERM')
  assert.equal(await exit, 0)
  assert.match(tree.said(), /Killed, as it did not end in time: collector, web\./)
})

test('SIGHUP is passed on and ends nothing', async () => {
  const heard = `process.on('SIGHUP', () => { note('told'); console.log('{"type":"notice","detail":"read again"}') })`
  const tree = supervise('reload', 27_416, { web: heard, collector: `${heard}; ${READY}` })
  await until(() => tree.said().includes('Sonde is ready'), tree.said)
  tree.child.kill('SIGHUP')
  await until(() => tree.said().includes('collector: read again\n') && tree.said().includes('web: read again\n'), tree.said)
  assert.deepEqual(tree.noted().filter((note) => note.endsWith('told')).sort(), ['collector told', 'web told'])
  const exit = ended(tree.child)
  tree.child.kill('SIGTERM')
  assert.equal(await exit, 0)
})

test('a recording that is over stays on show; one that cannot be shown ends Sonde at once', async () => {
  const over = supervise('over', 27_417, { web: '', collector: `${READY}; setTimeout(() => process.exit(0), 200)` }, true)
  await until(() => over.said().includes('The recording is over') && over.said().includes('Sonde is ready'), over.said)
  const exit = ended(over.child)
  over.child.kill('SIGTERM')
  assert.equal(await exit, 0)
  assert.equal(over.noted().filter((note) => note.startsWith('collector started')).length, 1)

  const broken = supervise('broken', 27_418, { web: '', collector: `console.log('{"type":"problem","what":"It is no recording","fix":"name one"}'); process.exit(1)` }, true)
  assert.equal(await ended(broken.child), 1)
  assert.match(broken.said(), /It is no recording\.\n {2}What to do: name one\n\nThe recording cannot be shown\.\n/)
  assert.equal(broken.noted().filter((note) => note.startsWith('collector started')).length, 1)
})

test('nothing survives a supervisor that was killed', async () => {
  const tree = supervise('killed', 27_415, { web: '', collector: READY })
  await until(() => tree.said().includes('Sonde is ready'), tree.said)
  const exit = ended(tree.child)
  tree.child.kill('SIGKILL')
  await exit
  await until(() => tree.noted().filter((note) => note.endsWith('stopped')).length === 2, () => tree.noted().join())
})
