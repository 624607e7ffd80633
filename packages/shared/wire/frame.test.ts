import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cell, LOSSES, TableBuilder, TABLES } from '../signal/index.ts'
import { decodeFrame, encodeFrame } from './frame.ts'

function losses(rows: number) {
  const builder = new TableBuilder(LOSSES, 2)
  for (let i = 0; i < rows; i++) {
    const row = builder.addRow()
    builder.setBigint(builder.column('time'), row, 1_795_000_000_123_456_789n)
    builder.setInteger(builder.column('count'), row, i === 0 ? -1 : 2 ** 40 + i)
    builder.set(builder.column('where'), row, builder.intern(`probe.${i % 2}`))
    builder.set(builder.column('reason'), row, builder.intern('ring buffer full \u0000 é'))
  }
  return builder.take()!
}

test('a batch comes back as it went', () => {
  const frame = decodeFrame(encodeFrame({ sequence: 7, mode: 'append', batch: losses(5) }))
  assert.ok(!('error' in frame))
  assert.equal(frame.sequence, 7)
  assert.equal(frame.batch.rowCount, 5)
  assert.equal(cell(frame.batch, 'time', 4), 1_795_000_000_123_456_789n)
  assert.equal(cell(frame.batch, 'count', 0), -1n)
  assert.equal(cell(frame.batch, 'count', 4), BigInt(2 ** 40 + 4))
  assert.equal(cell(frame.batch, 'where', 3), 'probe.1')
  assert.equal(cell(frame.batch, 'reason', 3), 'ring buffer full \u0000 é')
  assert.equal(cell(frame.batch, 'affects', 3), '')
})

test('a generation is its own: ids begin anew', () => {
  const builder = new TableBuilder(LOSSES)
  builder.addRow()
  assert.equal(builder.intern('a'), 1)
  assert.equal(builder.take()!.strings.length, 2)
  assert.equal(builder.take(), undefined)
  assert.equal(builder.intern('b'), 1)
})

test('a frame cut anywhere is an error, not an exception', () => {
  const bytes = encodeFrame({ sequence: 1, mode: 'snapshot', batch: losses(3) })
  for (let length = 0; length < bytes.length - 8; length++) assert.ok('error' in decodeFrame(bytes.slice(0, length)), `${length} bytes`)
})

test('no single changed byte makes it throw or read beyond its end', () => {
  const bytes = encodeFrame({ sequence: 1, mode: 'append', batch: losses(3) })
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 0x7f, 0xff]) {
      const hostile = bytes.slice()
      hostile[at] = value
      const frame = decodeFrame(hostile)
      if (!('error' in frame)) for (let row = 0; row < frame.batch.rowCount; row++) assert.equal(typeof cell(frame.batch, 'where', row), 'string')
    }
  }
})

test('an unaligned frame is read', () => {
  const bytes = encodeFrame({ sequence: 1, mode: 'append', batch: losses(2) })
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  const frame = decodeFrame(shifted.subarray(3))
  assert.ok(!('error' in frame) && frame.batch.rowCount === 2)
})

for (const schema of TABLES) {
  test(`a batch of ${schema.name} comes back, whatever its columns are called`, () => {
    const builder = new TableBuilder(schema, 1)
    builder.addRow()
    const frame = decodeFrame(encodeFrame({ sequence: 1, mode: 'append', batch: builder.take()! }))
    assert.ok(!('error' in frame))
    assert.deepEqual(Object.keys(frame.batch.columns), Object.keys(schema.columns))
  })
}
