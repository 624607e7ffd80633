import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { bucketOf } from '@sonde/shared/signal'
import type { Condition } from './condition.ts'
import { EVERYTHING } from './condition.ts'
import { batchOf, request, SECOND, T0, type Cells } from './rows.cases.ts'
import type { Store, StoreEvents, TimeRange } from './store.ts'

/** What a store's implementation needs to run the cases. */
export interface StoreUnderTest {
  /** A new, empty store. */
  make(t: TestContext, events?: Partial<StoreEvents>): Promise<Store>
  /** Closes and opens it again. */
  reopen(store: Store): Promise<Store>
  /** Moves all rows to where older rows are kept. */
  seal(store: Store): Promise<void>
}

const ALL: TimeRange = { from: T0 - 3600n * SECOND, to: T0 + 3600n * SECOND }
const NEWEST = { column: 'startTime', descending: true } as const

let sequence = 0
const put = (store: Store, rows: readonly Cells[], table: 'requests' | 'connections' | 'listeners' | 'tcp_drops' | 'processes' | 'service_usage' | 'losses' = 'requests', host = 'h1') =>
  assert.equal(store.append({ host, stream: 's', sequence: ++sequence, rows: batchOf(table, rows) }), 'taken')

const ids = (rows: readonly { readonly [column: string]: unknown }[]) => rows.map((row) => Number(row.id))

