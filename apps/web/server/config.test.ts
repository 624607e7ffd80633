import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { STORE_DEFAULTS } from './store/duckdb/options.ts'

test('the store that is tested and measured is the one that runs when nothing is configured', () => {
  const config = readConfig([], {})
  assert.ok(config)
  for (const name of ['retentionMs', 'retentionBytes', 'sealAfterMs', 'sealRows', 'memoryLimit', 'threads'] as const) assert.equal(config[name], STORE_DEFAULTS[name], name)
})
