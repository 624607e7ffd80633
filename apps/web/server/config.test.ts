import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { STORE_DEFAULTS } from './store/duckdb/options.ts'

test('the store that is tested and measured is the one that runs when nothing is configured', () => {
  const config = readConfig([], {})
  assert.ok(config)
  const { retentionMs, retentionBytes, sealAfterMs, sealRows, memoryLimit, threads } = config
  assert.deepEqual(
    { retentionMs, retentionBytes, sealAfterMs, sealRows, memoryLimit, threads },
    { retentionMs: STORE_DEFAULTS.retentionMs, retentionBytes: STORE_DEFAULTS.retentionBytes, sealAfterMs: STORE_DEFAULTS.sealAfterMs, sealRows: STORE_DEFAULTS.sealRows, memoryLimit: STORE_DEFAULTS.memoryLimit, threads: STORE_DEFAULTS.threads },
  )
})
