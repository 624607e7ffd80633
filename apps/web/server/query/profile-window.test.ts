import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileFilter, ProfileNode, ProfileStore, SampleRow, StoredProfile } from '../store/profile-store.ts'
import type { TimeRange } from '../store/store.ts'
import { treeOf, type ProfileTree } from './profile-tree.ts'
import { ProfileWindow } from './profile-window.ts'
import { profiles } from './profiles.ts'
import type { QueryContext } from './context.ts'

const SECOND = 1_000_000_000n
const T0 = 1_795_385_655n * SECOND
const FILTER = { type: 'cpu' }

/** Rows in memory; the profile of a range is made of them anew, as the store does. */
class MemoryStore implements ProfileStore {
  readonly rows: SampleRow[] = []
  readonly nodes: ProfileNode[] = []
  readonly asked: string[] = []
  /** So many nodes were told before what is new. */
  toldBefore = 0

  sampleRows({ from, to }: TimeRange, _filter: ProfileFilter, limit: number): Promise<SampleRow[]> {
    this.asked.push(`rows ${(from - T0) / SECOND}–${(to - T0) / SECOND}`)
    return Promise.resolve(this.within({ from, to }).slice(0, limit))
  }

  profileNodes(_range: TimeRange, _filter: ProfileFilter, isFresh = false): Promise<readonly ProfileNode[]> {
    this.asked.push(isFresh ? 'fresh nodes' : 'nodes')
    return Promise.resolve(isFresh ? this.nodes.slice(this.toldBefore) : this.nodes)
  }

  profile(range: TimeRange): Promise<StoredProfile> {
    return Promise.resolve({ stacks: this.within(range), nodes: this.nodes, timeline: [], threads: [], cpus: [] })
  }

  samples(): never {
    throw new Error('not asked')
  }

  private within({ from, to }: TimeRange): SampleRow[] {
    return this.rows.filter(({ time }) => time >= from && time < to)
  }
}

const node = (id: number, parent: number): ProfileNode => ({ id: BigInt(id), parent: BigInt(parent), name: `f${id}`, binary: '/bin/shop', file: '', line: 0, kind: 'native', nameSource: 'symtab' })
const row = (second: number, leaf: number, cells: Partial<SampleRow> = {}): SampleRow => ({ time: T0 + BigInt(second) * SECOND, node: BigInt(leaf), host: 'h', service: 'shop', pid: 7, tid: 7, comm: 'shop', cpu: 0, count: 1, valueNs: 20, ...cells })
const range = (from: number, to: number): TimeRange => ({ from: T0 + BigInt(from) * SECOND, to: T0 + BigInt(to) * SECOND })

/** A tree as stacks with their samples, in an order of its own. */
const stacks = ({ frames, nodes }: ProfileTree) => nodes.map(({ parent, frame, self, total, selfNs }) => `${parent < 0 ? '' : frames[nodes[parent]!.frame]!.name}>${frames[frame]!.name} ${self}/${total} ${selfNs}`).sort()

