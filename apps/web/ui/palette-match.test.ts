import assert from 'node:assert/strict'
import { test } from 'node:test'
import { found, match } from './palette-match.ts'

test('parts are found in order, in either case', () => {
  assert.deepEqual(match('POST inventory/reserve', 'inv')?.ranges, [[5, 8]])
  assert.deepEqual(match('POST inventory/reserve', 'post RES')?.ranges, [[0, 4], [15, 18]])
  assert.equal(match('POST inventory', 'inv post'), undefined)
  assert.deepEqual(match('anything', ''), { ranges: [], rank: 0 })
})

test('letters that grow when lowered mark nothing instead of the wrong place', () => assert.deepEqual(match('İx', 'x')?.ranges, []))

test('the best of each group first, groups in their order', () => {
  const items = [{ group: 'Services', text: 'my-cart' }, { group: 'Pages', text: 'Cart page' }, { group: 'Services', text: 'cart' }, { group: 'Services', text: 'macart' }]
  assert.deepEqual(found(items, 'cart', 2).map((item) => item.text), ['cart', 'my-cart', 'Cart page'])
})
