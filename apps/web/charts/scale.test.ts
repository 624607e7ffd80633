import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decadesAround, linearScale, logScale, median } from './scale.ts'

test('linear maps both ends, either way round', () => {
  const up = linearScale(0, 10, 100, 0)
  assert.deepEqual([up(0), up(5), up(10)], [100, 50, 0])
})

test('a domain without extent maps to its start', () => assert.equal(linearScale(3, 3, 7, 90)(3), 7))

test('log spaces decades evenly and holds what is not positive at the least', () => {
  const x = logScale(1, 1000, 0, 300)
  assert.deepEqual([x(1), x(10), x(100), x(1000)].map((v) => Math.round(v * 1e6) / 1e6), [0, 100, 200, 300])
  assert.deepEqual([x(0), x(-5)], [0, 0])
})

test('decades hold all values, powers of ten included', () => {
  assert.deepEqual(decadesAround([null, 3, 40]), [1, 100])
  assert.deepEqual(decadesAround([10, 1000]), [10, 1000])
  assert.deepEqual(decadesAround([10]), [10, 100])
  assert.deepEqual(decadesAround([null, 0]), [1e6, 1e7])
})

test('median leaves out what is missing', () => {
  assert.equal(median([null, 3, 1, 2]), 2)
  assert.equal(median([null]), null)
})
