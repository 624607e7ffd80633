import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Losses } from '../health/losses.ts'
import type { ModelSink } from './changes.ts'
import { exchange } from './exchange-fixture.ts'
import { described, watched } from './model-fixture.ts'
import type { Process } from './process.ts'
import { ProcessTable } from './process-table.ts'

const REQUEST = 'GET / HTTP/1.1\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const outside = { client: '192.0.2.1' }
const S = 1e9

const started = (pid: number, comm: string, startedAt: number, parentPid = 1, existing = false) =>
  ({ kind: 'process-started', at: startedAt, pid, parentPid, startedAt, comm, uid: 0, netns: 1, existing }) as const

test('a row when one starts, is described, execs, ends', () => {
  const { model, processes } = watched({ bare: true })
  model.apply(started(10, 'sh', 1 * S))
  model.apply(described(10, 'sh', { startedAt: 1 * S, comm: 'sh' }))
  model.apply({ kind: 'process-executed', at: 2 * S, pid: 10, parentPid: 1, startedAt: 1 * S, comm: 'node', uid: 0, netns: 1, filename: '/usr/bin/node', commandArgs: ['node', 'server.js'] })
  model.apply(described(10, 'shop', { startedAt: 1 * S, comm: 'node' }))
  model.apply({ kind: 'process-exited', at: 3 * S, pid: 10, startedAt: 1 * S, exitCode: 137 })
  assert.deepEqual(processes, ['10 sh  runs', '10 sh sh runs', '10 node  runs', '10 node shop runs', '10 node shop exited 137'])
  assert.deepEqual(model.snapshot(4 * S).processes, [])
})

test('the end of one that lived too short to be described is told once: when it is, after 2 s, or at the end of all', () => {
  const { model, processes } = watched({ bare: true })
  const over = (pid: number, at: number) => {
    model.apply(started(pid, 'sh', at - 3e6))
    model.apply({ kind: 'process-exited', at, pid, startedAt: at - 3e6, exitCode: 3 })
  }
  const ends = () => processes.filter((one) => one.includes('exited'))
  over(10, 1 * S)
  over(11, 1.5 * S)
  model.tick(1.5 * S)
  assert.deepEqual(ends(), [])
  for (let times = 0; times < 2; times++) model.apply(described(10, 'job', { startedAt: 1 * S - 3e6, comm: 'sh' }))
  model.apply({ kind: 'process-used', at: 1.6 * S, pid: 10, startedAt: 1 * S - 3e6, cpuNs: 5, intervalNs: 10, residentBytes: 4096, threads: 1 })
  assert.deepEqual(ends(), ['10 sh job exited 3'])
  model.tick(3.4 * S)
  assert.equal(ends().length, 1)
  model.tick(3.5 * S)
  model.apply(described(11, 'job', { startedAt: 1.5 * S - 3e6, comm: 'sh' }))
  assert.deepEqual(ends().slice(1), ['11 sh  exited 3'])
  over(12, 4 * S)
  model.drain(4 * S)
  model.tick(9 * S)
  assert.deepEqual(ends().slice(2), ['12 sh  exited 3'])
})

test('of one that is over no texts are kept but its name', () => {
  const seen = new Set<Process>()
  const { model, requests } = watched({ bare: true })
  const table = new ProcessTable({ losses: new Losses(), isOwn: () => false, sink: { process: (process: Process) => seen.add(process) } as unknown as ModelSink })
  for (const o of [described(10, 'shop'), { kind: 'process-exited', at: 3 * S, pid: 10, startedAt: 10e3, exitCode: 0 } as const, described(10, 'shop')]) {
    table.apply(o)
    model.apply(o)
    const [process] = seen
    assert.equal(process!.commandLine, process!.exitedAt ? '' : '/usr/bin/shop')
  }
  model.apply(exchange('server', { request: REQUEST, response: OK, atMs: 3_100, cookie: 1, pid: 10 }, outside))
  assert.deepEqual(requests.map((r) => r.service), ['shop'])
})

test('a start time read from /proc in ticks is the same as the kernel’s', () => {
  const { model } = watched({ bare: true })
  model.apply(started(10, 'node', 1_234_567_890))
  model.apply(described(10, 'shop', { startedAt: 1_230_000_000 }))
  assert.deepEqual(model.snapshot(0).processes.map((p) => [p.pid, p.service]), [[10, 'shop']])
})

test('a pid used again: records go to who had it then', () => {
  const { model, requests } = watched({ bare: true })
  model.apply(described(100, 'old', { startedAt: 0.1 * S }))
  model.apply({ kind: 'process-exited', at: 1.2 * S, pid: 100, startedAt: 0.1 * S, exitCode: 0 })
  model.apply(started(100, 'new', 1.5 * S))
  model.apply(described(100, 'new', { startedAt: 1.5 * S }))
  model.apply(exchange('server', { request: REQUEST, response: OK, atMs: 1_100, cookie: 1 }, outside))
  model.apply(exchange('server', { request: REQUEST, response: OK, atMs: 1_600, cookie: 3 }, outside))
  assert.deepEqual(requests.map((r) => r.service), ['old', 'new'])
})

test('an exited process keeps its name for twenty seconds', () => {
  const { model, requests } = watched()
  model.apply({ kind: 'process-exited', at: 2 * S, pid: 100, startedAt: 100e3, exitCode: 0 })
  model.tick(21 * S)
  model.apply(exchange('server', { request: REQUEST, response: OK, cookie: 1 }, outside))
  assert.deepEqual(requests.map((r) => r.service), ['shop'])
  model.tick(22 * S)
  assert.equal(model.bounds().processes![0], 1)
})

test('a child that hasn’t exec’d goes by its parent’s service', () => {
  const { model, requests } = watched({ bare: true })
  model.apply(described(99, 'pool', { startedAt: 1 }))
  model.apply(started(100, 'pool', 0.5 * S, 99))
  model.apply(exchange('server', { request: REQUEST, response: OK }, outside))
  model.tick(2 * S)
  assert.deepEqual(requests.map((r) => r.service), ['pool'])
})

test('usage of services every five seconds, of exited processes too', () => {
  const { model, usage, processes } = watched({ bare: true })
  model.apply(described(1, 'shop', { startedAt: 1 }))
  model.apply(described(2, 'shop', { startedAt: 1 }))
  model.apply(described(3, '', { startedAt: 1, comm: 'kthreadd' }))
  model.tick(10 * S)
  const used = (pid: number, cpuNs: number) => model.apply({ kind: 'process-used', at: 12 * S, pid, startedAt: 1, intervalNs: 2 * S, cpuNs, residentBytes: 1_000, threads: 2 })
  used(1, 500e6)
  used(2, 100e6)
  used(3, 100e6)
  const rows = processes.length
  used(1, 500e6)
  assert.equal(processes.length, rows, 'nothing moved')
  model.apply({ kind: 'process-exited', at: 13 * S, pid: 2, startedAt: 1, exitCode: 0 })
  model.tick(14.9 * S)
  assert.deepEqual(usage, [])
  model.tick(15 * S)
  assert.deepEqual(usage, ['shop 1100000000 1000 1'])
  assert.deepEqual(model.snapshot(0).processes.map((p) => p.cpuMilliCores), [250, 50])
})

test('more processes than there is room for', () => {
  const { model, lost } = watched({ bare: true })
  for (let pid = 1; pid <= 32_770; pid++) model.apply(started(pid, 'x', pid * S))
  assert.deepEqual(lost(), { 'model.processes: evicted': 2 })
  assert.equal(model.bounds().processes![0], 32_768)
})
