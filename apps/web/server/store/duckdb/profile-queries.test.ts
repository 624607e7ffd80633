import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { batchOf, SECOND, T0 } from '../rows.cases.ts'
import { DuckDbStore } from './duckdb-store.ts'

const RANGE = { from: T0, to: T0 + 10n * SECOND }
const node = (id: number, parent: number, name: string, at = -200n) => ({ time: T0 + at * SECOND, id: BigInt(id), parent: BigInt(parent), name, binary: '/bin/x', kind: 'native', nameSource: 'symtab' })
const sample = (second: bigint, leaf: number, cells: Record<string, number | string> = {}) => ({ time: T0 + second * SECOND, node: BigInt(leaf), count: 1, valueNs: 20, pid: 7, tid: 7, cpu: 0, type: 'cpu', service: 'shop', comm: 'shop', ...cells })

for (const sealed of [false, true]) {
  test(`profiles, ${sealed ? 'sealed' : 'recent'}: sums by stack, with the nodes that were told before, by filter and range`, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'sonde-profiles-'))
    const store = await DuckDbStore.open({ directory }, { onCommitted() {}, onState() {} })
    t.after(async () => {
      await store.close()
      rmSync(directory, { recursive: true })
    })
    let sequence = 0
    const put = (table: 'profiles' | 'profile_nodes', rows: Parameters<typeof batchOf>[1]) => assert.equal(store.append({ host: 'h', stream: 's', sequence: ++sequence, rows: batchOf(table, rows) }), 'taken')
    put('profile_nodes', [node(1, 0, 'main'), node(2, 1, 'a'), node(3, 2, 'b'), node(3, 2, 'b', 5n), node(4, 1, 'other'), node(5, 0, 'too old', -400n)])
    put('profiles', [sample(0n, 3), sample(1n, 3, { count: 4, valueNs: 80, cpu: 1 }), sample(9n, 4, { service: 'cart', pid: 8, tid: 9, comm: 'worker' }), sample(10n, 3), sample(-1n, 3), sample(3n, 5)])
    await store.flush()
    if (sealed) await store.maintain(true)
    const all = await store.profile(RANGE, { type: 'cpu' }, 5n * SECOND, 10)
    assert.deepEqual(all.stacks.map(({ node: leaf, count, valueNs }) => [Number(leaf), count, valueNs]).sort(), [[3, 5, 100], [4, 1, 20], [5, 1, 20]])
    assert.deepEqual(all.nodes.map(({ id, parent, name }) => [Number(id), Number(parent), name]).sort(), [[1, 0, 'main'], [2, 1, 'a'], [3, 2, 'b'], [4, 1, 'other']])
    assert.deepEqual(all.timeline, [{ time: T0, count: 6 }, { time: T0 + 5n * SECOND, count: 1 }])
    assert.deepEqual(all.threads[0], { host: 'h', service: 'shop', pid: 7, tid: 7, comm: 'shop', count: 6 })
    assert.deepEqual(all.cpus, [{ cpu: 0, count: 3 }, { cpu: 1, count: 4 }])
    const one = await store.profile(RANGE, { type: 'cpu', service: 'cart', pid: 8, tid: 9, cpu: 0, host: 'h' }, SECOND, 10)
    assert.deepEqual(one.stacks.map(({ node: leaf }) => leaf), [4n])
    const rows = await store.sampleRows(RANGE, { type: 'cpu' }, 10)
    assert.deepEqual(rows.map(({ time, node: leaf, count }) => [Number((time - T0) / SECOND), Number(leaf), count]).sort(), [[0, 3, 1], [1, 3, 4], [3, 5, 1], [9, 4, 1]])
    assert.deepEqual(rows.find(({ node: leaf }) => leaf === 4n), { time: T0 + 9n * SECOND, node: 4n, host: 'h', service: 'cart', pid: 8, tid: 9, comm: 'worker', cpu: 0, count: 1, valueNs: 20 })
    assert.equal((await store.sampleRows(RANGE, { type: 'cpu' }, 2)).length, 2)
    assert.deepEqual((await store.sampleRows(RANGE, { type: 'cpu', service: ['cart', 'none'] }, 10)).length, 1)
    assert.deepEqual((await store.profileNodes(RANGE, { type: 'cpu' }, true)).map(({ id }) => Number(id)), [3], 'told in the range itself')
    assert.deepEqual((await store.profileNodes(RANGE, { type: 'cpu' })).map(({ id }) => Number(id)).sort(), [1, 2, 3, 4])
    assert.deepEqual(one.nodes.map(({ name }) => name).sort(), ['main', 'other'])
    assert.deepEqual((await store.profile(RANGE, { type: 'cpu', service: "x'; DROP TABLE profiles; --" }, SECOND, 10)).stacks, [])
  })
}
