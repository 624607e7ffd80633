import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { readConfig, StartProblem } from './config.ts'
import { batchOf, request } from './store/rows.cases.ts'
import { TestCollector } from './web.cases.ts'

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-main-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Starts the process; `line()` gives the next line of its stdout as an object. */
function start(t: TestContext, directory: string, listen = '127.0.0.1:0', environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--listen', listen, '--data-dir', directory, '--api-only'], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exited = once(child, 'exit')
  return { child, exited, line: async () => JSON.parse((await lines.next()).value as string) as Record<string, string> }
}

test('it says that it is ready, serves, and ends on SIGTERM with all committed', async (t) => {
  const directory = folder(t)
  const first = start(t, directory)
  const ready = await first.line()
  assert.equal(ready.type, 'ready')
  const health = (await (await fetch(`${ready.url}/api/v1/health`)).json()) as { status: string }
  assert.equal(health.status, 'ok')
  const collector = await TestCollector.connect(join(directory, 'run', 'ingest.sock'), 's', 'h1')
  collector.frame(batchOf('requests', [request(1, 0)]))
  await collector.inbox.find(({ type }) => type === 'ack')
  first.child.kill('SIGTERM')
  assert.deepEqual(await first.exited, [0, null])
  const second = start(t, directory)
  const again = await second.line()
  assert.equal(again.type, 'ready')
  const found = (await (await fetch(`${again.url}/api/v1/requests/0000000000000001`)).json()) as { id: string }
  assert.equal(found.id, '0000000000000001')
})

test('after kill -9 the next start says so, and a collector’s own copy makes it whole', async (t) => {
  const directory = folder(t)
  const first = start(t, directory)
  await first.line()
  const socket = join(directory, 'run', 'ingest.sock')
  const collector = await TestCollector.connect(socket, 's', 'h1')
  collector.frame(batchOf('requests', [request(1, 0)]))
  await collector.inbox.find(({ type }) => type === 'ack')
  first.child.kill('SIGKILL')
  await first.exited
  const second = start(t, directory)
  const recovered = await second.line()
  assert.equal(recovered.type, 'recovered')
  assert.match(recovered.detail!, /did not end by itself; its last commit was at \d{4}-.*nothing that was received is missing/)
  assert.equal((await second.line()).type, 'ready')
  const again = await TestCollector.connect(socket, 's', 'h1')
  assert.deepEqual(again.inbox.all, [{ type: 'welcome', committed: 1 }])
  await again.close()
})

test('a start that cannot be is one line that says why and what to do', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const file = join(folder(t), 'file')
  writeFileSync(file, '')
  for (const [listen, directory, what, fix] of [
    [`127.0.0.1:${(taken.address() as AddressInfo).port}`, folder(t), /^Port \d+ is in use$/, /SONDE_LISTEN/],
    ['0.0.0.0:7663', folder(t), /refuses to listen on 0\.0\.0\.0:7663/, /ssh -L/],
    ['127.0.0.1:0', file, /cannot write its data directory/, /SONDE_DATA_DIR/],
  ] as const) {
    const { exited, line } = start(t, directory, listen)
    const problem = await line()
    assert.equal(problem.type, 'problem')
    assert.match(problem.what!, what)
    assert.match(problem.fix!, fix)
    assert.ok(problem.detail)
    assert.deepEqual(await exited, [1, null])
  }
})

test('SIGHUP: keeps telemetry as the configuration says now, and says what has to wait', async (t) => {
  const directory = folder(t)
  const file = join(directory, 'sonde.config.yaml')
  writeFileSync(file, 'web: { retention: { days: 3 } }\n')
  const { child, line } = start(t, directory, '127.0.0.1:0', { SONDE_CONFIG: file })
  assert.equal((await line()).type, 'ready')
  writeFileSync(file, 'web: { retention: { days: 2 }, seal: { rows: 5000 } }\npeers: { 10.0.0.1: db }\n')
  child.kill('SIGHUP')
  const said = await line()
  assert.deepEqual([said.type, said.detail], ['notice', 'the configuration was read again; applied: web.retention.days = 2; only after a restart: web.seal.rows = 5000'])
})

test('options: flags before the environment, nothing but loopback, no nonsense', () => {
  assert.deepEqual([readConfig([], {})!.address, readConfig([], {})!.port], ['127.0.0.1', 7663])
  assert.equal(readConfig(['--listen', '[::1]:1'], { SONDE_LISTEN: '127.0.0.1:2' })!.address, '::1')
  assert.equal(readConfig([], { SONDE_LISTEN: 'localhost:2' })!.port, 2)
  assert.equal(readConfig(['--help'], {}), undefined)
  assert.equal(readConfig([], { SONDE_RETENTION_DAYS: '1' })!.retentionMs, 86_400_000)
  for (const listen of ['0.0.0.0:1', '[::]:1', '10.0.0.1:1', '[::ffff:127.0.0.1]:1', '128.0.0.1:1', 'example:1', '127.0.0.1', '127.0.0.1:x', '127.0.0.1:99999']) assert.throws(() => readConfig(['--listen', listen], {}), StartProblem, listen)
  for (const days of ['x', '-1', '0', 'Infinity']) assert.throws(() => readConfig([], { SONDE_RETENTION_DAYS: days }), /SONDE_RETENTION_DAYS/, days)
  assert.throws(() => readConfig(['--nope'], {}), StartProblem)
})
