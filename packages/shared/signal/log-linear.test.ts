import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUCKET_COUNT, bucketLowerNs, bucketOf } from './log-linear.ts'

test('each bucket begins where its lower bound says, and holds all up to the next', () => {
  for (let bucket = 0; bucket < BUCKET_COUNT - 1; bucket++) {
    assert.equal(bucketOf(bucketLowerNs(bucket)), bucket)
    assert.equal(bucketOf(bucketLowerNs(bucket + 1) - 1), bucket)
  }
})

test('a bucket is at most 6.25 % wide from 1 µs on', () => {
  for (let bucket = 16; bucket < BUCKET_COUNT - 1; bucket++) {
    const lower = bucketLowerNs(bucket)
    assert.ok((bucketLowerNs(bucket + 1) - lower) / lower <= 0.0625)
  }
})

test('what is out of range lands in the first or last bucket', () => {
  assert.equal(bucketOf(-5), 0)
  assert.equal(bucketOf(0), 0)
  assert.equal(bucketOf(1e15), BUCKET_COUNT - 1)
})
