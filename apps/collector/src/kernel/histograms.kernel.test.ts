import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fsyncSync, mkdtempSync, openSync, readlinkSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { bucketOf } from '@sonde/shared/signal'
import { CALLS, compileCalls } from '@sonde/bpf-programs/testing/distributions'
import { compileC, MeasuringKernel, run } from './histograms-fixture.ts'

test('a program’s system calls are counted exactly while somebody looks, with their errors and durations', async () => {
  const { program, remove } = compileCalls()
  const kernel = new MeasuringKernel('syscall_latency')
  try {
    kernel.watch()
    const pids = [await run(program), await run(program), await run(program)]
    kernel.close()
    for (const pid of pids) {
      const seen = kernel.of(pid)
      for (const [name, [count, error]] of Object.entries(CALLS)) {
        const { count: counted, untimed, errors, timed } = seen[name] ?? assert.fail(`${name}: ${JSON.stringify(seen)}`)
        assert.deepEqual({ counted, untimed, timed, errors }, { counted: count, untimed: 0, timed: count, errors: error === undefined ? {} : { [error]: count } }, name)
      }
      const { sumNs, maxNs, least } = seen.nanosleep!
      assert.ok(least >= bucketOf(20e6) && sumNs >= 200e6 && maxNs >= sumNs / 10, JSON.stringify(seen.nanosleep))
      assert.equal(seen.execve?.count, 1)
    }
    const { observedNs, intervalNs } = kernel.share()
    assert.ok(observedNs / intervalNs > 0.99, `${observedNs} of ${intervalNs}`)
    assert.deepEqual([...kernel.losses.all()].filter(({ count }) => count > 0), [])
  } finally {
    kernel.close()
    remove()
  }
})

test('Sonde’s own processes are not counted', async () => {
  const kernel = new MeasuringKernel('syscall_latency', [process.pid])
  try {
    kernel.watch()
    statSync('/')
    await sleep(50)
    kernel.close()
    assert.deepEqual(kernel.of(process.pid), {})
    assert.ok(kernel.measured.some(({ count }) => count > 0))
  } finally {
    kernel.close()
  }
})

test('a call that began before anybody listened is counted and has no duration; a birth is one clone', async () => {
  const child = spawn('/bin/sh', ['-c', 'sleep 0.4; (true); true'], { stdio: 'ignore' })
  await sleep(150)
  const kernel = new MeasuringKernel('syscall_latency')
  try {
    kernel.watch()
    await once(child, 'exit')
    kernel.close()
    const seen = kernel.of(child.pid!)
    assert.deepEqual([seen.wait4!.untimed, seen.clone?.count ?? seen.vfork?.count], [1, 1])
    assert.equal(seen.wait4!.timed, seen.wait4!.count - 1)
  } finally {
    kernel.close()
  }
})

test('the number of calls is estimated from the time listened to: a second of a probe that listens part of it', async () => {
  const program = compileC('#include <unistd.h>\n#include <sys/syscall.h>\nint main(int c, char **v) { for (;;) { for (int i = 0; i < 5; i++) syscall(SYS_getppid); usleep(1000); } }')
  const kernel = new MeasuringKernel('syscall_latency')
  const child = spawn(program, { stdio: 'ignore' })
  try {
    await sleep(1300) // the first window is over
    kernel.kernel.attend('syscall_latency', 'watched') // ends the interval, as its end would
    const told = kernel.measured.filter(({ pid, name }) => pid === child.pid && name === 'getppid')
    const sleeps = kernel.measured.filter(({ pid, name }) => pid === child.pid && name === 'clock_nanosleep')
    assert.equal(told.length, 1)
    const [{ count, intervalNs, observedNs }] = told as [(typeof told)[0]]
    assert.ok(observedNs >= 0.99e9 && observedNs < intervalNs, `${observedNs} of ${intervalNs}`)
    assert.ok(Math.abs(count - 5 * sleeps[0]!.count) <= 5, `${count} getppid, ${sleeps[0]!.count} sleeps`)
  } finally {
    child.kill('SIGKILL')
    kernel.close()
  }
})

test('four spinners on two CPUs wait for each other', async () => {
  const program = compileC('#include <time.h>\nint main(void) { struct timespec a, b; clock_gettime(CLOCK_MONOTONIC, &a); do clock_gettime(CLOCK_MONOTONIC, &b); while (b.tv_sec * 1000 + b.tv_nsec / 1000000 < a.tv_sec * 1000 + a.tv_nsec / 1000000 + 600); }')
  const kernel = new MeasuringKernel('run_queue_latency')
  try {
    kernel.watch()
    const spinners = Array.from({ length: 4 }, () => spawn('taskset', ['-c', '0,1', program], { stdio: 'ignore' }))
    await Promise.all(spinners.map((child) => once(child, 'exit'))) // each takes 600 ms
    kernel.close()
    for (const { pid } of spinners) {
      const waited = kernel.of(pid!)['']!
      // Half of each one's time: 600 ms in which four share two CPUs (and others ask for them, too).
      assert.ok(waited.sumNs > 150e6 && waited.maxNs > 1e6, JSON.stringify(waited))
    }
    const cpus = kernel.of(0)
    assert.ok(cpus.cpu0!.count > 0 && cpus.cpu1!.count > 0)
    const perProcess = kernel.measured.filter(({ pid }) => pid > 0).reduce((sum, { count }) => sum + count, 0)
    assert.equal(Object.values(cpus).reduce((sum, { count }) => sum + count, 0), perProcess)
  } finally {
    kernel.close()
  }
})

test('what is written to disk and synced appears on its device, for the process', async (t) => {
  const folder = mkdtempSync(join(import.meta.dirname, '.sync-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { dev } = statSync(folder)
  const number = `${Math.floor(dev / 256) % 4096}:${(dev % 256) + Math.floor(dev / 2 ** 20) * 256}`
  const device = readlinkSync(`/sys/dev/block/${number}`).split('/')
  const name = /^[a-z]+$/.test(device.at(-2)!) && device.at(-2) !== 'block' ? device.at(-2)! : device.at(-1)!
  const kernel = new MeasuringKernel('block_io')
  try {
    kernel.watch()
    const file = openSync(join(folder, 'x'), 'w')
    for (let i = 0; i < 10; i++) {
      writeSync(file, Buffer.alloc(65_536, i))
      fsyncSync(file)
    }
    closeSync(file)
    kernel.close()
    const seen = kernel.of(process.pid)
    assert.ok(seen[`${name} write`]!.count >= 10, JSON.stringify(seen))
    assert.ok(seen[`${name} write`]!.sumNs > 0)
  } finally {
    kernel.close()
  }
})
