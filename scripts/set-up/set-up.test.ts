import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { showRecording } from '../replaying/index.mjs'
import { fileOf, portOf, readArguments, refuseTakenByNpm } from './arguments.mjs'
import { missingIn } from './debian.mjs'
import { checkPort, lackingCapabilities, urlOf } from './machine.mjs'
import { sameModules } from './modules.mjs'
import { run } from './run.mjs'

const command = { help: 'help', switches: ['--no-install'], options: ['--port', '--data-dir'] }

test('switches, options in both forms, and what is left over', () => {
  const args = readArguments(['--port', '1', '--data-dir=/a=b', '--no-install', '--probes.exchange', 'off'], { ...command, passesRest: true })
  assert.deepEqual([...args.switches], ['--no-install'])
  assert.deepEqual([...args.options], [['--port', '1'], ['--data-dir', '/a=b']])
  assert.deepEqual(args.rest, ['--probes.exchange', 'off'])
})

test('an unknown argument and a missing value are problems', () => {
  assert.throws(() => readArguments(['--prot', '1'], command), { message: 'Unknown argument --prot.' })
  assert.throws(() => readArguments(['--port'], command), { message: '--port needs a value.' })
  assert.throws(() => readArguments(['--port='], command), { message: '--port needs a value.' })
})

test('what npm took for itself is said, with the line to type instead', () => {
  const names = ['--port', '--data-dir', '--no-install']
  const line = 'npm run set-up.test.ts -- '
  const taken = (given: string[], environment: Record<string, string>) => () => refuseTakenByNpm(given, names, { npm_lifecycle_event: 'set-up.test.ts', ...environment })
  // As npm 11 sets them for `--port 8080`, `--port=8080 --no-install` and `--data-dir=/x`.
  assert.throws(taken(['8080'], { npm_config_port: 'true' }), { message: 'npm took --port for itself, for no `--` stands before it.', fix: `type ${line}--port 8080` })
  assert.throws(taken([], { npm_config_port: '8080', npm_config_install: '' }), { fix: `type ${line}--port=8080 --no-install` })
  assert.throws(taken([], { npm_config_data_dir: '/x' }), { fix: `type ${line}--data-dir=/x` })
  taken(['--port=1'], { npm_config_port: '8080' })()
  taken([], { npm_config_loglevel: 'error' })()
  taken([], { npm_config_port: '8080', npm_lifecycle_event: 'test' })()
})

test('the file that a command is about stands first', () => {
  const of = (...line: string[]) => fileOf(readArguments(line, { ...command, passesRest: true }), 'npm run record -- FILE')
  assert.deepEqual(of('--port', '1', 'x.rec', '--probe-off', 'exchange'), { file: 'x.rec', rest: ['--probe-off', 'exchange'] })
  for (const line of [[], ['--probe-off', 'exchange', 'x.rec']]) assert.throws(() => of(...line), { message: 'No file is named.' })
})

test('addresses are written into URLs as they have to be', () => {
  assert.equal(urlOf({ address: '127.0.0.1', port: 1 }), 'http://127.0.0.1:1')
  assert.equal(urlOf({ address: '::1', port: 1 }), 'http://[::1]:1')
})

test('ports are ports', () => {
  const port = (text: string) => portOf(readArguments(['--port', text], command), 7663)
  assert.equal(port('65535'), 65535)
  for (const wrong of ['0', '65536', '80x', '-1', '1e3', ' 80']) assert.throws(() => port(wrong), { name: 'Problem' }, wrong)
  assert.equal(portOf(readArguments([], command), 7663), 7663)
})

test('a recording has a port, and no other address', async () => {
  const shown = (flags: string[]) => showRecording({ recording: '/dev/null', flags, port: 1, install: false })
  await assert.rejects(shown(['--listen', '0.0.0.0:7663']), { message: 'A recording is shown on 127.0.0.1 only.', fix: 'choose its port with --port' })
  await assert.rejects(shown(['--loop', '--listen=:1']), { fix: 'choose its port with --port' })
})

test('a package counts as installed only when dpkg says so', () => {
  const listing = 'clang-19\tinstalled\nllvm-19\tconfig-files\nbpftool\thalf-installed\ndpkg-query: no packages found matching nothing\n'
  assert.deepEqual(missingIn(listing, ['clang-19', 'llvm-19', 'bpftool', 'nothing']), ['llvm-19', 'bpftool', 'nothing'])
})

test('installed modules are compared with the lock', () => {
  const locked = { '': { version: '0.1.0' }, 'node_modules/a': { version: '1.0.0', integrity: 'x' }, 'node_modules/b-darwin': { version: '1.0.0', optional: true } }
  const { '': _, 'node_modules/b-darwin': __, ...installed } = locked
  assert.equal(sameModules(locked, installed), true)
  assert.equal(sameModules(locked, {}), false, 'missing')
  assert.equal(sameModules(locked, { 'node_modules/a': { version: '1.0.1', integrity: 'x' } }), false, 'another version')
  assert.equal(sameModules(locked, { 'node_modules/a': { version: '1.0.0', integrity: 'y' } }), false, 'other contents')
  assert.equal(sameModules(locked, { ...installed, 'node_modules/c': { version: '1.0.0' } }), false, 'one too many')
})

test('missing capabilities are named', () => {
  assert.deepEqual(lackingCapabilities('Name:\tnode\nCapEff:\t000001ffffffffff\n'), [])
  assert.deepEqual(lackingCapabilities('CapEff:\t00000000a80425fb\n'), ['CAP_PERFMON', 'CAP_BPF'])
  assert.deepEqual(lackingCapabilities('CapEff:\t0000004000000000\n'), ['CAP_BPF'])
})

test('a port in use is a problem that names another', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  // Not an HTTP server: whoever asks it gets an end at once.
  server.on('connection', (socket) => socket.destroy())
  await assert.rejects(checkPort({ port }), { message: `Port ${port} is in use: another program listens there.`, fix: `stop it, or choose another port: npm start -- --port ${port + 10}` })
  await new Promise((resolve) => server.close(resolve))
  await checkPort({ port })
})

test('a program that cannot be started, fails or is killed has a status', async () => {
  assert.equal((await run('/nowhere/program', [])).code, 127)
  assert.deepEqual(await run('sh', ['-c', 'echo out; echo err >&2; exit 3']).then(({ code, output }) => [code, output.split('\n').sort()]), [3, ['', 'err', 'out']])
  assert.equal((await run('sh', ['-c', 'kill -9 $$'])).code, 128)
})

test('the topmost closed parent is found', async () => {
  const { closedParent } = await import('../supervisor/reachable.mjs')
  const top = mkdtempSync(join(tmpdir(), 'sonde-closed-'))
  try {
    mkdirSync(join(top, 'a/b/c'), { recursive: true })
    for (const open of [top, join(top, 'a'), join(top, 'a/b'), join(top, 'a/b/c')]) chmodSync(open, 0o755)
    assert.equal(closedParent(join(top, 'a/b/c')), undefined)
    chmodSync(join(top, 'a/b'), 0o700)
    assert.equal(closedParent(join(top, 'a/b/c')), join(top, 'a/b'))
    chmodSync(top, 0o700)
    assert.equal(closedParent(join(top, 'a/b/c')), top)
    assert.equal(closedParent(top), undefined, 'its own mode is not a parent')
  } finally {
    rmSync(top, { recursive: true })
  }
})

test('a signal ends the program that runs, and is said', async () => {
  const running = run('sleep', ['60'])
  process.kill(process.pid, 'SIGINT')
  await assert.rejects(running, { message: 'Interrupted while running sleep.' })
})
