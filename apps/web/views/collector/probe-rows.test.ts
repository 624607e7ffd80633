import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Probe } from '../../live/resources.ts'
import { probeRows, runsPerSecond } from './probe-rows.ts'

const probe = (name: string, more: Partial<Probe> = {}): Probe => ({ name, host: 'h', sees: '', hooks: [], losesWhenOff: '', enabled: true, state: 'attached', reason: '', records: 0, recordsPerSecond: 2, lost: 1, nsPerRun: 100, runs: 5, cpuShare: 0.001, addedNsPerRequest: null, addedIsAtMost: false, ringFill: 0, ...more })

test('runs a second follow from the share of a core; what is not measured stays unknown', () => {
  assert.equal(runsPerSecond(probe('a')), 10_000)
  assert.equal(runsPerSecond(probe('a', { cpuShare: null })), null)
  assert.equal(runsPerSecond(probe('a', { nsPerRun: 0 })), null)
})

test('all: sums of what is measured, null if nothing is', () => {
  assert.deepEqual(probeRows([probe('a'), probe('b', { cpuShare: null, nsPerRun: null })], 2100).at(-1)?.sum, { recordsPerSecond: 4, runsPerSecond: 10_000, cpuShare: 0.001, addedNsPerRequest: 2100, lost: 2 })
  assert.deepEqual(probeRows([probe('b', { cpuShare: null, nsPerRun: null })], null).at(-1)?.sum, { recordsPerSecond: 2, runsPerSecond: null, cpuShare: null, addedNsPerRequest: null, lost: 1 })
  assert.deepEqual(probeRows([], 2100), [])
})
