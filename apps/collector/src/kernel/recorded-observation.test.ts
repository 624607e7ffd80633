import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceUsed, DistributionMeasured } from '@sonde/shared/observation'
import { isKeptApart, isRecordedObservation } from './recorded-observation.ts'

const device: DeviceUsed = { kind: 'device-used', at: 5, intervalNs: 1e9, device: 'disk', name: 'vda', readBytes: 1, writtenBytes: 2, reads: 3, writes: 4, busyNs: 5, waitNs: 6, errors: 0, drops: 0 }
const measured: DistributionMeasured = {
  kind: 'distribution-measured', what: 'syscall', at: 5, intervalNs: 1e9, observedNs: 1e8, pid: 7, name: 'read', operation: '', count: 2, untimed: 0, errorCount: 1, sumNs: 300, maxNs: 200,
  errors: [['EAGAIN', 1]], buckets: [[3, 1], [17, 1]],
}

test('what is measured comes back from JSON as it was', () => {
  for (const o of [device, measured]) {
    assert.ok(isKeptApart(o))
    const back: unknown = JSON.parse(JSON.stringify(o))
    assert.ok(isRecordedObservation(back))
    assert.deepEqual(back, o)
  }
})

test('anything else a file may hold is none', () => {
  const none: unknown[] = [
    null, 5, 'device-used', [], {}, { kind: 'toString', at: 1 }, { kind: 'exchange', at: 1 }, { ...device, at: '5' }, { ...device, reads: null }, { ...device, name: 7 },
    { ...measured, buckets: undefined }, { ...measured, buckets: [[1]] }, { ...measured, buckets: [[1, 'x']] }, { ...measured, errors: { length: 1 } }, { ...measured, count: Infinity },
  ]
  for (const value of none) assert.equal(isRecordedObservation(value), false, JSON.stringify(value))
})
