import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Process } from '../../live/resources.ts'
import { arranged, levelPx, matching, selected, totals } from './rows.ts'

const at = (seconds: number) => new Date(1_795_000_000_000 + seconds * 1000).toISOString()
const process = (pid: number, parentPid: number, startedAt: number, more: Partial<Process> = {}): Process => ({ pid, parentPid, service: null, serviceKind: null, comm: `c${pid}`, commandLine: '', user: 'root', container: null, unit: null, cgroup: null, startedAt: at(startedAt), exitedAt: null, exitCode: null, threads: 2, cpuCores: 0.5, residentBytes: 0, host: 'h', ...more })
const shape = (rows: ReturnType<typeof arranged>) => rows.map(({ process, depth, guides }) => [process?.pid, depth, guides])

test('the tree: children below parents in the order they began, guides go on to the next sibling', () => {
  assert.deepEqual(shape(arranged([process(1, 0, 0), process(20, 1, 5), process(10, 1, 3), process(11, 10, 4)], 'tree')), [[1, 0, []], [10, 1, [true]], [11, 2, [true, false]], [20, 1, [false]]])
})

test('a pid used again: the child belongs to the one that lived when it began', () => {
  const rows = arranged([process(5, 0, 0, { exitedAt: at(10) }), process(5, 0, 20), process(6, 5, 25), process(7, 5, 5)], 'tree')
  assert.deepEqual(shape(rows), [[5, 0, []], [7, 1, [false]], [5, 0, []], [6, 1, [false]]])
})

test('a circle of parents and one’s own parent: each is shown once, nothing hangs', () => {
  assert.deepEqual(shape(arranged([process(1, 1, 0), process(2, 3, 1), process(3, 2, 1)], 'tree')), [[1, 0, []], [2, 0, []], [3, 1, [false]]])
})

test('of another host is another process', () => {
  assert.deepEqual(shape(arranged([process(1, 0, 0), process(2, 1, 1, { host: 'other' })], 'tree')), [[1, 0, []], [2, 0, []]])
})

test('by service: sums of those alive, the nameless last', () => {
  const rows = arranged([process(1, 0, 0), process(2, 0, 1, { service: 'b' }), process(3, 0, 2, { service: 'a' }), process(4, 0, 3, { service: 'b', exitedAt: at(9), exitCode: 1 })], 'service')
  assert.deepEqual(rows.map((row) => row.group ?? row.process?.pid), [{ name: 'a', count: 1, cpuCores: 0.5, threads: 2 }, 3, { name: 'b', count: 1, cpuCores: 0.5, threads: 2 }, 2, 4, { name: '', count: 1, cpuCores: 0.5, threads: 2 }, 1])
})

test('selected: services asked for and excluded', () => {
  const all = [process(1, 0, 0), process(2, 0, 0, { service: 'a' }), process(3, 0, 0, { service: 'b' })]
  const pids = (...filters: [string, boolean][]) => selected(all, filters.map(([value, not]) => ({ key: 'service', value, not }))).map(({ pid }) => pid)
  assert.deepEqual([pids(), pids(['a', false]), pids(['a', false], ['b', false]), pids(['a', true])], [[1, 2, 3], [2], [2, 3], [1, 3]])
})

test('matching, totals', () => {
  const ended = process(4, 0, 0, { exitedAt: at(50), exitCode: 1 })
  assert.equal(matching([process(31, 0, 0, { unit: 'cron.service', user: 'Ops' })], 'cron OPS 31').length, 1)
  assert.equal(matching([process(31, 0, 0)], 'cron').length, 0)
  assert.deepEqual(totals([ended, process(5, 0, 200)], 1_795_000_100_000), { alive: 1, threads: 2, started: 1, ended: 1, failed: 1 })
})

test('what was never sampled adds nothing, and is none of zero', () => {
  const [group, row] = arranged([process(1, 0, 0, { threads: null, cpuCores: null, residentBytes: null })], 'service')
  assert.deepEqual([group!.group, row!.process!.threads], [{ name: '', count: 1, cpuCores: 0, threads: 0 }, null])
})

test('a deep tree is drawn in narrower levels, never in none', () => {
  const chain = (length: number) => arranged(Array.from({ length }, (_, i) => process(i + 1, i, i)), 'tree')
  assert.deepEqual([chain(1), chain(8), chain(15), chain(500), []].map(levelPx), [16, 16, 8, 3, 16])
})
