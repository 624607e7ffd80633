import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copyBatch, LOSSES, TableBuilder } from './index.ts'

const builder = new TableBuilder(LOSSES)
const time = builder.column('time')
const count = builder.column('count')
const where = builder.column('where')

function take(rows: number) {
  for (let i = 0; i < rows; i++) {
    const row = builder.addRow()
    builder.setInteger(time, row, 7e12 + i)
    builder.setInteger(count, row, i + 1)
    builder.set(where, row, builder.intern(`probe ${i % 3}`))
  }
  return builder.take()!
}

test('arrays given back are used again, are zero, and rows of others stay whole', () => {
  const first = take(1500)
  const copy = copyBatch(first)
  const memory = first.columns.time.buffer
  builder.recycle(first)
  const second = take(3)
  assert.notEqual(second.columns.time.buffer, memory)
  const row = builder.addRow()
  const third = builder.take()!
  assert.equal(third.columns.time.buffer, memory)
  assert.deepEqual([row, third.rowCount, third.columns.time[0], third.columns.where[0], third.strings], [0, 1, 0n, 0, ['']])
  assert.deepEqual([copy.columns.time[1499], copy.strings[copy.columns.where[1499] as number], second.columns.count.length], [7_000_000_001_499n, 'probe 2', 3])
  builder.recycle(third)
  assert.ok(new Uint8Array(memory).every((byte) => byte === 0))
})

test('what a burst made large is let go', () => {
  const burst = take(9000)
  builder.recycle(burst)
  take(1)
  assert.notEqual(take(1).columns.time.buffer, burst.columns.time.buffer)
})

test('what a burst made larger is let go when many batches after it need little of it', () => {
  const after: boolean[] = []
  const burst = new TableBuilder(LOSSES)
  const memories = new Set<unknown>()
  const next = (rows: number) => {
    for (let i = 0; i < rows; i++) burst.addRow()
    const batch = burst.take()!
    after.push(memories.has(batch.columns.time.buffer))
    if (rows > 1024) memories.add(batch.columns.time.buffer)
    burst.recycle(batch)
  }
  for (let i = 0; i < 3; i++) next(8000)
  for (let i = 0; i < 200; i++) next(2000)
  assert.equal(after[2], true)
  assert.ok(after.slice(-100).every((used) => used), 'a quarter is enough')
  for (let i = 0; i < 200; i++) next(1)
  const until = after.lastIndexOf(true)
  assert.ok(until > 203 && until < 203 + 80, `${until}`)
})

test('a batch of another table is not taken', () => {
  const other = new TableBuilder({ name: 'other', version: 1, columns: LOSSES.columns })
  other.addRow()
  const foreign = other.take()!
  builder.recycle(foreign)
  take(1)
  assert.notEqual(take(1).columns.time.buffer, foreign.columns.time.buffer)
})
