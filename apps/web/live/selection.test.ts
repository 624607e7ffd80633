import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRangeText, rangeLabel } from './range-text.ts'
import { all, carried, filterParams, isLive, parseSelection, paused, rangeMs, rangeParams, resumed, stepped, toService, withFilter, withOnly, withParam, withRange, withRangeMs, withoutFilter } from './selection.ts'

const search = (text: string) => new URLSearchParams(text)
const now = new Date(2026, 10, 22, 14, 8, 40).getTime()

test('without parameters: the last 15 minutes, live, no filters', () => {
  const selection = parseSelection(search(''))
  assert.deepEqual(selection, { range: { kind: 'last', seconds: 900 }, pausedAt: null, filters: [] })
  assert.equal(isLive(selection), true)
  assert.deepEqual(rangeParams(selection), { from: 'now-900s', to: 'now' })
})

test('what is no range, is empty or ends before it begins is the default, not an error', () => {
  for (const text of ['from=now-0m', 'from=soon', 'from=now-99999999d', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from=2026-01-02T00:00:00Z', 'paused=never']) {
    const { range, pausedAt } = parseSelection(search(text))
    assert.deepEqual([range, pausedAt], [{ kind: 'last', seconds: 900 }, null], text)
  }
})

test('paused keeps its length and stands still; resuming gives back the very URL', () => {
  const before = search('from=now-1h&service=checkout')
  const after = paused(new Date('2026-11-22T13:07:12.000Z'))(before)
  const selection = parseSelection(after)
  assert.equal(isLive(selection), false)
  assert.deepEqual(rangeParams(selection), { from: '2026-11-22T12:07:12.000Z', to: '2026-11-22T13:07:12.000Z' })
  assert.equal(resumed(after).toString(), before.toString())
})

test('a dragged range replaces range and pause, keeps filters; resuming makes it the last as long', () => {
  const after = withRangeMs(Date.UTC(2026, 0, 1, 10, 0, 0), Date.UTC(2026, 0, 1, 10, 5, 15))(search('paused=2026-01-01T11:00:00Z&service=a'))
  assert.deepEqual(parseSelection(after).range, { kind: 'between', from: '2026-01-01T10:00:00.000Z', to: '2026-01-01T10:05:15.000Z' })
  assert.equal(after.get('paused'), null)
  assert.equal(resumed(after).toString(), 'service=a&from=now-315s')
})

test('steps move by one range; on past the present is live', () => {
  const back = stepped(-1, now)(search(''))
  assert.deepEqual(rangeMs(parseSelection(back), now), { fromMs: now - 1_800_000, toMs: now - 900_000 })
  assert.equal(stepped(1, now)(back).toString(), '')
  assert.equal(stepped(1, now + 30_000)(back).toString(), '')
  const twice = stepped(-1, now)(back)
  assert.deepEqual(rangeMs(parseSelection(stepped(1, now)(twice)), now), { fromMs: now - 1_800_000, toMs: now - 900_000 })
})

test('filters: several values of a key, excluded ones, opposites replace each other', () => {
  const both = all(withFilter('status', '404', true), withFilter('status', '500'), withFilter('service', 'a&b=c'), withFilter('q', '!x'))(search('order=-startTime'))
  const { filters } = parseSelection(both)
  assert.deepEqual(filters, [{ key: 'service', value: 'a&b=c', not: false }, { key: 'status', value: '404', not: true }, { key: 'status', value: '500', not: false }, { key: 'q', value: '!x', not: false }])
  assert.deepEqual(filterParams(filters), { service: 'a&b=c', status: ['!404', '500'], q: '!x' })
  assert.deepEqual(filterParams(filters, ['service']), { service: 'a&b=c' })
  assert.deepEqual(withFilter('status', '404')(both).getAll('status'), ['500', '404'])
  assert.deepEqual(withoutFilter(filters[1]!)(both).getAll('status'), ['500'])
  assert.deepEqual(withOnly('status', '200')(both).getAll('status'), ['200'])
  assert.equal(both.get('order'), '-startTime')
})

test('moving to another page keeps range and filters and leaves what is the view’s own', () => {
  const url = all(withRange({ kind: 'last', seconds: 5400 }), withFilter('peer', 'x'), withParam('group', 'flat'))(search(''))
  assert.equal(carried(url).toString(), 'from=now-90m&peer=x')
  assert.equal(withParam('group', null)(url).get('group'), null)
})

test('typed ranges', () => {
  const local = (day: number, hour: number, minute: number, second = 0) => new Date(2026, 10, day, hour, minute, second).toISOString()
  const cases: [string, unknown][] = [
    ['90m', { kind: 'last', seconds: 5400 }], ['last 2 h', { kind: 'last', seconds: 7200 }], ['15 min', { kind: 'last', seconds: 900 }],
    ['14:02–14:08', { kind: 'between', from: local(22, 14, 2), to: local(22, 14, 8) }], ['14:02-14:08:30', { kind: 'between', from: local(22, 14, 2), to: local(22, 14, 8, 30) }],
    ['since 14:02', { kind: 'between', from: local(22, 14, 2), to: new Date(now).toISOString() }], ['23:50 – 23:55', { kind: 'between', from: local(21, 23, 50), to: local(21, 23, 55) }],
    ['yesterday 9:00 – 10:00', { kind: 'between', from: local(21, 9, 0), to: local(21, 10, 0) }], ['2026-11-20 9:00 to 2026-11-21 10:00', { kind: 'between', from: local(20, 9, 0), to: local(21, 10, 0) }],
    ['14:08–14:02', undefined], ['25:00–26:00', undefined], ['0m', undefined], ['5 parsecs', undefined], ['', undefined], ['14:00–14:01–14:02', undefined],
  ]
  for (const [text, range] of cases) assert.deepEqual(parseRangeText(text, now), range, text)
})

test('ranges in words', () => {
  assert.equal(rangeLabel({ kind: 'last', seconds: 900 }, now), 'last 15 min')
  assert.equal(rangeLabel({ kind: 'last', seconds: 3600 }, now), 'last hour')
  assert.equal(rangeLabel({ kind: 'last', seconds: 5400 }, now), 'last 90 min')
  assert.equal(rangeLabel(parseRangeText('14:02:25–14:07', now)!, now), '14:02:25 – 14:07')
  assert.equal(rangeLabel(parseRangeText('2026-11-20 9:00 – 2026-11-21 10:00', now)!, now), '20 Nov 09:00 – 21 Nov 10:00')
})

test('another service: its range, host and latency stay, what was chosen of the first goes', () => {
  const next = toService('cart')(search('from=now-1h&host=a&service=shop&service=!x&role=client&peer=cart&template=%2Fa&minDurationNs=5&sort=p99'))
  assert.equal(next.toString(), 'from=now-1h&host=a&service=cart&minDurationNs=5&sort=p99')
})
