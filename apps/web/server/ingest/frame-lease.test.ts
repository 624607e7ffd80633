import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameLease, free } from './frame-lease.ts'

test('memory is freed when the last holder lets go', () => {
  const memory = new ArrayBuffer(100_000)
  const lease = new FrameLease(memory)
  const [store, hub] = [lease.hold(), lease.hold()]
  hub()
  assert.equal(memory.byteLength, 100_000)
  store()
  assert.equal(memory.byteLength, 0)
})

test('what came from the socket is freed, but not memory that others may use', () => {
  const alone = Buffer.from(new ArrayBuffer(100_000))
  const part = Buffer.from(new ArrayBuffer(200_000), 0, 100_000)
  const small = Buffer.from(new ArrayBuffer(100))
  for (const bytes of [alone, part, small]) free(bytes)
  assert.deepEqual([alone.length, part.length, small.length], [0, 100_000, 100])
})