test('as its range moves on, a window is what the whole profile is: new samples in, old ones out, late ones counted once', async () => {
  const store = new MemoryStore()
  const window = new ProfileWindow(FILTER)
  let seed = 5
  const next = (n: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % n
  for (let now = 1; now <= 200; now++) {
    const id = store.nodes.length + 1
    if (now % 3 === 0) store.nodes.push(node(id, id === 1 ? 0 : 1 + next(id - 1)))
    for (let i = 0; i < 4; i++) store.rows.push(row(now - 1 - next(Math.min(now, 5)), next(store.nodes.length + 1), { tid: next(5), cpu: next(2), count: 1 + next(3), service: next(2) === 0 ? 'shop' : 'cart' }))
    const asked = range(Math.max(0, now - 60), now)
    const read = (await window.read(store, asked, SECOND, 1000))!
    assert.deepEqual(stacks(read.tree), stacks(treeOf(await store.profile(asked))), `at ${now} s`)
    const within = store.rows.filter(({ time }) => time >= asked.from && time < asked.to)
    const sum = (passes: (one: SampleRow) => boolean) => within.filter(passes).reduce((total, { count }) => total + count, 0)
    for (const { time, count } of read.sums.timeline) assert.equal(count, sum((one) => one.time === time))
    for (const { tid, service, count } of read.sums.threads) assert.equal(count, sum((one) => one.tid === tid && one.service === service))
    for (const { cpu, count } of read.sums.cpus) assert.equal(count, sum((one) => one.cpu === cpu))
    for (const sums of [read.sums.timeline, read.sums.threads, read.sums.cpus]) assert.equal(sums.reduce((total, { count }) => total + count, 0), read.tree.sampleCount)
  }
})

test('it asks for what is new, for nodes only when a stack is unknown, and for all of it once a minute', async () => {
  const store = new MemoryStore()
  store.nodes.push(node(1, 0), node(2, 1))
  store.rows.push(row(5, 2), row(895, 2))
  const window = new ProfileWindow(FILTER)
  for (const to of [900, 901, 902]) await window.read(store, range(to - 900, to), SECOND, 10)
  assert.deepEqual(store.asked, ['rows 0–900', 'nodes', 'rows 870–901', 'rows 871–902'])
  store.toldBefore = store.nodes.length
  store.nodes.push(node(3, 2))
  store.rows.push(row(902, 3), row(300, 3))
  const read = await window.read(store, range(3, 903), SECOND, 10)
  assert.deepEqual(store.asked.slice(4), ['rows 872–903', 'fresh nodes'])
  assert.deepEqual(stacks(read!.tree), ['>f1 0/3 0', 'f1>f2 2/3 40', 'f2>f3 1/1 20'], 'what came ten minutes late is not there yet')
  store.nodes.push(node(4, 3))
  store.toldBefore = store.nodes.length
  store.rows.push(row(903, 4))
  await window.read(store, range(4, 904), SECOND, 10)
  assert.deepEqual(store.asked.slice(6), ['rows 873–904', 'fresh nodes', 'nodes'], 'it was told for other samples')
  const renewed = await window.read(store, range(60, 960), SECOND, 10)
  assert.deepEqual(store.asked.slice(9), ['rows 60–960', 'nodes'])
  assert.deepEqual(stacks(renewed!.tree), ['>f1 0/4 0', 'f1>f2 1/4 20', 'f2>f3 2/3 40', 'f3>f4 1/1 20'])
})

test('what a failed question leaves is what was there before it', async () => {
  const store = new MemoryStore()
  store.nodes.push(node(1, 0))
  store.rows.push(row(5, 1))
  const window = new ProfileWindow(FILTER)
  await window.read(store, range(0, 900), SECOND, 10)
  store.rows.push(row(899, 2))
  const { profileNodes } = store
  store.profileNodes = () => Promise.reject(new Error('the store is closed'))
  await assert.rejects(window.read(store, range(1, 901), SECOND, 10), /closed/)
  store.profileNodes = profileNodes
  store.nodes.push(node(2, 1))
  const read = await window.read(store, range(2, 902), SECOND, 10)
  assert.deepEqual(stacks(read!.tree), ['>f1 1/2 20', 'f1>f2 1/1 20'])
})

test('a range of more than an hour, and one of too many samples, is asked for as a whole', async () => {
  const store = new MemoryStore()
  assert.equal(await new ProfileWindow(FILTER).read(store, range(0, 3601), SECOND, 10), undefined)
  assert.deepEqual(store.asked, [])
  const many = row(1, 0)
  for (let i = 0; i < 400_000; i++) store.rows.push(many)
  const window = new ProfileWindow(FILTER)
  assert.equal(await window.read(store, range(0, 900), SECOND, 10), undefined)
  assert.equal(await window.read(store, range(0, 901), SECOND, 10), undefined)
  assert.equal(store.asked.length, 1, 'it is not tried again')
})

test('live, six hours are read again each minute, and an answer that is the same is the same object', async () => {
  const store = new MemoryStore()
  let asked = 0
  const { profile } = store
  store.profile = (range) => {
    asked++
    return profile.call(store, range)
  }
  let now = 30_000
  const context = { store, now: () => T0 + BigInt(now) * SECOND } as unknown as QueryContext
  const read = profiles.follow!(profiles.params.parse({ from: 'now-6h' }))
  const answers = []
  for (; now < 30_120; now++) answers.push(await read(context))
  assert.equal(asked, 2)
  assert.equal(new Set(answers).size, 2)
})