/** The table of cases every store passes. */
export function storeCases(name: string, under: StoreUnderTest): void {
  const stored = async (t: TestContext, rows: readonly Cells[], sealed: boolean) => {
    const store = await under.make(t)
    put(store, rows)
    await store.flush()
    if (sealed) await under.seal(store)
    return store
  }

  for (const sealed of [false, true]) {
    const where = `${name}, ${sealed ? 'sealed' : 'recent'}`

    test(`${where}: a row comes back as it went`, async (t) => {
      const cells = request(-5, 1, { traceIdHigh: -(2n ** 63n), target: '/é\u0000\n"\'; DROP TABLE requests; --', status: 65535, sequence: 4294967295, durationNs: -1 })
      const store = await stored(t, [cells], sealed)
      const [row] = await store.requestPage(ALL, EVERYTHING, NEWEST, undefined, 10)
      for (const [column, value] of Object.entries(cells)) assert.equal(typeof value === 'string' ? row![column] : BigInt(row![column] as number), typeof value === 'string' ? value : BigInt(value), column)
      assert.equal(row!.host, 'h1')
    })

    test(`${where}: ranges are half-open`, async (t) => {
      const store = await stored(t, [0, 1, 2].map((n) => request(n + 1, n)), sealed)
      assert.equal(await store.requestCount({ from: T0, to: T0 + 2n * SECOND }, EVERYTHING), 2)
      assert.equal(await store.requestCount({ from: T0 + 2n * SECOND, to: T0 + 2n * SECOND }, EVERYTHING), 0)
      assert.equal(await store.requestCount({ from: T0 + 1n, to: T0 + 2n * SECOND + 1n }, EVERYTHING), 2)
    })

    test(`${where}: pages in order meet without gap or repeat`, async (t) => {
      const store = await stored(t, Array.from({ length: 25 }, (_, n) => request(n + 1, n % 5)), sealed)
      for (const column of ['startTime', 'durationNs'] as const) {
        for (const descending of [true, false]) {
          const seen: number[] = []
          let after: { value: bigint; id: bigint } | undefined
          for (;;) {
            const page = await store.requestPage(ALL, EVERYTHING, { column, descending }, after, 4)
            if (page.length === 0) break
            seen.push(...ids(page))
            after = { value: page.at(-1)![column] as bigint, id: page.at(-1)!.id as bigint }
          }
          assert.equal(new Set(seen).size, 25)
          assert.equal(seen.length, 25)
        }
      }
      assert.deepEqual(ids(await store.requestPage(ALL, EVERYTHING, { column: 'durationNs', descending: true }, undefined, 3)), [25, 24, 23])
    })

    test(`${where}: groups, steps and nearest-rank percentiles`, async (t) => {
      const rows = Array.from({ length: 100 }, (_, n) => request(n + 1, n / 100, { durationNs: n + 1, service: 'a', error: n < 3 ? 1 : 0 }))
      rows.push(request(200, 10, { service: 'b', durationNs: -1 }))
      const store = await stored(t, rows, sealed)
      const { groups, total } = await store.requestGroups(ALL, EVERYTHING, ['service'], undefined, 10)
      assert.equal(total, 2)
      assert.deepEqual(groups.map(({ key, requestCount, errorCount, p50, p95, p99, totalNs }) => [key.service, requestCount, errorCount, p50, p95, p99, totalNs]), [['a', 100, 3, 50, 95, 99, 5050], ['b', 1, 0, null, null, null, 0]])
      const stepped = await store.requestGroups(ALL, EVERYTHING, [], SECOND, 10)
      assert.deepEqual(stepped.groups.map(({ time, requestCount }) => [(time - T0) / SECOND, requestCount]), [[0n, 100], [10n, 1]])
      const best = await store.requestGroups(ALL, EVERYTHING, ['service'], SECOND, 1)
      assert.deepEqual([best.total, best.groups.length, best.groups[0]!.key.service], [2, 1, 'a'])
      assert.deepEqual(await store.requestGroups({ from: 0n, to: 1n }, EVERYTHING, ['service'], undefined, 10), { groups: [], total: 0 })
    })

    test(`${where}: the histogram's buckets are those of shared/signal`, async (t) => {
      const durations = [0, 63, 64, 1023, 1024, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 37 - 1, 2 ** 37, 2 ** 40]
      for (let power = 6; power < 38; power++) for (const by of [-1, 0, 1]) durations.push(2 ** power + by)
      for (let n = 0; n < 2000; n++) durations.push(Math.floor(2 ** (Math.random() * 38)))
      const store = await stored(t, durations.map((durationNs, n) => request(n + 1, 0, { durationNs })), sealed)
      const expected = new Map<number, number>()
      for (const ns of durations) expected.set(bucketOf(ns), (expected.get(bucketOf(ns)) ?? 0) + 1)
      const buckets = await store.requestHistogram(ALL, EVERYTHING, 3600n * SECOND)
      assert.deepEqual(buckets.map(({ bucket, count }) => [bucket, count]), [...expected].sort(([a], [b]) => a - b))
    })

    test(`${where}: facets count each column's values`, async (t) => {
      const store = await stored(t, [request(1, 0), request(2, 0, { status: 404 }), request(3, 0, { method: '' })], sealed)
      const facets = await store.requestFacets(ALL, EVERYTHING, ['status', 'method'], 10)
      assert.deepEqual(facets, [
        { column: 'status', value: 200, count: 2 }, { column: 'status', value: 404, count: 1 },
        { column: 'method', value: 'GET', count: 2 }, { column: 'method', value: '', count: 1 },
      ])
    })

    test(`${where}: a request seen at both ends is one on its edge`, async (t) => {
      const both = (n: number) => [request(n, 0, { service: 'db', peer: 'shop', pairKey: n }), request(n + 100, 0, { role: 1, service: 'shop', peer: 'db', pairKey: n, flags: 8 })]
      const store = await stored(t, [...both(1), ...both(2), request(3, 0, { service: 'db', peer: '10.9.9.9', pairKey: 3, status: 500, error: 1 })], sealed)
      const edges = await store.trafficEdges(ALL)
      assert.deepEqual(edges.map((e) => [e.from, e.to, e.protocol, e.requestCount, e.errorCount, e.role, e.peerNamed]).sort(), [
        ['10.9.9.9', 'db', 'http', 1, 1, 'server', false],
        ['shop', 'db', 'http', 2, 0, 'client', true],
      ])
    })

    test(`${where}: ended connections overlap ranges and meet on edges once`, async (t) => {
      const store = await under.make(t)
      const connection = (id: number, from: number, to: number, cells: Cells = {}): Cells => ({ id, openedAt: T0 + BigInt(from) * SECOND, closedAt: T0 + BigInt(to) * SECOND, time: T0, role: 1, service: 'shop', peer: 'db', peerNamed: 1, state: 'closed', protocol: 'tcp', localAddress: '1.1.1.1', localPort: 1000 + id, remoteAddress: '2.2.2.2', remotePort: 5432, bytesSent: 10, bytesReceived: 20, ...cells })
      const mirrored = { role: 0, service: 'db', peer: 'shop', localAddress: '2.2.2.2', localPort: 5432, remoteAddress: '1.1.1.1', bytesSent: 20, bytesReceived: 10 }
      put(store, [connection(1, 0, 10), connection(2, 0, 10, { ...mirrored, remotePort: 1001 }), connection(3, 5, 6, { ...mirrored, remotePort: 7777, peer: '1.1.1.1', peerNamed: 0 }), connection(4, 20, 30, { state: 'failed', failure: 'refused' })], 'connections')
      await store.flush()
      if (sealed) await under.seal(store)
      const range = { from: T0 + 4n * SECOND, to: T0 + 8n * SECOND }
      const { rows, total } = await store.closedConnections(range, {}, undefined, 10)
      assert.deepEqual([ids(rows), total], [[3, 2, 1], 3])
      assert.deepEqual((await store.closedConnections(ALL, { state: ['failed'] }, undefined, 10)).total, 1)
      assert.deepEqual(ids((await store.closedConnections(ALL, {}, { value: T0 + 5n * SECOND, id: 3n }, 1)).rows), [2])
      const edges = await store.connectionEdges(range)
      assert.deepEqual(edges.map((e) => [e.from, e.to, e.connectionCount, e.bytesSent, e.bytesReceived]).sort(), [['1.1.1.1', 'db', 1, 10, 20], ['shop', 'db', 1, 10, 20]])
    })

    test(`${where}: listeners that were closed in or after a range, and dropped segments by reason`, async (t) => {
      const store = await under.make(t)
      put(store, [[1, 0, 5], [2, 3, 9]].map(([id, from, to]) => ({ id: id!, time: T0, openedAt: T0 + BigInt(from!) * SECOND, closedAt: T0 + BigInt(to!) * SECOND, queueLimit: 128, drops: id!, port: 80, address: '::', service: 'shop' })), 'listeners')
      put(store, [[0, 3, 'NETFILTER_DROP'], [1, 4, 'TCP_OFO_DROP'], [1, 2, 'NETFILTER_DROP']].map(([at, count, reason]) => ({ time: T0 + BigInt(at!) * SECOND, count: count!, reason: reason! })), 'tcp_drops')
      await store.flush()
      if (sealed) await under.seal(store)
      const closed = async (from: number, to: number) => ids(await store.closedListeners({ from: T0 + BigInt(from) * SECOND, to: T0 + BigInt(to) * SECOND }))
      assert.deepEqual([await closed(0, 60), await closed(0, 1), await closed(6, 60), await closed(10, 60)], [[2, 1], [1], [2], []])
      assert.deepEqual((await store.segmentDrops(ALL)).map(({ host, reason, count, lastAt }) => [host, reason, count, lastAt]), [['h1', 'NETFILTER_DROP', 5, T0 + SECOND], ['h1', 'TCP_OFO_DROP', 4, T0 + SECOND]])
      assert.deepEqual((await store.segmentDrops({ from: T0, to: T0 + SECOND })).map(({ count }) => count), [3])
    })

    test(`${where}: processes that ran at a time, usage and losses of a range`, async (t) => {
      const store = await under.make(t)
      put(store, [{ pid: 1, startedAt: T0, exitedAt: T0 + 5n * SECOND, time: T0, exitCode: 1, comm: 'a' }, { pid: 2, startedAt: T0 + 5n * SECOND, exitedAt: T0 + 9n * SECOND, time: T0 }], 'processes')
      put(store, [0, 1].map((n) => ({ time: T0 + BigInt(n) * SECOND, intervalNs: SECOND, cpuNs: 250_000_000n, processCount: 3, service: 'shop', kind: 'node' })), 'service_usage')
      put(store, [{ time: T0, count: 3, where: 'probe.exchange', reason: 'ring buffer full', affects: 'requests' }, { time: T0 + SECOND, count: 4, where: 'probe.exchange', reason: 'ring buffer full', affects: 'requests' }], 'losses')
      await store.flush()
      if (sealed) await under.seal(store)
      const ended = async (from: bigint, to: bigint) => (await store.endedProcesses({ from, to })).map((row) => row.pid)
      assert.deepEqual(await ended(T0 + 5n * SECOND, T0 + 6n * SECOND), [2, 1])
      assert.deepEqual(await ended(T0 + 5n * SECOND + 1n, T0 + 5n * SECOND + 1n), [2])
      assert.deepEqual(await ended(T0 + 1n, T0 + 1n), [1])
      assert.deepEqual(await ended(T0 - SECOND, T0), [])
      assert.deepEqual(await ended(T0 + 9n * SECOND + 1n, ALL.to), [])
      assert.deepEqual(await store.serviceUsage(ALL), [{ service: 'shop', kind: 'node', hosts: ['h1'], cpuCores: 0.25, processCount: 3 }])
      assert.deepEqual((await store.losses(ALL)).map(({ count, lastAt }) => [count, lastAt]), [[7, T0 + SECOND]])
      assert.deepEqual(await store.losses({ from: T0 + 2n * SECOND, to: ALL.to }), [])
    })

    test(`${where}: conditions`, async (t) => {
      const store = await stored(t, CONDITION_ROWS, sealed)
      for (const [condition, expected] of CONDITION_CASES) {
        const found = await store.requestPage(ALL, condition, { column: 'startTime', descending: false }, undefined, 100)
        assert.deepEqual(ids(found), expected, JSON.stringify(condition, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
        assert.equal(await store.requestCount(ALL, condition), expected.length)
      }
    })
  }

  test(`${name}: a frame sent twice is stored once, also after a restart`, async (t) => {
    const committed: [string, number][] = []
    const store = await under.make(t, { onCommitted: (stream, number) => committed.push([stream, number]) })
    const frame = (number: number) => ({ host: 'h1', stream: 'twice', sequence: number, rows: batchOf('requests', [request(number, 0)]) })
    assert.equal(store.append(frame(1)), 'taken')
    assert.equal(store.append(frame(1)), 'duplicate')
    assert.equal(store.append({ ...frame(2), rows: undefined }), 'taken')
    await store.flush()
    assert.deepEqual(committed, [['twice', 2]])
    const again = await under.reopen(store)
    assert.equal(await again.committed('twice'), 2)
    assert.equal(await again.committed('never'), 0)
    assert.equal(again.append(frame(2)), 'duplicate')
    assert.equal(again.append(frame(4)), 'taken')
    await again.flush()
    assert.equal(await again.requestCount(ALL, EVERYTHING), 2)
  })

  test(`${name}: totals are exact for many rows, recent and sealed together`, async (t) => {
    const store = await under.make(t)
    put(store, Array.from({ length: 12_345 }, (_, n) => request(n + 1, n / 1000)))
    await store.flush()
    await under.seal(store)
    put(store, Array.from({ length: 7_655 }, (_, n) => request(n + 20_000, n / 1000, { service: 'other' })))
    await store.flush()
    assert.equal(await store.requestCount(ALL, EVERYTHING), 20_000)
    assert.equal(await store.requestCount(ALL, { kind: 'text', column: 'service', values: ['other'] }), 7_655)
    assert.deepEqual((await store.serviceTraffic(ALL)).map(({ service, requestCount, protocol, hosts }) => [service, requestCount, protocol, hosts]).sort(), [['other', 7655, 'http', ['h1']], ['shop', 12345, 'http', ['h1']]])
  })
}

/** Rows and conditions with the ids they select, oldest first; the hub's test over columns in memory passes them too. */
export const CONDITION_ROWS: readonly Cells[] = [
  request(1, 1, { status: 200, method: 'GET', path: '/a', target: '/a?q=Straße' }),
  request(2, 2, { status: 404, method: 'POST', path: '/a/b', target: '/a/b', service: 'Cart', flags: 3 }),
  request(3, 3, { status: 503, error: 1, path: '/b%', target: '/b%', durationNs: 5_000_000 }),
  request(4, 4, { status: 0, method: '', path: '', target: '', protocol: 'tcp', role: 1, durationNs: -1, pid: 7, flags: 9 }),
]

const text = (column: 'service' | 'path' | 'method', ...values: string[]): Condition => ({ kind: 'text', column, values })
export const CONDITION_CASES: readonly (readonly [Condition, readonly number[]])[] = [
  [EVERYTHING, [1, 2, 3, 4]],
  [text('service', 'Cart'), [2]],
  [text('service', 'cart'), []],
  [text('method', 'GET', ''), [1, 3, 4]],
  [text('service'), []],
  [{ kind: 'prefix', column: 'path', prefix: '/a' }, [1, 2]],
  [{ kind: 'prefix', column: 'path', prefix: '/b%' }, [3]],
  [{ kind: 'prefix', column: 'path', prefix: '%' }, []],
  [{ kind: 'number', column: 'status', values: [200, 503] }, [1, 3]],
  [{ kind: 'number', column: 'traceIdLow', values: [3n] }, [3]],
  [{ kind: 'between', column: 'status', min: 400, max: 499 }, [2]],
  [{ kind: 'between', column: 'durationNs', min: 5_000_000 }, [3]],
  [{ kind: 'between', column: 'durationNs' }, [1, 2, 3, 4]],
  [{ kind: 'bits', column: 'flags', mask: 1 }, [2, 4]],
  [{ kind: 'bits', column: 'flags', mask: 3 }, [2]],
  [{ kind: 'not', of: { kind: 'bits', column: 'flags', mask: 2 } }, [1, 3, 4]],
  [{ kind: 'search', text: 'CART' }, [2]],
  [{ kind: 'search', text: 'b%' }, [3]],
  [{ kind: 'search', text: 'STRAßE' }, [1]],
  [{ kind: 'search', text: '0000000000000002' }, [2]],
  [{ kind: 'search', text: '00000000000000070000000000000003' }, [3]],
  [{ kind: 'not', of: text('method', 'GET') }, [2, 4]],
  [{ kind: 'any', of: [text('path', '/a'), { kind: 'number', column: 'pid', values: [7] }] }, [1, 4]],
  [{ kind: 'any', of: [] }, []],
  [{ kind: 'all', of: [{ kind: 'number', column: 'role', values: [0] }, { kind: 'not', of: text('path', '/a') }] }, [2, 3]],
  [{ kind: 'text', column: 'host', values: ['h1'] }, [1, 2, 3, 4]],
]
