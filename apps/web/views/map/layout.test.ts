import assert from 'node:assert/strict'
import { test } from 'node:test'
import ELK from 'elkjs/lib/elk.bundled.js'
import { keepPlaces, readPlaces } from './kept-places.ts'
import { elkGraph, placesOf } from './layout.ts'

const input = {
  nodes: [{ id: 'node', outside: false }, { id: 'nginx', outside: false }, { id: '10.0.0.9', outside: true }, { id: 'python', outside: false }, { id: 'redis', outside: false }, { id: 'api.example.com', outside: true }],
  edges: [{ from: 'nginx', to: 'node' }, { from: '10.0.0.9', to: 'nginx' }, { from: 'node', to: 'python' }, { from: 'python', to: 'redis' }, { from: 'python', to: 'api.example.com' }, { from: 'node', to: 'node' }, { from: 'nginx', to: 'node' }],
}
const placesFor = async (graph: typeof input) => placesOf(await new ELK().layout(elkGraph(graph)))

test('callers stand left of what they call, outside callers first', async () => {
  const places = await placesFor(input)
  for (const { from, to } of input.edges) if (from !== to) assert.ok(places.get(from)!.x < places.get(to)!.x, `${from} → ${to}`)
  assert.equal(places.get('10.0.0.9')!.x, Math.min(...[...places.values()].map(({ x }) => x)))
})

test('the same services have the same places, whatever order they come in', async () => {
  const again = { nodes: input.nodes.toReversed(), edges: input.edges.toReversed() }
  assert.deepEqual(await placesFor(again), await placesFor(input))
})

test('no two nodes stand on each other', async () => {
  const all = [...(await placesFor(input)).values()]
  for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) assert.ok(Math.abs(a.x - b.x) >= 132 || Math.abs(a.y - b.y) >= 76)
})

test('a cycle is laid out too', async () => {
  assert.equal((await placesFor({ nodes: input.nodes.slice(0, 2), edges: [{ from: 'node', to: 'nginx' }, { from: 'nginx', to: 'node' }] })).size, 2)
})

test('places are kept, the seen ones first, and what isn’t ours is left', () => {
  const held = new Map<string, string>()
  const storage = { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value) }
  keepPlaces(storage, new Map([['a', { x: 1, y: 2 }]]))
  keepPlaces(storage, new Map([['b', { x: 3.4, y: 4 }]]))
  assert.deepEqual([...readPlaces(storage)], [['b', { x: 3, y: 4 }], ['a', { x: 1, y: 2 }]])
  for (const bad of ['{', '{}', '[1,["x"],["y",1,null]]']) assert.equal(readPlaces({ getItem: () => bad }).size, 0)
})
