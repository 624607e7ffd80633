import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { shareOf, TestProfiler, type NamedSample } from './test-profiler.ts'

const POINTS = 0.03
/** Of so many samples, were they drawn at random, a share of 0.6 is more than three points off once in a million times. */
const ENOUGH = 6000

const folder = mkdtempSync(join(tmpdir(), 'sonde-profile-'))
const running = new Set<ChildProcess>()
after(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const sharesProgram = join(folder, 'shares')
execFileSync('gcc', ['-O2', '-fno-omit-frame-pointer', '-pthread', '-o', sharesProgram, join(import.meta.dirname, 'testdata/shares.c')])

function start(command: string, args: string[]): ChildProcess & { pid: number } {
  const child = spawn(command, args, { stdio: 'ignore', cwd: folder })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child as ChildProcess & { pid: number }
}

/** Samples `command` until there are enough; gives them with their names. */
async function sample(command: string, args: string[], enough = ENOUGH): Promise<NamedSample[]> {
  const profiler = new TestProfiler()
  const child = start(command, args)
  const count = () => profiler.of(child.pid).reduce((sum, one) => sum + one.count, 0)
  const end = Date.now() + 120_000
  while (count() < enough && Date.now() < end) await sleep(200)
  child.kill()
  await profiler.close()
  const samples = profiler.of(child.pid)
  assert.ok(count() >= enough, `${count()} samples within 120 s`)
  return samples
}

function within(share: number, expected: number, what: string): void {
  assert.ok(Math.abs(share - expected) <= POINTS, `${what}: ${(share * 100).toFixed(1)} %, not ${expected * 100} %`)
}

test('a C program spends 60, 30 and 10 parts of its time in three functions: so say the samples, by its symbol table', async () => {
  const samples = await sample(sharesProgram, ['1000000', '2'])
  for (const [name, share] of [['most', 0.6], ['some', 0.3], ['least', 0.1]] as const) {
    within(shareOf(samples, (frame) => frame.name === name && frame.binary === sharesProgram && frame.kind === 'native' && frame.nameSource === 'symtab'), share, name)
  }
  assert.ok(shareOf(samples, (frame) => frame.name === 'rounds') > 0.97)
  // Whoever is called stands after its caller.
  const stack = samples.find(({ frames }) => frames.some(({ name }) => name === 'most'))!.frames.map(({ name }) => name)
  assert.ok(stack.indexOf('rounds') >= 0 && stack.indexOf('rounds') < stack.indexOf('most'))
})

test('a Node program with a perf map: its JavaScript functions, with file and line, in their shares', async () => {
  const script = join(folder, 'work.cjs')
  writeFileSync(script, `let sink = 0
function burn(parts) { for (let i = 0; i < parts * 2e6; i++) sink = (sink + i) | 0 }
function seventy() { burn(7); return sink }
function thirty() { burn(3); return sink }
function turn() { seventy(); thirty(); setImmediate(turn) }
turn()
`)
  // Without the last, a function that is still interpreted is a frame of the interpreter, nameless in the map: 11 % of the samples here.
  const samples = await sample(process.execPath, ['--perf-basic-prof', '--no-turbo-inlining', '--no-maglev-inlining', '--interpreted-frames-native-stack', script])
  const isJit = (name: string, line: number) => (frame: NamedSample['frames'][number]) => frame.name === name && frame.kind === 'jit' && frame.nameSource === 'perf-map' && frame.file === script && frame.line === line
  within(shareOf(samples, isJit('seventy', 3)), 0.7, 'seventy')
  within(shareOf(samples, isJit('thirty', 4)), 0.3, 'thirty')
})

test('dd from /dev/zero is the kernel’s work: its samples are in named functions of the kernel, below the system call', async () => {
  const samples = await sample('/bin/dd', ['if=/dev/zero', 'of=/dev/null', 'bs=1M'], 3000)
  assert.ok(shareOf(samples, ({ kind }) => kind === 'kernel') > 0.97)
  assert.ok(shareOf(samples, ({ name }) => name === 'vfs_read') > 0.95)
  const kernel = samples.flatMap(({ frames }) => frames.filter(({ kind }) => kind === 'kernel'))
  assert.deepEqual(kernel.filter(({ nameSource }) => nameSource !== 'kallsyms'), [])
})

test('processes that live 50 ms are named, though they are gone when the names are asked for', async () => {
  const profiler = new TestProfiler()
  for (let round = 0; round < 40; round++) await once(start(sharesProgram, ['4']), 'exit')
  await sleep(1000)
  await profiler.close()
  const samples = profiler.samples.filter(({ comm }) => comm === 'shares')
  const pids = new Set(samples.map(({ pid }) => pid))
  assert.ok(pids.size >= 30, `${pids.size} of 40 were sampled`)
  const inProgram = samples.filter(({ frames }) => frames.some(({ name, kind }) => name === 'rounds' || kind === 'unknown'))
  assert.ok(shareOf(inProgram, ({ name }) => name === 'rounds') > 0.9)
})

test('a program on a file system of its own is named through its root', async () => {
  const samples = await sample('/usr/bin/unshare', ['-m', 'sh', '-c', `mount -t tmpfs x /mnt && cp ${sharesProgram} /mnt/own && exec /mnt/own 1000000`], 1000)
  assert.ok(shareOf(samples, (frame) => frame.name === 'most' && frame.binary === '/mnt/own') > 0.4)
})
