import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { test } from 'node:test'
import { encodeFrame } from '@sonde/shared/wire'
import { ingestSocket } from '../config.ts'
import { batchOf, request } from '../store/rows.cases.ts'
import { HEALTH, startWeb, type TestCollector } from '../web.cases.ts'
import { parseCollectorMessage } from './messages.ts'

const now = () => BigInt(Date.now()) * 1_000_000n
const recent = (id: number) => request(id, 0, { startTime: now() })
const refused = async (collector: TestCollector) => {
  const message = await collector.inbox.find(({ type }) => type === 'refused')
  assert.ok(message.type === 'refused')
  return message.reason
}

test('frames are acknowledged once stored, and one sent again after a new hello is stored once', async (t) => {
  const web = await startWeb(t)
  const first = await web.collector()
  assert.deepEqual(first.inbox.all, [{ type: 'welcome', committed: 0 }])
  await first.store(batchOf('requests', [recent(1), recent(2)]))
  assert.equal((await web.get('requests')).body.total, 2)
  await first.close()
  const second = await web.collector()
  assert.deepEqual(second.inbox.all, [{ type: 'welcome', committed: 1 }])
  second.frame(batchOf('requests', [recent(1), recent(2)]), 'append', 1)
  await second.inbox.find((message) => message.type === 'ack' && message.committed === 1)
  second.frame(batchOf('requests', [recent(3)]), 'append', 2)
  await second.inbox.find((message) => message.type === 'ack' && message.committed === 2)
  assert.equal((await web.get('requests')).body.total, 3)
})

test('the socket is for its user and group only', async (t) => {
  const web = await startWeb(t)
  assert.equal(statSync(ingestSocket(web.config)).mode & 0o777, 0o660)
})

test('a host is connected while its collector is, and known afterwards', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  type Hosts = { id: string; name: string; kernel: string; connected: boolean }[]
  const hosts = (body: Record<string, never>) => body.hosts as unknown as Hosts
  assert.deepEqual(hosts((await web.get('health')).body).map(({ id, name, kernel, connected }) => [id, name, kernel, connected]), [['h1', 'name of h1', '6.12.0', true]])
  await collector.close()
  const after = await web.until('health', (body) => !hosts(body)[0]!.connected)
  assert.equal(after.status, 'degraded')
  assert.match(JSON.stringify(after.problems), /name of h1 is not connected/)
})

test('a snapshot replaces what lived, and only what ended is stored', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const process = (pid: number, cells = {}) => ({ pid, startedAt: now() - 10_000_000_000n, time: now(), comm: `c${pid}`, ...cells })
  const pids = async () => ((await web.get('processes')).body.processes as unknown as { pid: number }[]).map(({ pid }) => pid).sort((a, b) => a - b)
  await collector.store(batchOf('processes', [process(1), process(2)]))
  assert.deepEqual(await pids(), [1, 2])
  await collector.store(batchOf('processes', [process(2), process(3)]), 'snapshot')
  assert.deepEqual(await pids(), [2, 3])
  const connection = (id: number, state: string, closedAt = 0n) => ({ id, openedAt: now(), time: now(), state, closedAt, role: 1 })
  await collector.store(batchOf('connections', [connection(1, 'established'), connection(2, 'established')]))
  await collector.store(batchOf('connections', [connection(1, 'closed', now())]))
  const { body } = await web.get('connections')
  assert.deepEqual((body.connections as unknown as { state: string }[]).map(({ state }) => state).sort(), ['closed', 'established'])
})

test('who breaks the rules is told why, cut off and counted', async (t) => {
  const web = await startWeb(t)
  const batch = batchOf('requests', [recent(1)])
  const cases: [string, (collector: TestCollector) => void, RegExp][] = [
    ['', (c) => c.frame(batch), /frame before hello/],
    ['', (c) => c.say('nonsense'), /not JSON/],
    ['', (c) => c.say({ type: 'hello', stream: '', host: { id: 'h', name: 'n', kernel: '' }, version: '1' }), /stream is wrong/],
    ['', (c) => c.say({ type: 'hello', stream: 's', host: { id: 'x'.repeat(300), name: 'n', kernel: '' }, version: '1' }), /host.id is wrong/],
    ['', (c) => c.say({ type: 'health', report: HEALTH }), /health before hello/],
    ['a', (c) => c.say({ type: 'hello', stream: 's', host: { id: 'h', name: 'n', kernel: '' }, version: '1' }), /second hello/],
    ['b', (c) => c.say({ type: 'health', report: { ...HEALTH, host: { ...HEALTH.host, id: 'other' } } }), /another host/],
    ['c', (c) => c.say({ type: 'health', report: { ...HEALTH, probes: [{ ...HEALTH.probes[0], name: '../x' }] } }), /probes\.0\.name is wrong/],
    ['d', (c) => c.socket.send(Buffer.from('not a frame at all')), /not a frame/],
    ['e', (c) => c.socket.send(encodeFrame({ sequence: 1, mode: 'append', batch }).subarray(0, 200)), /ends after the frame|longer than/],
    ['f', (c) => c.say({ type: 'exec', command: 'rm' }), /type is wrong/],
  ]
  for (const [stream, misbehave, expected] of cases) {
    const collector = await web.collector(stream)
    misbehave(collector)
    assert.match(await refused(collector), expected)
  }
  const losses = await web.until('losses', (body) => Number(body.total) >= cases.length)
  assert.deepEqual((losses.losses as unknown as { where: string; reason: string; count: number }[]).map(({ where, reason, count }) => [where, reason, count]), [['web.ingest', 'session refused', cases.length]])
  assert.equal((await web.get('requests')).body.total, 0)
})

test('rows whose time cannot be are left out and counted', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  await collector.store(batchOf('requests', [recent(1), request(2, 0, { startTime: -1n }), request(3, 0, { startTime: 2n ** 62n })]))
  assert.equal((await web.get('requests?from=1970-01-01T00:00:00Z')).body.total, 1)
  assert.equal((await web.until('losses', (body) => Number(body.total) > 0)).total, 2)
})

test('texts a watched program chose come back as they are', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const nasty = '</script><img src=x onerror=alert(1)>\u0000\u202e\'";--${x}\ud800'
  await collector.store(batchOf('requests', [request(1, 0, { startTime: now(), target: nasty, path: nasty, service: nasty, attributes: nasty })]))
  const [row] = (await web.get('requests')).body.requests as unknown as { target: string; attributes: unknown }[]
  assert.equal(row!.target, nasty.replace('\ud800', '\ufffd'))
  assert.deepEqual(row!.attributes, {})
  assert.equal((await web.get(`requests?service=${encodeURIComponent(nasty.replace('\ud800', '\ufffd'))}`)).body.total, 1)
})

test('any text is a message or an error, never an exception', () => {
  for (const text of ['', '[]', 'null', '{}', '{"type":1}', '{"type":"hello"}', '{"type":"health","report":null}', '{"type":"__proto__"}', '"x"', '1e999']) assert.ok('error' in parseCollectorMessage(text), text)
})
