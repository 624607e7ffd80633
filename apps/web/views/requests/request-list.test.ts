import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beside, EMPTY_LIST, LIVE_ROWS, withFirstPage, withLive, withNextPage, type Listed, type RequestList } from './request-list.ts'

const row = (n: number): Listed => ({ id: n.toString(16).padStart(16, '0'), startTime: `2026-11-22T14:00:00.${String(n).padStart(9, '0')}Z` })
const rows = (...list: number[]) => list.map(row)
const ids = (list: RequestList<Listed>) => list.rows.map(({ id }) => Number.parseInt(id, 16))

test('live rows come on top, in the order of time, each once', () => {
  const list = withFirstPage(EMPTY_LIST as RequestList<Listed>, rows(5, 4, 3), 'more', true)
  const live = withLive(withLive(list, rows(7, 5), 0, false), rows(6), 0, false)
  assert.deepEqual(ids(live), [7, 6, 5, 4, 3])
  assert.deepEqual(live.rest, { kind: 'cursor', cursor: 'more' })
})

test('held, they are counted with what the hub skipped', () => {
  const list = withFirstPage(EMPTY_LIST as RequestList<Listed>, rows(5), undefined, true)
  const held = withLive(withLive(list, rows(6, 7), 3, true), rows(5), 0, true)
  assert.deepEqual([ids(held), held.newer], [[5], 5])
})

test('a first page that comes after live rows keeps the newer of them', () => {
  const live = withLive(EMPTY_LIST as RequestList<Listed>, rows(9, 8, 2), 0, false)
  assert.deepEqual(ids(withFirstPage(live, rows(8, 7, 6), 'more', true)), [9, 8, 7, 6])
})

test('a page ordered otherwise stays as it came', () => {
  assert.deepEqual(ids(withFirstPage(EMPTY_LIST as RequestList<Listed>, rows(3, 9, 1), undefined, false)), [3, 9, 1])
})

test('a next page brings no row twice', () => {
  const list = withFirstPage(EMPTY_LIST as RequestList<Listed>, rows(5, 4), 'a', true)
  const next = withNextPage(list, rows(4, 3), undefined)
  assert.deepEqual([ids(next), next.rest], [[5, 4, 3], { kind: 'end' }])
})

test('live the list is bounded; what is cut off is read again by time, the last row’s own nanosecond included', () => {
  const many = Array.from({ length: LIVE_ROWS + 5 }, (_, i) => row(i + 1))
  const list = withLive(EMPTY_LIST as RequestList<Listed>, many, 0, false)
  assert.equal(list.rows.length, LIVE_ROWS)
  assert.deepEqual(list.rest, { kind: 'before', to: '2026-11-22T14:00:00.000000007Z' })
})

test('the row beside', () => {
  const list = rows(3, 2, 1)
  assert.equal(beside(list, list[0]!.id, 1), list[1])
  assert.equal(beside(list, list[0]!.id, -1), undefined)
  assert.equal(beside(list, 'gone', 1), undefined)
})
