import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { bootNanoseconds } from '@sonde/libbpf'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { processLifecycle } from './process_lifecycle.ts'

let probe: AttachedProbe
before(() => { probe = new AttachedProbe(processLifecycle) })
after(() => probe.close())

const netns = statSync('/proc/self/ns/net').ino

function exitOf(pid: number) {
  return probe.until(`exit of ${pid}`, (p) => p.seen('process-exited').find((one) => one.pid === pid))
}

async function run(command: string, args: string[]): Promise<ChildProcess & { pid: number }> {
  const child = spawn(command, args, { stdio: 'ignore' })
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  return child as ChildProcess & { pid: number }
}

test('a program is seen to start, become what it is and end, with its parent, user, arguments and code', async () => {
  const before = bootNanoseconds()
  const { pid } = await run('/bin/sh', ['-c', 'exit 7', 'a b', 'ü'])
  const exited = await exitOf(pid)
  const started = probe.seen('process-started').filter((one) => one.pid === pid)
  const executed = probe.seen('process-executed').filter((one) => one.pid === pid)
  assert.equal(started.length, 1)
  assert.equal(executed.length, 1)
  assert.deepEqual({ ...started[0]!, at: 0, startedAt: 0, comm: '' },
    { kind: 'process-started', at: 0, pid, parentPid: process.pid, startedAt: 0, comm: '', uid: process.getuid!(), netns, existing: false })
  assert.deepEqual({ ...executed[0]!, at: 0, startedAt: 0 }, {
    kind: 'process-executed', at: 0, pid, parentPid: process.pid, startedAt: 0, comm: 'sh', uid: process.getuid!(), netns,
    filename: '/bin/sh', commandArgs: ['/bin/sh', '-c', 'exit 7', 'a b', 'ü'],
  })
  assert.equal(exited.exitCode, 7)
  assert.equal(started[0]!.startedAt, executed[0]!.startedAt)
  assert.equal(started[0]!.startedAt, exited.startedAt)
  assert.ok(before <= started[0]!.startedAt && started[0]!.startedAt <= started[0]!.at && started[0]!.at <= executed[0]!.at && executed[0]!.at <= exited.at)
})

test('an end by signal has the code a shell shows', async () => {
  const child = await run('/bin/sleep', ['60'])
  await probe.until('sleep', (p) => p.seen('process-executed').find((one) => one.pid === child.pid))
  child.kill('SIGTERM')
  assert.equal((await exitOf(child.pid)).exitCode, 143)
  const other = await run('/bin/sleep', ['60'])
  other.kill('SIGKILL')
  assert.equal((await exitOf(other.pid)).exitCode, 137)
})

test('arguments longer than the record are cut, not lost', async () => {
  const { pid } = await run('/bin/true', ['x'.repeat(400), 'y'.repeat(4000)])
  const executed = await probe.until('exec', (p) => p.seen('process-executed').find((one) => one.pid === pid))
  assert.equal(executed.filename, '/bin/true')
  assert.deepEqual(executed.commandArgs, ['/bin/true', 'x'.repeat(400), 'y'.repeat(512 - 10 - 401)])
})

test('threads are no processes: eight come and go, one process starts and ends, once', async () => {
  const script = 'import threading,sys\nts=[threading.Thread(target=lambda:None) for _ in range(8)]\n[t.start() for t in ts]\n[t.join() for t in ts]\nsys.exit(3)'
  const { pid } = await run('/usr/bin/python3', ['-c', script])
  assert.equal((await exitOf(pid)).exitCode, 3)
  const children = probe.seen('process-started').filter((one) => one.pid === pid || one.parentPid === pid)
  assert.deepEqual(children.map((one) => one.pid), [pid])
  assert.equal(probe.seen('process-exited').filter((one) => one.pid === pid).length, 1)
})

test('a process ends with its last thread, also if its first left before and many leave at once', async () => {
  const script = `import threading,os,time
def end():
  time.sleep(0.2); os._exit(9)
threading.Thread(target=end).start()
for _ in range(8): threading.Thread(target=lambda: time.sleep(5), daemon=True).start()
import ctypes
ctypes.CDLL(None).syscall(60, 0)`
  const { pid } = await run('/usr/bin/python3', ['-c', script])
  assert.equal((await exitOf(pid)).exitCode, 9)
  assert.equal(probe.seen('process-exited').filter((one) => one.pid === pid).length, 1)
})

test('a fork without exec is a process', async () => {
  const child = await run('/bin/sh', ['-c', '(exit 5) & wait $!'])
  await exitOf(child.pid)
  const forked = probe.seen('process-started').filter((one) => one.parentPid === child.pid)
  assert.equal(forked.length, 1)
  assert.equal((await exitOf(forked[0]!.pid)).exitCode, 5)
  assert.equal(probe.seen('process-executed').filter((one) => one.pid === forked[0]!.pid).length, 0)
})

test('processes that ran before are found: each of /proc once, no kernel thread', async () => {
  const child = await run('/bin/sleep', ['60'])
  const between = probe.seen('process-started').length
  probe.object.runIterator('processes_running')
  const found = probe.seen('process-started').slice(between).filter((one) => one.existing)
  child.kill()
  const self = found.filter((one) => one.pid === process.pid)
  assert.equal(self.length, 1)
  assert.equal(self[0]!.parentPid, process.ppid)
  assert.equal(self[0]!.netns, netns)
  assert.equal(self[0]!.comm, readFileSync('/proc/self/comm', 'latin1').trimEnd())
  const ticks = Number(readFileSync('/proc/self/stat', 'latin1').split(') ')[1]!.split(' ')[19])
  assert.equal(Math.floor(self[0]!.startedAt / (1e9 / Number(execFileSync('getconf', ['CLK_TCK'])))), ticks)
  assert.equal(found.filter((one) => one.pid === child.pid).length, 1)
  assert.equal(new Set(found.map((one) => one.pid)).size, found.length)
  const kthreadd = readFileSync('/proc/2/comm', 'latin1')
  assert.equal(kthreadd, 'kthreadd\n')
  assert.deepEqual(found.filter((one) => one.pid === 2 || one.parentPid === 2), [])
})

test('nothing was lost', () => assert.equal(probe.losses(), 0))
