import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeLabels } from './map-labels.ts'

test('one label stands in the middle of its edge', () => {
  const places = placeLabels([{ id: 'e', from: [0, 0], to: [200, 100], width: 80 }], [])
  assert.deepEqual(places.get('e')!.map(Math.round), [100, 50])
})

test('two edges over each other have their labels apart', () => {
  const both = [{ id: 'a', from: [0, 0], to: [300, 0], width: 60 }, { id: 'b', from: [0, 2], to: [300, 2], width: 60 }] as const
  const places = placeLabels(both, [])
  assert.ok(Math.abs(places.get('a')![0] - places.get('b')![0]) >= 60)
})

test('a node in the middle is not covered', () => {
  const [x] = placeLabels([{ id: 'a', from: [0, 0], to: [400, 0], width: 40 }], [{ x: 200, y: 0, width: 60, height: 40 }]).get('a')!
  assert.ok(Math.abs(x - 200) >= 50)
})

test('with no free place the least covered is taken', () => {
  assert.equal(placeLabels([{ id: 'a', from: [0, 0], to: [10, 0], width: 400 }], [{ x: 0, y: 0, width: 900, height: 900 }]).size, 1)
})
