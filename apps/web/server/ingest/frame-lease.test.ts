import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameLease } from './frame-lease.ts'

test('memory is freed when the last holder lets go', () => {
  const bytes = Buffer.from(new ArrayBuffer(100_000))
  const lease = new FrameLease(bytes)
  const [store, hub] = [lease.hold(), lease.hold()]
  hub()
  assert.equal(bytes.length, 100_000)
  store()
  assert.equal(bytes.length, 0)
})

test('memory that others may use is left alone', () => {
  const part = Buffer.from(new ArrayBuffer(200_000), 0, 100_000)
  new FrameLease(part).hold()()
  assert.equal(part.length, 100_000)
  const small = Buffer.from(new ArrayBuffer(100))
  new FrameLease(small).hold()()
  assert.equal(small.length, 100)
})
