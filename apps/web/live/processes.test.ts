import assert from 'node:assert/strict'
import { test } from 'node:test'
import { processesWithin } from './processes.ts'
import type { Process } from './resources.ts'

const at = (seconds: number) => new Date(1_795_000_000_000 + seconds * 1000).toISOString()
const process = (pid: number, startedAt: number, exitedAt: number | null = null): Process => ({ pid, parentPid: 1, service: null, serviceKind: null, comm: 'x', commandLine: '', user: 'root', container: null, unit: null, cgroup: null, startedAt: at(startedAt), exitedAt: exitedAt === null ? null : at(exitedAt), exitCode: null, threads: 1, cpuCores: 0, residentBytes: 0, host: 'h' })
const from = 1_795_000_000_000
const pids = (processes: readonly Process[]) => processes.map(({ pid }) => pid)

test('those of both ends, each once, the later answer holds', () => {
  const result = processesWithin([process(1, -9), process(2, -9, 50)], [process(1, -9), process(3, 60)], from, from + 100_000)
  assert.deepEqual(pids(result), [1, 2, 3])
})

test('outside the range: ended before it, begun after it', () => assert.deepEqual(processesWithin([process(1, -9, -1)], [process(2, 100)], from, from + 100_000), []))

test('one whose end is not known yet is not shown as alive', () => {
  assert.deepEqual(pids(processesWithin([process(1, -9)], [], from, from + 100_000)), [])
  assert.deepEqual(pids(processesWithin([process(1, -9)], undefined, from, from + 100_000)), [1])
})

test('one that began and ended between two looks at what runs', () => {
  assert.deepEqual(pids(processesWithin([process(1, -9), process(7, 20, 21)], [process(1, -9)], from, from + 100_000)), [1, 7])
})
