import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gapRows, momentsOf, mostOf, type RequestEnd } from './detail-model.ts'

test('what was left comes last, and all adds up', () => {
  const rows = gapRows([{ kind: 'queue', from: 0, to: 10 }, { kind: 'unaccounted', from: 10, to: 40 }, { kind: 'response', from: 40, to: 100 }], 100)
  assert.deepEqual(rows, [{ kind: 'queue', ns: 10, share: 0.1 }, { kind: 'response', ns: 60, share: 0.6 }, { kind: 'unaccounted', ns: 30, share: 0.3 }])
  assert.equal(mostOf(rows)?.kind, 'response')
})

test('nothing left is zero and is said; no part is most of it when none is half', () => {
  const rows = gapRows([{ kind: 'queue', from: 0, to: 40 }, { kind: 'service', from: 40, to: 80 }, { kind: 'response', from: 80, to: 100 }], 100)
  assert.deepEqual(rows.at(-1), { kind: 'unaccounted', ns: 0, share: 0 })
  assert.equal(mostOf(rows), undefined)
})

test('moments that are not in the timeline are null', () => {
  const end = { startTime: '1970-01-01T00:00:00.000000007Z', timeline: [{ name: 'arrival', time: '', offsetNs: 0 }, { name: 'lastByte', time: '', offsetNs: 9 }] } as unknown as RequestEnd
  assert.deepEqual(momentsOf(end, () => 7n), { startNs: 7n, readNs: null, requestEndNs: null, firstByteNs: null, lastByteNs: 9 })
})
