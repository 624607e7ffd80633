import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatInstant } from '@sonde/shared/units'
import { batchOf, SECOND, T0 } from '../store/rows.cases.ts'
import { startWeb } from '../web.cases.ts'

const RANGE = `from=${formatInstant(T0)}&to=${formatInstant(T0 + 60n * SECOND)}`

test('listeners with their accept queues, those that turned most away first; dropped segments by reason', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const listener = { time: T0, openedAt: T0, pid: 10, queueLimit: 128, service: 'shop', address: '::', port: 80 }
  await collector.store(batchOf('listeners', [
    { ...listener, id: 3 }, { ...listener, id: 4, port: 8080, queueLength: 128, longestQueue: 129, halfOpen: 2, drops: 17 }, { ...listener, id: 5, port: 99, service: '', closedAt: T0 + SECOND },
  ]))
  await collector.store(batchOf('tcp_drops', [{ time: T0, count: 3, reason: 'NETFILTER_DROP' }, { time: T0 + SECOND, count: 4, reason: 'TCP_OFO_DROP' }, { time: T0 + SECOND, count: 2, reason: 'NETFILTER_DROP' }]))
  const { body } = await web.get(`connections/listeners?${RANGE}`)
  const listeners = body.listeners as unknown as Record<string, unknown>[]
  assert.deepEqual(listeners.map(({ service, local, queueLength, queueLimit, longestQueue, halfOpen, drops, pid, closedAt }) => [service, local, queueLength, queueLimit, longestQueue, halfOpen, drops, pid, closedAt]), [
    ['shop', '[::]:8080', 128, 128, 129, 2, 17, 10, null], ['shop', '[::]:80', 0, 128, 0, 0, 0, 10, null], ['', '[::]:99', 0, 128, 0, 0, 0, 10, '2026-11-22T22:14:16.000000000Z'],
  ])
  assert.equal(body.total, 3)
  assert.equal((await web.get(`connections/listeners?${RANGE}&service=shop&limit=1`)).body.total, 2)
  assert.equal((await web.get(`connections/listeners?from=${formatInstant(T0 + 5n * SECOND)}&to=${formatInstant(T0 + 9n * SECOND)}`)).body.total, 2, 'closed before')
  const drops = (await web.get(`connections/drops?${RANGE}`)).body
  assert.deepEqual([(drops.drops as unknown as { reason: string; count: number }[]).map(({ reason, count }) => [reason, count]), drops.total], [[['NETFILTER_DROP', 5], ['TCP_OFO_DROP', 4]], 9])
  assert.equal((await web.get(`connections/drops?from=${formatInstant(T0)}&to=${formatInstant(T0 + SECOND)}`)).body.total, 3)
})
