import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ListeningProbe } from '../../testing/distributions.ts'
import { runQueueLatency } from './run_queue_latency.ts'

let probe: ListeningProbe
before(() => { probe = new ListeningProbe(runQueueLatency) })
after(() => probe.close())

test('two that spin on one CPU wait for each other about half of the time', async () => {
  const spinners = [0, 1].map(() => spawn('taskset', ['-c', '0', '/bin/sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }))
  const exited = spinners.map((child) => once(child, 'exit'))
  await sleep(800)
  for (const child of spinners) child.kill('SIGKILL')
  await Promise.all(exited)
  for (const { pid } of spinners) {
    const { sumNs, count, timed, maxNs } = probe.of(pid!)['']!
    assert.equal(timed, count)
    assert.ok(sumNs > 200e6 && maxNs > 1e6, `${sumNs} ns in ${count} waits`)
  }
})

test('four that spin on two CPUs all wait, for as long as they don’t run', async () => {
  const spinners = Array.from({ length: 4 }, () => spawn('taskset', ['-c', '0,1', '/bin/sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }))
  const exited = spinners.map((child) => once(child, 'exit'))
  const waited = () => spinners.map(({ pid }) => probe.of(pid!)['']?.sumNs ?? 0)
  try {
    for (const end = Date.now() + 60_000; waited().some((ns) => ns < 300e6); await sleep(20)) assert.ok(Date.now() < end, `${waited().join(' ')} ns within a minute`)
  } finally {
    for (const child of spinners) child.kill('SIGKILL')
    await Promise.all(exited)
  }
  for (const { pid } of spinners) {
    const { count, timed, untimed } = probe.of(pid!)['']!
    assert.deepEqual([timed, untimed], [count, 0])
  }
})

test('one that is woken has waited, as often as it was woken', async () => {
  const child = spawn('/bin/sh', ['-c', 'i=0; while [ $i -lt 20 ]; do read line; i=$((i+1)); done'], { stdio: ['pipe', 'ignore', 'ignore'] })
  const exited = once(child, 'exit')
  await sleep(100)
  const before = probe.of(child.pid!)['']?.count ?? 0
  for (let i = 0; i < 20; i++) {
    child.stdin.write('x\n')
    await sleep(5)
  }
  await exited
  const { count } = probe.of(child.pid!)['']!
  assert.ok(count - before >= 19, `${count - before}`)
})
