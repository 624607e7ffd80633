import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { bucketLowerNs, bucketOf } from '@sonde/shared/signal'
import { formatInstant } from '@sonde/shared/units'
import { batchOf, SECOND, T0 } from '../store/rows.cases.ts'
import { startWeb } from '../web.cases.ts'

const RANGE = `from=${formatInstant(T0)}&to=${formatInstant(T0 + 60n * SECOND)}`
const at = (second: number, intervalNs: number, observedNs: number, cells: object) => ({ time: T0 + BigInt(second) * SECOND, intervalNs, observedNs, what: 'syscall', ...cells })
const [quick, slow] = [bucketOf(1000), bucketOf(5_000_000)]

test('system calls as they were seen, unscaled, with the share listened to; histograms and errors of all intervals and processes added', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const read = { service: 'shop', name: 'read', pid: 7 }
  await collector.store(batchOf('measurements', [
    // Ten seconds of which one was listened to, then five listened to wholly.
    at(10, 10e9, 1e9, { name: '', count: 0 }), at(15, 5e9, 5e9, { name: '', count: 0 }),
    at(10, 10e9, 1e9, { ...read, count: 100, untimed: 1, sumNs: 99_000, maxNs: 1000, histogram: `${quick}:99`, errorCount: 3, errors: 'EAGAIN:2 EINTR:1' }),
    at(15, 5e9, 5e9, { ...read, count: 99, sumNs: 99_000, maxNs: 1000, histogram: `${quick}:99` }),
    at(15, 5e9, 5e9, { ...read, pid: 8, count: 2, sumNs: 10_000_000, maxNs: 5_000_000, histogram: `${slow}:2`, errorCount: 1, errors: 'EAGAIN:1' }),
    at(15, 5e9, 5e9, { service: 'db', name: 'fsync', pid: 9, count: 1, sumNs: 700, maxNs: 700, histogram: `${bucketOf(700)}:1` }),
    at(15, 5e9, 5e9, { service: 'shop', what: 'run_queue', name: '', count: 5, histogram: `${quick}:5` }),
  ]))
  const { body } = await web.get(`syscalls?${RANGE}`)
  const { syscalls, total, observedShare, observedNs } = body as unknown as { syscalls: Record<string, unknown>[]; total: number; observedShare: number; observedNs: number }
  assert.deepEqual([total, observedShare, observedNs], [2, 0.4, 6e9])
  const upper = (bucket: number) => bucketLowerNs(bucket + 1)
  assert.deepEqual(syscalls[0], {
    service: 'shop', name: 'read', count: 201, estimatedCount: 1101, untimed: 1, totalNs: 10_198_000, processCount: 2, errorCount: 4, errors: { EAGAIN: 3, EINTR: 1 },
    durationNs: { p50: upper(quick) - 1, p95: upper(quick) - 1, p99: upper(quick) - 1, max: 5_000_000 },
    histogram: { buckets: [[bucketLowerNs(quick), upper(quick), 198], [bucketLowerNs(slow), upper(slow), 2]], count: 200 },
  })
  assert.deepEqual([syscalls[1]!.name, syscalls[1]!.count, (syscalls[1]!.durationNs as { p99: number }).p99], ['fsync', 1, 700])
  for (const [query, names] of [['service=db', ['fsync']], ['service=db&service=shop', ['read', 'fsync']], ['pid=8', ['read']], ['host=h2', []], ['service=nope', []]] as const) {
    assert.deepEqual((((await web.get(`syscalls?${RANGE}&${query}`)).body.syscalls) as unknown as { name: string }[]).map(({ name }) => name), names, query)
  }
  assert.equal((await web.get(`syscalls?from=${formatInstant(T0 + 30n * SECOND)}&to=${formatInstant(T0 + 60n * SECOND)}`)).body.observedShare, null)
})

test('whoever looks at the topic makes its probe listen all the time, until nobody does', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const browser = await web.live()
  browser.say({ subscribe: 'syscalls', id: 1, params: {} })
  const told = async (watched: boolean) => {
    for (const deadline = Date.now() + 30_000; !collector.inbox.all.some((message) => message.type === 'attention' && message.probe === 'syscall_latency' && message.watched === watched); await sleep(20)) assert.ok(Date.now() < deadline, `never told ${watched}`)
  }
  await told(true)
  browser.say({ unsubscribe: 1 })
  await told(false)
})
