import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Process } from '../../live/resources.ts'
import { changesOf } from './changes.ts'
import type { ServiceRow } from './rows.ts'

const at = (seconds: number) => new Date(1_795_000_000_000 + seconds * 1000).toISOString()
const process = (pid: number, service: string | null, startedAt: string, exitedAt: string | null): Process => ({ pid, parentPid: 900, service, serviceKind: null, comm: 'x', commandLine: 'x', user: 'root', container: null, unit: null, cgroup: null, startedAt, exitedAt, exitCode: exitedAt === null ? null : 0, threads: 1, cpuCores: 0, residentBytes: 0, host: 'h' })
const row = (name: string, told: ServiceRow['told'] = []): ServiceRow => ({ name, protocol: 'http', role: 'server', figures: undefined, cpuCores: null, series: { service: name, role: 'server', requestRate: [], errorCount: [], p50: [], p95: [], p99: [] }, usual: { rate: undefined, p50: undefined, p95: undefined, p99: undefined }, told, trouble: 0 })
const from = 1_795_000_000_000

test('a process that begins as another of its service ends replaces it; they pair one to one', () => {
  const { changes } = changesOf([row('inventory')], [process(1, 'inventory', at(-900), at(99)), process(2, 'inventory', at(101), null), process(3, 'inventory', at(102), null)], from, from + 900_000)
  assert.deepEqual(changes.map((change) => [change.kind, change.atMs - from, 'process' in change && change.process.pid, 'before' in change && change.before?.pid]), [['replaced', 101_000, 2, 1], ['started', 102_000, 3, undefined]])
})

test('only an older one is replaced, whatever order they come in', () => {
  const { changes } = changesOf([row('job')], [process(3, 'job', at(20), at(22)), process(1, 'job', at(0), at(2)), process(2, 'job', at(10), at(12))], from, from + 900_000)
  assert.deepEqual(changes.map((change) => [change.kind, 'process' in change && change.process.pid, 'before' in change && change.before?.pid]), [['started', 1, undefined], ['replaced', 2, 1], ['replaced', 3, 2], ['ended', 3, false]])
})

test('workers that come and go are one row a service; one that fails has its own, and so has a main process', () => {
  const worker = (pid: number, startedAt: string, exitedAt: string | null, exitCode = 0) => ({ ...process(pid, 'db', startedAt, exitedAt), parentPid: 10, exitCode: exitedAt === null ? null : exitCode })
  const all = [process(10, 'db', at(-900), null), worker(11, at(5), at(9)), worker(12, at(10), at(20)), worker(13, at(30), null), worker(14, at(-50), at(40), 139), { ...process(15, 'db', at(50), null), host: 'other', parentPid: 10 }]
  const { changes } = changesOf([row('db')], all, from, from + 900_000)
  assert.deepEqual(changes.map((change) => [change.kind, (change.atMs - from) / 1000, 'process' in change ? change.process.pid : 'began' in change && [change.began, change.ended]]), [['workers', 30, [3, 2]], ['ended', 40, 14], ['started', 50, 15]])
})

test('ends alone, levels, in order; what is of no talking service or outside the range is left out', () => {
  const rows = [row('checkout', [{ what: 'p99', moved: { since: 1, ratio: 3 }, sinceMs: from + 50_000 }]), row('cart')]
  const { changes, more } = changesOf(rows, [process(1, 'cart', at(-5), at(200)), process(2, 'cron', at(1), at(2)), process(3, null, at(1), null), process(4, 'cart', at(901), null)], from, from + 900_000)
  assert.deepEqual(changes.map((change) => [change.kind, change.service]), [['latency', 'checkout'], ['ended', 'cart']])
  assert.equal(more, 0)
})

test('the newest dozen; how many more there are is said', () => {
  const { changes, more } = changesOf([row('cart')], Array.from({ length: 20 }, (_, i) => process(i, 'cart', at(i), null)), from, from + 900_000)
  assert.deepEqual([changes.length, more, 'process' in changes[0]! && changes[0].process.pid], [12, 8, 8])
})
