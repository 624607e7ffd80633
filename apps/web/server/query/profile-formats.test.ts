import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ProfileNode, StoredProfile } from '../store/profile-store.ts'
import { foldedOf, speedscopeOf } from './profile-formats.ts'
import { pprofOf } from './profile-pprof.ts'
import { treeOf } from './profile-tree.ts'

const MS = 20_000_000
const node = (id: number, parent: number, name: string): ProfileNode => ({ id: BigInt(id), parent: BigInt(parent), name, binary: '/bin/shop', file: 'shop.c', line: 7, kind: 'native', nameSource: 'symtab' })

/** main ─ a ─ b, main ─ b; b is one frame in two places. */
const profile: StoredProfile = {
  nodes: [node(3, 2, 'b'), node(1, 0, 'main'), node(4, 1, 'b'), node(2, 1, 'a;x')],
  stacks: [{ node: 3n, count: 5, valueNs: 5 * MS }, { node: 2n, count: 2, valueNs: 2 * MS }, { node: 4n, count: 3, valueNs: 3 * MS }],
  timeline: [], threads: [], cpus: [],
}
const tree = treeOf(profile)

test('stacks become one tree: callers before what they call, totals include it', () => {
  const rows = tree.nodes.map(({ frame, parent, self, total }) => `${tree.frames[frame]!.name} ${parent} ${self} ${total}`)
  assert.deepEqual(rows, ['main -1 0 10', 'a;x 0 2 7', 'b 1 5 5', 'b 0 3 3'])
  assert.equal(tree.frames.length, 3)
  assert.deepEqual([tree.sampleCount, tree.valueNs], [10, 10 * MS])
})

test('samples whose nodes were lost, and those without a stack, stay counted and say so', () => {
  const broken = treeOf({ ...profile, nodes: [node(3, 2, 'b'), node(9, 9, 'its own caller')], stacks: [{ node: 3n, count: 1, valueNs: 1 }, { node: 0n, count: 2, valueNs: 2 }, { node: 9n, count: 4, valueNs: 4 }, { node: 77n, count: 8, valueNs: 8 }] })
  assert.equal(broken.sampleCount, 15)
  const rows = broken.nodes.map(({ frame, parent, self }) => `${broken.frames[frame]!.name} ${parent} ${self}`)
  assert.deepEqual(rows, ['[its stack was lost] -1 8', 'b 0 1', '[no stack] -1 2', 'its own caller 0 4'])
})

test('folded stacks', () => assert.equal(foldedOf(tree), 'main;a:x 2\nmain;a:x;b 5\nmain;b 3\n'))

test('speedscope: frames, stacks as indices, time as weight', () => {
  const file = JSON.parse(speedscopeOf(tree, 'all')) as { shared: { frames: { name: string }[] }; profiles: { samples: number[][]; weights: number[]; endValue: number; type: string; unit: string }[] }
  assert.deepEqual(file.shared.frames.map(({ name }) => name), ['main', 'a;x', 'b'])
  const [only] = file.profiles
  assert.deepEqual([only!.type, only!.unit, only!.samples, only!.weights, only!.endValue], ['sampled', 'nanoseconds', [[0, 1], [0, 1, 2], [0, 2]], [2 * MS, 5 * MS, 3 * MS], 10 * MS])
})

test('pprof: Go’s own tool reads it and says the same', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-pprof-'))
  try {
    const file = join(folder, 'profile.pb.gz')
    writeFileSync(file, pprofOf(tree, { from: 1_795_385_655_000_000_000n, to: 1_795_385_665_000_000_000n }, MS))
    const top = execFileSync('go', ['tool', 'pprof', '-top', '-nodecount=10', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const rows = top.split('\n').map((line) => line.trim().split(/\s+/)).filter((cells) => cells.length === 6 && cells[0] !== 'flat').map(([flat, , , cumulative, , name]) => `${name} ${flat} ${cumulative}`)
    assert.deepEqual(rows, ['b 160ms 160ms', 'a;x 40ms 140ms', 'main 0 200ms'])
    assert.match(top, /^Type: cpu$/m)
    assert.match(top, /^Duration: 10s/m)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('nothing sampled is an empty file of each form', () => {
  const none = treeOf({ ...profile, nodes: [], stacks: [] })
  assert.equal(foldedOf(none), '')
  assert.deepEqual((JSON.parse(speedscopeOf(none, 'x')) as { profiles: { samples: unknown[] }[] }).profiles[0]!.samples, [])
  assert.ok(pprofOf(none, { from: 0n, to: 0n }, 0).length > 20)
})
