import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Syscall } from '../../live/measured-resources.ts'
import type { Probe } from '../../live/resources.ts'
import { errorsOf, estimatedRate, listeningOf, sumsOf, textFilter } from './model.ts'

const call = (service: string, name: string, more: Partial<Syscall> = {}): Syscall => ({
  service, name, count: 10, estimatedCount: 100, durationNs: { p50: 1, p95: 2, p99: 3, max: 4 }, totalNs: 40, histogram: { buckets: [], count: 0 }, processCount: 1, errors: {}, errorCount: 0, untimed: 0, ...more,
})
const probe = (state: Probe['state'], observedShare: number | null = null, more: Partial<Probe> = {}): Probe => ({
  name: 'syscall_latency', host: 'h', sees: '', hooks: [], losesWhenOff: '', enabled: state !== 'off', state, reason: '', records: 0, recordsPerSecond: 0, lost: 0, nsPerRun: null, runs: null, cpuShare: null, observedShare,
  addedNsPerRequest: null, addedIsAtMost: false, ringFill: 0, ...more,
})

test('words are looked for in service and call, fields where they are, and a minus excludes', () => {
  const calls = [call('nginx', 'read'), call('nginx', 'pread64'), call('redis', 'read', { errors: { EAGAIN: 2 } })]
  const found = (text: string) => calls.filter(textFilter(text)).map(({ service, name }) => `${service} ${name}`)
  assert.deepEqual(found('  '), ['nginx read', 'nginx pread64', 'redis read'])
  assert.deepEqual(found('NGINX read'), ['nginx read', 'nginx pread64'])
  assert.deepEqual(found('call:read service:redis'), ['redis read'])
  assert.deepEqual(found('error:eagain'), ['redis read'])
  assert.deepEqual(found('-service:nginx'), ['redis read'])
  assert.deepEqual(found('nope:x'), [])
})

test('sums and errors are of what is seen: nothing is scaled', () => {
  const calls = [call('a', 'read', { errors: { EAGAIN: 2, EINTR: 1 }, errorCount: 3, untimed: 1 }), call('b', 'read', { errors: { EINTR: 5 }, errorCount: 5 })]
  assert.deepEqual(sumsOf(calls), { count: 20, errorCount: 8, untimed: 1, totalNs: 80 })
  assert.deepEqual(errorsOf(calls), [['EINTR', 6], ['EAGAIN', 2]])
})

test('an estimated rate is over the time in which the probe was on', () => {
  assert.equal(estimatedRate(call('a', 'read'), { syscalls: [], total: 0, observedNs: 1e9, observedShare: 0.1 }), 10)
  assert.equal(estimatedRate(call('a', 'read'), { syscalls: [], total: 0, observedNs: 0, observedShare: null }), null)
})

test('how it listens: the host that listens least decides; off only where it runs nowhere', () => {
  assert.deepEqual(listeningOf(undefined), { kind: 'unknown' })
  assert.deepEqual(listeningOf([probe('attached', 1, { name: 'exchange' })]), { kind: 'unknown' })
  assert.deepEqual(listeningOf([probe('attached', 0.999)]), { kind: 'always' })
  assert.deepEqual(listeningOf([probe('attached', 1), probe('attached', 0.1), probe('off')]), { kind: 'now and then', share: 0.1 })
  assert.deepEqual(listeningOf([probe('refused', null, { reason: 'no BTF' })]), { kind: 'refused', reason: 'no BTF' })
  const off = probe('off')
  assert.deepEqual(listeningOf([off]), { kind: 'off', probes: [off], fixed: undefined })
  const replayed = probe('off', null, { reason: 'replaying a recording' })
  assert.deepEqual(listeningOf([replayed]), { kind: 'off', probes: [replayed], fixed: 'replaying a recording' })
})
