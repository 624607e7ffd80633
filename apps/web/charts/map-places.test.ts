import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COLUMN_PX, neighbourhood, placeNewcomers, ROW_PX, walk } from './map-places.ts'

const edges = [['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']].map(([from, to]) => ({ id: `${from}>${to}`, from: from!, to: to! }))
const places = new Map([['a', { x: 0, y: 100 }], ['b', { x: 200, y: 0 }], ['c', { x: 200, y: 200 }], ['d', { x: 400, y: 100 }]])

test('what has a place keeps it', () => {
  const more = placeNewcomers(['a', 'b', 'c', 'd', 'new'], [...edges, { from: 'd', to: 'new' }], places)
  for (const [name, place] of places) assert.deepEqual(more.get(name), place)
  assert.deepEqual(more.get('new'), { x: 400 + COLUMN_PX, y: 100 })
})

test('a caller that comes later stands left of what it calls', () => {
  assert.equal(placeNewcomers(['z', 'a'], [{ from: 'z', to: 'a' }], places).get('z')!.x, -COLUMN_PX)
})

test('two newcomers at one place are apart', () => {
  const more = placeNewcomers(['m', 'n'], [{ from: 'd', to: 'm' }, { from: 'd', to: 'n' }], places)
  assert.ok(Math.abs(more.get('m')!.y - more.get('n')!.y) >= ROW_PX * 0.9)
})

test('a chain of newcomers hangs on what is known, whatever their names', () => {
  const more = placeNewcomers(['e', 'y'], [{ from: 'd', to: 'y' }, { from: 'y', to: 'e' }], places)
  assert.deepEqual([more.get('y')!.x, more.get('e')!.x], [400 + COLUMN_PX, 400 + 2 * COLUMN_PX])
})

test('one that talks to itself alone stands below the rest', () => {
  assert.deepEqual(placeNewcomers(['s'], [{ from: 's', to: 's' }], places).get('s'), { x: 0, y: 200 + ROW_PX })
  assert.deepEqual(placeNewcomers(['s'], [], new Map()).get('s'), { x: 0, y: 0 })
})

test('the neighbourhood of a node is its edges and their other ends, of an edge its ends', () => {
  assert.deepEqual([...neighbourhood('b', edges)].sort(), ['a', 'a>b', 'b', 'b>d', 'd'])
  assert.deepEqual([...neighbourhood('c>d', edges)].sort(), ['c', 'c>d', 'd'])
})

test('arrows walk: on, back, and beside', () => {
  const [ab, ac, bd, cd] = edges as [typeof edges[0] & {}, typeof edges[0] & {}, typeof edges[0] & {}, typeof edges[0] & {}]
  assert.equal(walk(edges, places, ab, 'right').id, bd.id)
  assert.equal(walk(edges, places, bd, 'left').id, ab.id)
  assert.equal(walk(edges, places, ab, 'down').id, ac.id)
  assert.equal(walk(edges, places, cd, 'up').id, bd.id)
  assert.equal(walk(edges, places, cd, 'right').id, cd.id)
})
