import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatInstant } from '@sonde/shared/units'
import { RESOURCES } from '../query/index.ts'
import { batchOf, SECOND, T0 } from '../store/rows.cases.ts'
import { startWeb, type TestWeb } from '../web.cases.ts'

const RANGE = `from=${formatInstant(T0)}&to=${formatInstant(T0 + 10n * SECOND)}`
const node = (id: number, parent: number, name: string) => ({ time: T0, id: BigInt(id), parent: BigInt(parent), name, binary: '/bin/x', kind: 'native', nameSource: 'symtab' })
const sample = (second: bigint, leaf: number, cells: Record<string, number | string> = {}) => ({ time: T0 + second * SECOND, node: BigInt(leaf), count: 1, valueNs: 20, pid: 7, tid: 7, cpu: 0, type: 'cpu', service: 'shop', comm: 'shop', ...cells })

async function fill(web: TestWeb): Promise<void> {
  const collector = await web.collector()
  await collector.store(batchOf('profile_nodes', [node(1, 0, 'main'), node(2, 1, 'a'), node(3, 1, 'b')]))
  await collector.store(batchOf('profiles', [
    sample(0n, 2, { count: 3 }), sample(5n, 2), sample(5n, 3, { service: 'cart', pid: 8, tid: 9, comm: 'worker', cpu: 1, count: 2 }), sample(9n, 3, { service: 'db', pid: 10, tid: 10, comm: 'db' }), sample(10n, 3),
  ]))
}

test('samples over time say of which services, threads and CPUs they are', async (t) => {
  const web = await startWeb(t)
  await fill(web)
  const { status, body } = await web.get(`profiles/samples?${RANGE}&step=5s`)
  assert.equal(status, 200)
  assert.deepEqual(body, {
    type: 'cpu', sampleCount: 7,
    services: [{ service: 'shop', sampleCount: 4 }, { service: 'cart', sampleCount: 2 }, { service: 'db', sampleCount: 1 }],
    timeline: { stepNs: 5e9, points: [{ time: formatInstant(T0), sampleCount: 3 }, { time: formatInstant(T0 + 5n * SECOND), sampleCount: 4 }] },
    threads: [
      { host: 'h1', service: 'shop', pid: 7, tid: 7, comm: 'shop', sampleCount: 4 }, { host: 'h1', service: 'cart', pid: 8, tid: 9, comm: 'worker', sampleCount: 2 }, { host: 'h1', service: 'db', pid: 10, tid: 10, comm: 'db', sampleCount: 1 },
    ],
    cpus: [{ cpu: 0, sampleCount: 5 }, { cpu: 1, sampleCount: 2 }],
  })
})

test('of repeated filters any value counts, of different ones all; both resources count the same', async (t) => {
  const web = await startWeb(t)
  await fill(web)
  for (const [query, expected] of [
    ['', 7], ['service=shop', 4], ['service=shop&service=cart', 6], ['service=none', 0], ['pid=7&pid=10', 5], ['service=shop&pid=8', 0], ['host=h1&host=h2', 7], ['host=h2', 0], ['tid=9', 2], ['cpu=1', 2], ['cpu=0&service=db', 1],
  ] as const) {
    assert.equal((await web.get(`profiles/samples?${RANGE}&${query}`)).body.sampleCount, expected, query)
    assert.equal((await web.get(`profiles?${RANGE}&${query}`)).body.sampleCount, expected, query)
  }
  for (const [query, parameter] of [['pid=x', 'pid'], ['pid=7&pid=-1', 'pid'], ['cpu=1.5', 'cpu'], ['type=off', 'type'], ['threads=1', 'threads']] as const) {
    const { status, body } = await web.get(`profiles/samples?${RANGE}&${query}`)
    assert.deepEqual([status, body.parameter], [400, parameter], query)
  }
})

test('a profile of several services says which in the file’s name for people', async (t) => {
  const web = await startWeb(t)
  await fill(web)
  const file = (await web.get(`profiles?${RANGE}&service=shop&service=cart&format=speedscope`)).body as unknown as { name: string }
  assert.ok(RESOURCES.find(({ name }) => name === 'profiles')!.media!['application/json']!.safeParse(file).success)
  assert.match(file.name, /^shop, cart, /)
})

test('a live profile follows what arrives, and says what the resource does', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const second = (BigInt(Date.now()) * 1_000_000n) / SECOND
  const ago = (seconds: number, leaf: number, count: number) => sample(second - T0 / SECOND - BigInt(seconds), leaf, { count })
  const told = (id: number, parent: number, name: string) => ({ ...node(id, parent, name), time: second * SECOND })
  await collector.store(batchOf('profile_nodes', [told(1, 0, 'main'), told(2, 1, 'a')]))
  await collector.store(batchOf('profiles', [ago(200, 2, 5), ago(3, 2, 1)]))
  const browser = await web.live()
  browser.say({ subscribe: 'profiles', id: 1, params: { from: 'now-5m' } })
  const counting = (samples: number) => browser.inbox.find(({ data }) => data?.sampleCount === samples)
  assert.deepEqual((await counting(6)).data!.nodes, [{ frame: 0, parent: -1, self: 0, total: 6 }, { frame: 1, parent: 0, self: 6, total: 6 }])
  await collector.store(batchOf('profile_nodes', [told(3, 2, 'b')]))
  await collector.store(batchOf('profiles', [ago(2, 3, 4)]))
  const { frames, nodes, timeline } = (await counting(10)).data as unknown as { frames: { name: string }[]; nodes: unknown[]; timeline: { points: { sampleCount: number }[] } }
  assert.deepEqual(frames.map(({ name }) => name), ['main', 'a', 'b'])
  assert.deepEqual(nodes, [{ frame: 0, parent: -1, self: 0, total: 10 }, { frame: 1, parent: 0, self: 6, total: 10 }, { frame: 2, parent: 1, self: 4, total: 4 }])
  assert.equal(timeline.points.reduce((sum, { sampleCount }) => sum + sampleCount, 0), 10)
  assert.deepEqual((await web.get('profiles?from=now-5m')).body.nodes, nodes)
  const columns = { frame: [0, 1, 2], parent: [-1, 0, 1], self: [0, 6, 4], total: [10, 10, 4] }
  assert.deepEqual((await web.get('profiles?from=now-5m&nodesAs=columns')).body.nodes, columns)
  browser.say({ subscribe: 'profiles', id: 2, params: { from: 'now-5m', nodesAs: 'columns' } })
  assert.deepEqual((await browser.inbox.find(({ id }) => id === 2)).data!.nodes, columns)
})
