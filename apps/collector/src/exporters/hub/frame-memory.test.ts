import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameMemory } from './frame-memory.ts'

test('memory that was given back is taken again, of the size that was asked for', () => {
  const memory = new FrameMemory()
  const first = memory.take(100_000)
  assert.equal(first.length, 100_000)
  memory.give(first)
  assert.equal(memory.freeBytes, 114_688) // seven quarters of 64 KiB
  const second = memory.take(114_688)
  assert.equal(second.buffer, first.buffer)
  assert.equal(second.length, 114_688)
  assert.notEqual(memory.take(114_688).buffer, second.buffer)
})

test('small and huge frames are not kept', () => {
  const memory = new FrameMemory()
  for (const length of [0, 1, 65_535, (4 << 20) + 1]) {
    const bytes = memory.take(length)
    assert.equal(bytes.length, length)
    memory.give(bytes)
  }
  assert.equal(memory.freeBytes, 0)
})

test('what was not needed between two trims is let go, and only that', () => {
  const memory = new FrameMemory()
  const burst = Array.from({ length: 10 }, () => memory.take(1 << 20))
  for (const bytes of burst) memory.give(bytes)
  memory.trim()
  assert.equal(memory.freeBytes, 10 << 20)
  const needed = [memory.take(1 << 20), memory.take(1 << 20)]
  for (const bytes of needed) memory.give(bytes)
  memory.trim()
  assert.equal(memory.freeBytes, 2 << 20)
  memory.trim()
  assert.equal(memory.freeBytes, 0)
})
