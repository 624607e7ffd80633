import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Host, Status } from '../../live/resources.ts'
import { queuesOf } from './queues.ts'

const host = (name: string, bounds: Host['bounds'], memoryBytes = 50e6): Host => ({
  id: name, name, connected: true, lastSeenAt: '', kernel: '', label: null, startedAt: null, version: null, btf: true, cpus: 1, memoryBytes: 1, clock: null, bounds, cost: { cpuCores: 0, memoryBytes, memoryCeilingBytes: 200e6, addedNsPerRequest: null },
})
const status = { store: { pendingBytes: 64, pendingLimitBytes: 128 } } as Status

test('fullest first, with memory and the web process; names say whose where there are several hosts', () => {
  const one = queuesOf([host('a', { 'ring of exchange': [1, 10], connections: [9, 10] })], status)
  assert.deepEqual(one, [
    { name: 'connections', now: 9, limit: 10, unit: 'items' }, { name: 'web: waiting to be written', now: 64, limit: 128, unit: 'bytes' },
    { name: 'memory of the collector', now: 50e6, limit: 200e6, unit: 'bytes' }, { name: 'ring of exchange', now: 1, limit: 10, unit: 'bytes' },
  ])
  assert.deepEqual(queuesOf([host('a', {}, 1), host('b', {}, 2)], undefined).map(({ name }) => name), ['memory of the collector of b', 'memory of the collector of a'])
})

test('what has no limit yet is no queue', () => {
  assert.deepEqual(queuesOf([{ ...host('a', { x: [0, 0] }), cost: null }], undefined), [])
})
