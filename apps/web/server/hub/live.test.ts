import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import type { WebSocket } from 'ws'
import { batchOf, request } from '../store/rows.cases.ts'
import { startWeb, HEALTH, type LiveMessage } from '../web.cases.ts'
import { Hub } from './hub.ts'
import { LiveSession } from './live-session.ts'
import { Living } from './living.ts'
import { OwnLosses } from '../health/own-losses.ts'
import type { Listener, TopicReading } from './topic.ts'
import { Traffic } from './traffic.ts'

const now = () => BigInt(Date.now()) * 1_000_000n
const recent = (id: number, cells = {}) => request(id, 0, { startTime: now(), ...cells })
const rows = (message: LiveMessage) => message.data!.requests as unknown as { id: string; service: string }[]

test('requests come as they arrive, filtered, before the disk has them', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const browser = await web.live()
  browser.say({ subscribe: 'requests', id: 1, params: { service: 'shop', minDurationNs: 10 } })
  browser.say({ subscribe: 'requests', id: 2, params: {} })
  await browser.inbox.find(({ id }) => id === 2)
  collector.frame(batchOf('requests', [recent(1), recent(2, { service: 'other' }), recent(3, { durationNs: 5 })]))
  const seen = (id: number, least: number) => browser.inbox.find((message) => message.id === id && message.mode === 'append' && rows(message).length >= least)
  assert.deepEqual(rows(await seen(1, 1)).map((row) => row.id), ['0000000000000001'])
  assert.equal(rows(await seen(2, 3)).length, 3)
})

test('a new subscriber is given the last seconds, so that nothing falls between the page it read and the stream', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  await collector.store(batchOf('requests', [recent(1)]))
  const browser = await web.live()
  browser.say({ subscribe: 'requests', id: 7, params: {} })
  assert.equal(rows(await browser.inbox.find(({ id }) => id === 7)).length, 1)
})

test('other topics are whole snapshots, again each second, with the resource’s own shape', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  collector.say({ type: 'health', report: HEALTH })
  await collector.store(batchOf('requests', [recent(1)]))
  const browser = await web.live()
  browser.say({ subscribe: 'services', id: 1, params: { from: 'now-5m' } })
  browser.say({ subscribe: 'status', id: 2 })
  browser.say({ subscribe: 'requests/aggregate', id: 3, params: { by: 'service', step: '1m' } })
  const services = await browser.inbox.find(({ id }) => id === 1)
  assert.equal(services.mode, 'snapshot')
  assert.equal((services.data!.services as unknown as { name: string }[])[0]!.name, 'shop')
  const status = await browser.inbox.find(({ id }) => id === 2)
  assert.equal((status.data!.sonde as unknown as { collectors: { cpuCores: number } }).collectors.cpuCores, 0.02)
  assert.equal((await browser.inbox.find(({ id }) => id === 3)).data!.total, 1)
  await collector.store(batchOf('requests', [recent(2, { service: 'late' })]))
  await browser.inbox.find((message) => message.id === 1 && (message.data!.services as unknown as unknown[]).length === 2)
})

test('what cannot be subscribed is answered with a problem, and the session goes on', async (t) => {
  const web = await startWeb(t)
  const browser = await web.live()
  for (const [message, id, status, parameter] of [
    [{ subscribe: 'nope', id: 1 }, 1, 404], [{ subscribe: 'requests', id: 2, params: { nope: 1 } }, 2, 400, 'nope'], [{ subscribe: 'services', id: 3, params: { from: 'x' } }, 3, 400, 'from'],
    [{ subscribe: 'requests/{id}', id: 4 }, 4, 404], [{ subscribe: 'services', id: 5, params: [] }, 5, 400, 'params'], [{ subscribe: 'requests', id: 6, params: { service: {} } }, 6, 400, 'service'],
    ['nonsense', null, 400], [{ id: 7 }, 7, 400], [{ subscribe: 'services', id: 'x' }, null, 400], ['[]', null, 400],
    [{ subscribe: 'services', id: 8, params: { from: 'now', to: 'now-1m' } }, 8, 400, 'from'],
  ] as const) {
    browser.inbox.all.length = 0
    browser.say(message)
    const { error } = await browser.inbox.find((answer) => answer.id === id && answer.error !== undefined)
    assert.deepEqual([error!.status, error!.parameter], [status, parameter], JSON.stringify(message))
  }
  browser.say({ subscribe: 'health', id: 9 })
  assert.equal((await browser.inbox.find(({ id }) => id === 9)).data!.status, 'ok')
})

class Fake implements Listener {
  readonly snapshots: unknown[] = []
  readonly rows: unknown[] = []
  skipped = 0
  snapshot(data: unknown): void { this.snapshots.push(data) }
  append(_list: string, rows: readonly unknown[], skipped: number): void { this.rows.push(...rows); this.skipped += skipped }
  error(): void { /* none of these fail */ }
}

