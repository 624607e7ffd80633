import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cell, REQUESTS, TableBuilder, TABLES, type TableSchema } from '../signal/index.ts'
import { isWidthOf, pack, packedLength, unpack, widthOf } from './columns.ts'
import { decodeFrame, encodeFrame } from './index.ts'

const I64 = (values: readonly bigint[]) => BigInt64Array.from(values)

test('the least width that holds all elements', () => {
  const cases = [
    [Uint8Array.of(7, 7, 7), 0], [Uint8Array.of(7, 8), 1],
    [Uint16Array.of(300, 300), 0], [Uint16Array.of(0, 255), 1], [Uint16Array.of(0, 256), 2],
    [Uint32Array.of(0xffffffff, 0xffffffff), 0], [Uint32Array.of(0, 255), 1], [Uint32Array.of(0, 256), 2], [Uint32Array.of(0, 65_535), 2], [Uint32Array.of(0, 65_536), 4], [Uint32Array.of(0, 0x80000000), 4],
    [I64([-1n, -1n]), 0], [I64([-1n, 5n]), 4], [I64([-(2n ** 31n), 2n ** 31n - 1n]), 4], [I64([0n, 2n ** 31n]), 8], [I64([0n, -(2n ** 31n) - 1n]), 8], [I64([2n ** 62n, 2n ** 62n]), 0],
    [Float64Array.of(1, 1), 8],
  ] as const
  for (const [column, width] of cases) assert.equal(widthOf(column), width, `${column.constructor.name} ${column.join()}`)
})

test('columns in bytes: one element for all, narrow, and as they are', () => {
  const bytes = (column: Parameters<typeof widthOf>[0]) => {
    const frame = new Uint8Array(16)
    return Buffer.from(frame.subarray(0, pack(column, widthOf(column), frame, 0))).toString('hex')
  }
  assert.equal(bytes(Uint32Array.of(0x01020304, 0x01020304)), '04030201')
  assert.equal(bytes(Uint32Array.of(1, 2, 3)), '010203')
  assert.equal(bytes(Uint32Array.of(1, 258)), '01000201')
  assert.equal(bytes(Uint16Array.of(1, 258)), '01000201')
  assert.equal(bytes(I64([-1n, 2n])), 'ffffffff02000000')
  assert.equal(bytes(I64([1n, 2n ** 40n])), '01000000000000000000000000010000')
})

const EDGES = {
  u8: [0, 1, 255], u16: [0, 255, 256, 65_535], u32: [0, 255, 256, 65_535, 65_536, 0x7fffffff, 0xffffffff], text: [0], f64: [0, -1.5, 1e300],
  i64: [0n, -1n, 1n, 2n ** 31n - 1n, 2n ** 31n, -(2n ** 31n), -(2n ** 31n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)],
} as const

test('whatever the elements are, they come back', () => {
  for (const [type, edges] of Object.entries(EDGES)) {
    for (const first of edges) for (const second of edges) for (const rows of [0, 1, 2, 9]) {
      const schema: TableSchema = { name: 'edges', version: 1, columns: { value: type as keyof typeof EDGES } }
      const builder = new TableBuilder(schema)
      for (let i = 0; i < rows; i++) {
        const value = i % 2 === 0 ? first : second
        if (typeof value === 'bigint') builder.setBigint(0, builder.addRow(), value)
        else builder.set(0, builder.addRow(), value)
      }
      const column = builder.values(0).subarray(0, rows) as ReturnType<typeof builder.values>
      const width = widthOf(column)
      assert.ok(isWidthOf(schema.columns.value!, width))
      const frame = new Uint8Array(128)
      const end = pack(column, width, frame, 8)
      assert.equal(end, 8 + packedLength(schema.columns.value!, width, rows))
      assert.deepEqual(unpack(schema.columns.value!, width, rows, frame, 8, new ArrayBuffer(128), 16), column)
    }
  }
})

test('a batch takes half the bytes of its columns', () => {
  const builder = new TableBuilder(REQUESTS)
  for (let i = 0; i < 1000; i++) {
    const row = builder.addRow()
    builder.setHalves(builder.column('id'), row, i * 2654435761, i * 40503)
    builder.setInteger(builder.column('startTime'), row, 1.79e18 + i * 1e6)
    builder.setInteger(builder.column('durationNs'), row, i % 7 === 0 ? -1 : 100_000 + i)
    builder.set(builder.column('path'), row, builder.intern(`/${i % 300}`))
  }
  const batch = builder.take()!
  const bytes = encodeFrame({ sequence: 1, mode: 'append', batch })
  assert.ok(bytes.length < 1000 * (8 + 8 + 4 + 2) + 6000, `${bytes.length} bytes`)
  const frame = decodeFrame(bytes)
  assert.ok(!('error' in frame))
  for (const name of Object.keys(REQUESTS.columns)) assert.deepEqual(frame.batch.columns[name], batch.columns[name as keyof typeof batch.columns], name)
  assert.equal(cell(frame.batch, 'path', 301), '/1')
})

/** The frame with other words in its header, of which none may be longer. */
function edited(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  assert.ok(text.includes(from))
  return Buffer.from(text.replace(from, to.padEnd(from.length)), 'latin1')
}

test('widths that cannot be, and a few bytes that stand for too many rows, are errors', () => {
  const builder = new TableBuilder(TABLES.find(({ name }) => name === 'losses')!)
  for (let i = 0; i < 3; i++) builder.addRow()
  const bytes = encodeFrame({ sequence: 1, mode: 'append', batch: builder.take()! })
  assert.deepEqual(decodeFrame(edited(bytes, '"widths":[0,0,0,0,0]', '"widths":[2,0,0,0,0]')), { error: 'bad widths' })
  assert.deepEqual(decodeFrame(edited(bytes, '"widths":[0,0,0,0,0]', '"widths":[0,0,0,0]')), { error: 'bad widths' })
  assert.deepEqual(decodeFrame(edited(bytes, '"widths":[0,0,0,0,0]', '"widths":"00000"')), { error: 'bad widths' })
  const many = new TableBuilder(REQUESTS)
  for (let i = 0; i < 2000; i++) many.addRow()
  const few = encodeFrame({ sequence: 1, mode: 'append', batch: many.take()! })
  assert.ok(few.length < 2000)
  assert.deepEqual(decodeFrame(edited(few, '"rows":2000', '"rows":1e6')), { error: 'more rows than a frame may have' })
})
