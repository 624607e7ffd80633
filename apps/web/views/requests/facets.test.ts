import assert from 'node:assert/strict'
import { test } from 'node:test'
import { facetGroups, type FacetsAnswer } from './facets.ts'

const answer: FacetsAnswer = {
  total: 10,
  facets: [
    { field: 'endpoint', values: [{ value: 'GET /a/{id}', method: 'GET', template: '/a/{id}', count: 6 }, { value: '', method: '', template: '', count: 1 }] },
    { field: 'status', values: [{ value: 200, count: 9 }, { value: null, count: 1 }] },
    { field: 'peer', values: [] },
  ],
}
const raw = (text: string) => text

test('fields without values are left out, the others are in their order', () => {
  assert.deepEqual(facetGroups(answer, [], raw).map(({ title }) => title), ['Status', 'Method and template'])
})

test('an endpoint stands for two filters and is chosen when both are', () => {
  const method = { key: 'method', value: 'GET', not: false } as const
  const endpoint = (filters: Parameters<typeof facetGroups>[1]) => facetGroups(answer, filters, raw)[1]!.rows[0]!
  assert.deepEqual(endpoint([]).picks, [{ key: 'method', value: 'GET' }, { key: 'template', value: '/a/{id}' }])
  assert.deepEqual([endpoint([method]).state, endpoint([method, { key: 'template', value: '/a/{id}', not: false }]).state], ['off', 'chosen'])
})

test('what wasn’t answered has a filter, what wasn’t decoded has none', () => {
  const [status, endpoint] = facetGroups(answer, [], raw)
  assert.deepEqual([status!.rows[1]!.label, status!.rows[1]!.picks], ['none', [{ key: 'status', value: '0' }]])
  assert.deepEqual([endpoint!.rows[1]!.label, endpoint!.rows[1]!.picks, endpoint!.rows[1]!.state], ['not decoded', [], 'off'])
})

test('an excluded value stays in the list', () => {
  const rows = facetGroups(answer, [{ key: 'status', value: '404', not: true }], raw)[0]!.rows
  assert.deepEqual(rows.at(-1), { id: '!404', label: '404', count: 0, state: 'excluded', picks: [{ key: 'status', value: '404' }] })
})