function hubOf(t: { after: (end: () => void) => void }, open: () => TopicReading): Hub {
  const losses = new OwnLosses()
  const hub = new Hub({ topics: { open, problemOf: (error) => error }, living: new Living(losses), traffic: new Traffic(now()), now })
  t.after(() => hub.close())
  return hub
}

test('a topic is evaluated once however many look, and not at all when nobody does', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let evaluated = 0
  const hub = hubOf(t, () => ({ kind: 'snapshot', key: 'x', evaluate: () => Promise.resolve(++evaluated), changes: () => true }))
  const [a, b] = [new Fake(), new Fake()]
  const [endA, endB] = [hub.subscribe('x', {}, a), hub.subscribe('x', {}, b)]
  // What is dear is asked less often: until twice as long has passed as the evaluation took.
  while (a.snapshots.length < 2) {
    await sleep(5)
    t.mock.timers.tick(1000)
    await sleep(1)
  }
  assert.deepEqual([a.snapshots, b.snapshots, evaluated], [[1, 2], [1, 2], 2])
  endA()
  endB()
  t.mock.timers.tick(5000)
  assert.deepEqual([evaluated, hub.feedCount], [2, 0])
})

test('a range that is over is evaluated once', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let evaluated = 0
  const hub = hubOf(t, () => ({ kind: 'snapshot', key: 'x', evaluate: () => Promise.resolve(++evaluated), changes: () => false }))
  hub.subscribe('x', {}, new Fake())
  await Promise.resolve()
  await Promise.resolve()
  t.mock.timers.tick(3000)
  assert.equal(evaluated, 1)
})

test('of a flood only the newest rows are shown, and the rest is counted', (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  const hub = hubOf(t, () => ({ kind: 'append', key: 'x', list: 'requests', table: 'requests', match: (batch) => Array.from({ length: batch.rowCount }, (_, i) => i), row: (batch, i) => Number((batch.columns.id as BigInt64Array)[i]) }))
  const listener = new Fake()
  hub.subscribe('x', {}, listener)
  for (let n = 0; n < 3; n++) hub.accept('h1', 'append', batchOf('requests', Array.from({ length: 400 }, (_, i) => recent(n * 400 + i + 1))))
  t.mock.timers.tick(100)
  assert.deepEqual([listener.rows.length, listener.rows[0], listener.rows.at(-1), listener.skipped], [500, 701, 1200, 700])
})

test('the rate counts a request seen at both ends once', () => {
  const at = 1_795_385_655_000_000_000n
  const traffic = new Traffic(at - 20_000_000_000n)
  traffic.accept(batchOf('requests', [request(1, 0), request(2, 0, { role: 1, flags: 2 }), request(3, 0, { role: 1 })]), at)
  assert.equal(traffic.rate(at + 1_000_000_000n), 0.2)
  assert.equal(traffic.rate(at + 60_000_000_000n), 0)
})

test('what comes late is no rate of now, and is behind for as long as it comes', () => {
  const at = 1_795_385_655_000_000_000n
  const traffic = new Traffic(at)
  const seconds = (n: number) => at + BigInt(n) * 1_000_000_000n
  traffic.accept(batchOf('requests', [request(1, 0, { durationNs: 0 })]), seconds(300))
  assert.deepEqual([traffic.rate(seconds(301)), traffic.lag(seconds(301))], [0, { p50: 300e9, p95: 300e9 }])
  traffic.accept(batchOf('requests', [request(2, 305, { durationNs: 0 })]), seconds(306))
  assert.deepEqual([traffic.rate(seconds(307)), traffic.lag(seconds(311))], [0.1, { p50: 1e9, p95: 1e9 }])
  assert.equal(traffic.lag(seconds(317)), null)
})

test('who asks for it is given a sign of life while topics are being evaluated, until it leaves', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const sent: string[] = []
  const socket = Object.assign(new EventEmitter(), { OPEN: 1, readyState: 1, bufferedAmount: 0, send: (text: string) => sent.push(text) })
  const begin = () => new LiveSession(socket as unknown as WebSocket, { subscribe: () => () => undefined }, { problemOf: (error) => error })
  begin()
  socket.emit('message', Buffer.from('{"subscribe":"status","id":1}'), false)
  t.mock.timers.tick(6000)
  assert.equal(sent.length, 0)
  socket.emit('message', Buffer.from('{"subscribe":"alive","id":0}'), false)
  t.mock.timers.tick(6000)
  assert.deepEqual(sent, Array(2).fill('{"id":0,"mode":"snapshot","data":{}}'))
  socket.emit('close')
  t.mock.timers.tick(6000)
  assert.equal(sent.length, 2)
})
