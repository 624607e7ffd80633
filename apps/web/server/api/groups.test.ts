import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatInstant } from '@sonde/shared/units'
import { batchOf, request, SECOND, T0 } from '../store/rows.cases.ts'
import { startWeb } from '../web.cases.ts'

const RANGE = `from=${formatInstant(T0 - SECOND)}&to=${formatInstant(T0 + 3600n * SECOND)}`

test('groups are by any fields, and their keys have what the requests themselves have', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  await collector.store(batchOf('requests', [request(1, 0), request(2, 1, { service: 'db', role: 1, status: 404, error: 1 }), request(3, 1), request(4, 2, { service: 'db', role: 1, status: 404, error: 1, pid: 7 }), request(5, 3, { protocol: 'tcp', method: '', target: '', path: '', template: '', status: 0 })]))
  const every = ['service', 'peer', 'host', 'role', 'protocol', 'method', 'path', 'template', 'target', 'status', 'error', 'pid', 'comm']
  const rows = (await web.get(`requests?${RANGE}`)).body.requests as unknown as Record<string, unknown>[]
  const { groups } = (await web.get(`requests/aggregate?${RANGE}&by=${every.join()}`)).body as unknown as { groups: { key: unknown }[] }
  const sorted = (keys: readonly unknown[]) => keys.map((key) => JSON.stringify(key)).sort()
  assert.deepEqual(sorted(groups.map(({ key }) => key)), sorted(rows.map((row) => Object.fromEntries(every.map((field) => [field, row[field]])))))
  const { facets } = (await web.get(`requests/facets?${RANGE}`)).body as unknown as { facets: { field: string; values: unknown }[] }
  assert.deepEqual(facets.find(({ field }) => field === 'method')!.values, [{ value: 'GET', count: 4 }, { value: null, count: 1 }])
})
