import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeHealth } from '@sonde/shared/signal'
import type { ServiceActivity } from '../store/measured.ts'
import { batchOf, request } from '../store/rows.cases.ts'
import { HEALTH, startWeb } from '../web.cases.ts'
import { addedTime } from './added-time.ts'
import type { HostNow } from './context.ts'

const probe = (name: string, cpuShare: number | null): ProbeHealth => ({ ...HEALTH.probes[0]!, name, cpuShare })
const host = (addedNsPerRequest: number | null, probes: readonly ProbeHealth[] = []): HostNow => ({
  id: 'h1', name: 'box', kernel: '6.12.0', version: '1', sessions: 1, lastSeenAt: 0n, report: { ...HEALTH, probes, cost: { ...HEALTH.cost, addedNsPerRequest } },
})
const exchanges = (service: string, servedCount: number, clientCount: number, requestCount: number): ServiceActivity => ({ host: 'h1', service, what: 'exchange', count: servedCount + clientCount, servedCount, requestCount })
const counted = (what: ServiceActivity['what'], service: string, count: number): ServiceActivity => ({ host: 'h1', service, what, count, servedCount: 0, requestCount: 0 })

test('a service that asks two others for each request pays three ends; a request seen at both ends is one', () => {
  // 600 requests a minute to shop from outside; for each two to db, whose both ends are seen.
  const { services, nsPerRequest } = addedTime([exchanges('shop', 600, 1200, 600), exchanges('db', 1200, 0, 1200)], [host(1000)], () => 60)
  assert.deepEqual(services, [
    { host: 'h1', service: 'shop', requestRate: 10, exchangeRate: 30, nsPerRequest: 3000, nsPerSecond: 30_000, byProbe: { exchange: 30_000 } },
    { host: 'h1', service: 'db', requestRate: 20, exchangeRate: 20, nsPerRequest: 1000, nsPerSecond: 20_000, byProbe: { exchange: 20_000 } },
  ])
  assert.equal(nsPerRequest, 3_000_000 / 1800)
})

test('who only asks has its own requests for a measure; nobody’s are no service', () => {
  const { services } = addedTime([exchanges('cron', 0, 30, 30), exchanges('', 5, 5, 5)], [host(1000)], () => 60)
  assert.deepEqual(services.map(({ service, requestRate, nsPerRequest }) => [service, requestRate, nsPerRequest]), [['cron', 0.5, 1000]])
})

test('time of other probes is divided by what they counted, nobody’s share included', () => {
  const activity = [exchanges('shop', 60, 0, 60), counted('syscall', 'shop', 300), counted('syscall', 'batch', 100), counted('syscall', '', 100), counted('cpu_sample', 'batch', 49)]
  const { services, probes, nsPerRequest } = addedTime(activity, [host(1000, [probe('exchange', 0.5), probe('syscall_latency', 0.001), probe('cpu_profile', 0.0002), probe('tcp_connection', 0.3), probe('block_io', null)])], () => 60)
  assert.deepEqual(services.map(({ service, nsPerRequest, nsPerSecond, byProbe }) => ({ service, nsPerRequest, nsPerSecond, byProbe })), [
    { service: 'shop', nsPerRequest: 1000, nsPerSecond: 601_000, byProbe: { exchange: 1000, syscall_latency: 600_000 } },
    { service: 'batch', nsPerRequest: null, nsPerSecond: 400_000, byProbe: { syscall_latency: 200_000, cpu_profile: 200_000 } },
  ])
  assert.deepEqual([...probes], [['h1 exchange', { nsPerRequest: 1000, isAtMost: false }], ['h1 syscall_latency', { nsPerRequest: 600_000, isAtMost: true }]])
  assert.equal(nsPerRequest, 1000)
})

test('before anything is measured nothing is said, and without requests an end is what is known', () => {
  const unmeasured = addedTime([exchanges('shop', 60, 0, 60)], [host(null)], () => 60)
  assert.deepEqual([unmeasured.services[0]!.nsPerRequest, unmeasured.services[0]!.nsPerSecond, unmeasured.nsPerRequest, unmeasured.probes.size], [null, 0, null, 0])
  const idle = addedTime([], [host(1800)], () => 60)
  assert.deepEqual([idle.services, idle.nsPerRequest, idle.probes.get('h1 exchange')], [[], null, { nsPerRequest: 1800, isAtMost: false }])
})

test('/probes and /status tell it from the rows of the last minute', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const now = BigInt(Date.now()) * 1_000_000n
  const lately = (id: number, cells: object) => request(id, 0, { startTime: now - 1_000_000_000n, ...cells })
  await collector.store(batchOf('requests', [
    lately(1, { service: 'shop', role: 0 }), lately(2, { service: 'shop', role: 1, flags: 2 }), lately(3, { service: 'db', role: 0, flags: 2 }),
    request(4, 0, { service: 'old', startTime: now - 90_000_000_000n }),
  ]))
  await collector.store(batchOf('measurements', [
    { time: now, intervalNs: 1e9, observedNs: 1e8, what: 'syscall', service: 'shop', pid: 7, name: 'read', count: 30 },
    { time: now, intervalNs: 1e9, observedNs: 1e8, what: 'syscall', service: 'db', pid: 8, name: 'read', count: 10 },
    { time: now, intervalNs: 1e9, observedNs: 1e8, what: 'run_queue', service: '', name: 'cpu0', count: 10 },
  ]))
  const wall = (ns: bigint) => String(ns)
  collector.say({ type: 'health', report: { ...HEALTH, probes: [HEALTH.probes[0]!, probe('syscall_latency', 0.001), probe('run_queue_latency', 0.5)], costWindows: { forNs: 1e9, everyNs: 60e9, isOpen: false, lastAt: wall(now), nextAt: wall(now + 60_000_000_000n) } } })
  const body = (await web.until('hosts', ({ hosts }) => (hosts as unknown as { cost: unknown }[])[0]!.cost !== null)) && ((await web.get('probes')).body as unknown as Record<string, Record<string, unknown>[]>)
  const perSecond = (ns: number) => ns / 60
  assert.deepEqual(body.services!.map(({ service, addedNsPerRequest, addedNsPerSecondByProbe }) => [service, addedNsPerRequest, addedNsPerSecondByProbe]), [
    ['shop', 3600, { exchange: perSecond(3600), syscall_latency: 750_000 }],
    ['db', 1800, { exchange: perSecond(1800), syscall_latency: 250_000 }],
  ])
  assert.deepEqual(body.probes!.map(({ name, addedNsPerRequest, addedIsAtMost }) => [name, addedNsPerRequest, addedIsAtMost]), [['exchange', 2700, false], ['run_queue_latency', null, false], ['syscall_latency', 30_000_000, true]])
  assert.deepEqual(body.costWindows!.map(({ host, isOpen }) => [host, isOpen]), [['h1', false]])
  assert.equal((await web.get('status')).body.addedNsPerRequest, 2700)
})
