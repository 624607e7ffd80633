import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RingFill } from './ring-fill.ts'

test('batches in a row were in the ring together; the fullest counts for ten seconds', () => {
  const fill = new RingFill(1000, 100)
  for (const bytes of [100, 100, 100, 20]) fill.read(bytes)
  assert.equal(fill.share, 0.32)
  fill.read(30)
  assert.equal(fill.share, 0.32)
  for (let second = 0; second < 9; second++) fill.second()
  assert.equal(fill.share, 0.32)
  fill.second()
  assert.equal(fill.share, 0)
})
