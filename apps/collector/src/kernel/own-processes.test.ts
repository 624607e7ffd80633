import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProcessStarted } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import { OwnProcesses } from './own-processes.ts'

const started = (pid: number, parentPid: number, existing = false): ProcessStarted => ({ kind: 'process-started', at: 1, pid, parentPid, startedAt: pid, comm: '', uid: 0, netns: 1, existing })
const exited = (pid: number) => ({ kind: 'process-exited', at: 1, pid, startedAt: pid, exitCode: 0 }) as const

test('descendants are own, as they come and go', () => {
  const own = new OwnProcesses([100, 50], new Losses(), (pid) => ({ 50: [60], 60: [61] })[pid] ?? [])
  const known = new Set<number>()
  own.subscribe({ added: (pid) => known.add(pid), removed: (pid) => known.delete(pid) })
  assert.deepEqual([...known], [100, 50, 60, 61])
  own.observe(started(200, 61))
  own.observe(started(201, 200))
  own.observe(started(300, 1))
  assert.deepEqual([own.has(200), own.has(201), own.has(300), own.has(1)], [true, true, false, false])
  own.observe(exited(61))
  own.observe(exited(300))
  assert.deepEqual([...known], [100, 50, 60, 200, 201])
})

test('a number that has gone to a process of somebody else is not own any more', () => {
  const own = new OwnProcesses([100], new Losses(), () => [])
  own.observe(started(200, 100))
  own.observe(started(200, 1, true)) // told again by an iterator: reparented since
  assert.equal(own.has(200), true)
  own.observe(started(200, 1))
  assert.equal(own.has(200), false)
})

test('more than the map holds are counted', () => {
  const losses = new Losses()
  const own = new OwnProcesses([1000], losses, () => [])
  for (let pid = 2000; pid < 2300; pid++) own.observe(started(pid, 1000))
  assert.deepEqual([...losses.all()].map(({ reason, count }) => [reason, count]), [['full', 45]])
})
