import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordReader } from '@sonde/bpf-programs/probe'
import { Losses } from '../health/losses.ts'
import { checkLayouts, RecordDispatcher, RecordLayoutError, type RecordType } from './records.ts'

const TYPES: ReadonlyMap<number, RecordType> = new Map([[7, { name: 'thing', fingerprint: 'aa', bytes: 32, leastBytes: 8 }]])

/** A batch as the binding makes it: [u32 length][u32 0][record, padded to 8] … */
function batch(...records: (readonly [typeId: number, bytes: number])[]): Buffer {
  return Buffer.concat(records.map(([typeId, bytes]) => {
    const record = Buffer.alloc(8 + ((bytes + 7) & ~7))
    record.writeUInt32LE(bytes, 0)
    if (bytes >= 4) record.writeUInt32LE(typeId, 8)
    return record
  }))
}

function dispatch(bytes: Buffer) {
  const losses = new Losses()
  const read: string[] = []
  const reader: RecordReader = { layouts: { thing: 'aa' }, read: (record, _bytes, _view, at, length) => void read.push(`${record} ${at} ${length}`) }
  const dispatcher = new RecordDispatcher({ name: 'probe', affects: 'things' }, { types: TYPES, reader, observe: () => {}, losses })
  dispatcher.batch(bytes.length, bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
  return { read, records: dispatcher.records, lost: [...losses.all()].map(({ where, reason, affects, count }) => `${where} ${reason} ${affects} ${count}`) }
}

test('each record is read where it stands', () => {
  assert.deepEqual(dispatch(batch([7, 8], [7, 9], [7, 32])), { read: ['thing 8 8', 'thing 24 9', 'thing 48 32'], records: 3, lost: [] })
})

test('what is no record of the probe is counted, and the next is read', () => {
  assert.deepEqual(dispatch(batch([8, 16], [7, 4], [7, 40], [0, 0], [7, 16])), {
    read: ['thing 104 16'], records: 1, lost: ['probe.probe record of an unknown type things 2', 'probe.probe record of a wrong length things 2'],
  })
})

test('a batch cut short is read up to the cut', () => {
  const whole = batch([7, 16], [7, 16])
  assert.deepEqual(dispatch(whole.subarray(0, whole.length - 4)), { read: ['thing 8 16'], records: 1, lost: ['probe.probe batch cut short things 1'] })
  assert.deepEqual(dispatch(Buffer.alloc(0)), { read: [], records: 0, lost: [] })
})

test('hostile lengths end the walk', () => {
  const hostile = batch([7, 16])
  hostile.writeUInt32LE(0xffffffff, 0)
  assert.deepEqual(dispatch(hostile).lost, ['probe.probe batch cut short things 1'])
})

test('a program and a reader that disagree are told by the struct', () => {
  checkLayouts('probe', TYPES, { thing: 'aa' })
  assert.throws(() => checkLayouts('probe', TYPES, { thing: 'bb' }), (error) => error instanceof RecordLayoutError && error.struct === 'thing' && /aa in the program and bb in its reader/.test(error.message))
  assert.throws(() => checkLayouts('probe', TYPES, {}), (error) => error instanceof RecordLayoutError && /has no reader/.test(error.message))
})
