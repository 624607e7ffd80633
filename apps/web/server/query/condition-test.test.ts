import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf } from '../store/rows.cases.ts'
import { CONDITION_CASES, CONDITION_ROWS } from '../store/store.cases.ts'
import { rowTest } from './condition-test.ts'

test('conditions select the same rows in memory as in the store', () => {
  const batch = batchOf('requests', CONDITION_ROWS)
  for (const [condition, expected] of CONDITION_CASES) {
    const fits = rowTest(condition, batch, 'h1')
    assert.deepEqual(CONDITION_ROWS.map((row, i) => (fits(i) ? Number(row.id) : 0)).filter((id) => id > 0), expected, JSON.stringify(condition, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
  }
})
