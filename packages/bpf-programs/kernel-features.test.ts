import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitProbe, lackInWords, tracepoint, type KernelFeature } from './kernel-features.ts'
import type { Probe } from './probe.ts'

const old: KernelFeature = { what: 'a thing', since: '5.11', shownBy: 'thing' }
const send = tracepoint('send', '6.3')
const more = tracepoint('more', '6.16')
const btfWith = (...names: string[]) => Buffer.from(`\0${['int', ...names].join('\0')}\0`)
const probe: Probe = {
  name: 'x', sees: '', hooks: ['send', 'more'], losesWhenOff: '', object: 'x.o',
  optionalPrograms: { x_more: 'less' }, needs: [send, old], optionalNeeds: { x_more: more },
  open: () => ({ layouts: {}, read() {} }),
}

test('a kernel that has everything gets the probe as it is', () => {
  assert.deepEqual(fitProbe(probe, btfWith('btf_trace_send', 'thing', 'btf_trace_more')), { probe, lacks: [], without: new Map(), fallback: undefined })
})

test('an optional program goes without the probe', () => {
  const fitted = fitProbe(probe, btfWith('btf_trace_send', 'thing'))
  assert.deepEqual([fitted.lacks, [...fitted.without]], [[], [['x_more', more]]])
})

test('what is needed and lacks is said, all of it', () => {
  const { lacks } = fitProbe(probe, btfWith('btf_trace_more'))
  assert.equal(lackInWords(lacks), 'no tracepoint send (since Linux 6.3), no a thing (since Linux 5.11)')
})

test('a name within another is not that name', () => {
  assert.deepEqual(fitProbe(probe, btfWith('btf_trace_sendmsg', 'my_btf_trace_send', 'thing')).lacks, [send])
})

test('a fallback stands in, with its own programs and needs', () => {
  const fallback = { hooks: ['enter'], object: 'y.o', optionalPrograms: { y_flush: 'late' }, optionalNeeds: { y_flush: old }, loses: 'io_uring' }
  const fitted = fitProbe({ ...probe, fallback }, btfWith())
  assert.deepEqual([fitted.probe.object, fitted.probe.hooks, fitted.probe.name, fitted.probe.needs], ['y.o', ['enter'], 'x', undefined])
  assert.deepEqual([fitted.lacks, [...fitted.without.keys()], fitted.fallback], [[], ['y_flush'], { lacks: [send, old], loses: 'io_uring' }])
  assert.equal(fitProbe({ ...probe, fallback }, btfWith('btf_trace_send', 'thing')).probe.object, 'x.o')
})

test('a fallback that needs what is not there is no help', () => {
  const fallback = { hooks: [], object: 'y.o', optionalPrograms: {}, needs: [old], loses: '' }
  assert.deepEqual(fitProbe({ ...probe, fallback }, btfWith()).lacks, [old])
})
