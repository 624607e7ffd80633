import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sparklineShape } from './sparkline-shape.ts'

test('a steady line sits at half height', () => {
  const { top, line } = sparklineShape([5, 5, 5], 'p95', 84, 24)
  assert.equal(top, 10)
  assert.equal(line, 'M1 12.5L42 12.5L83 12.5')
})

test('its own maximum wins over the usual', () => assert.equal(sparklineShape([1, 9], 'p99', 136, 24, 4).top, 9))
test('the usual wins over a low maximum', () => assert.equal(sparklineShape([1, 2], 'p99', 136, 24, 40).top, 40))

test('a gap stays open, zero is drawn', () => {
  assert.equal(sparklineShape([0, 0, null, 10, 10], 'rate', 102, 24, 10).line, 'M1 22.5L26 22.5M76 2.5L101 2.5')
})

test('errors are bars from the baseline, none where there are none', () => {
  const { bars, line } = sparklineShape([0, null, 4], 'errors', 84, 24, 4)
  assert.equal(line, '')
  assert.equal(bars.length, 1)
  assert.deepEqual([bars[0]!.y, bars[0]!.y + bars[0]!.height], [2.5, 23])
})

test('all zero has a top and no bar', () => {
  const { top, bars } = sparklineShape([0, 0], 'errors', 84, 24)
  assert.equal(top, 1)
  assert.deepEqual(bars, [])
})
