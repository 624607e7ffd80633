import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadOtlp } from './index.ts'

test('OTLP is loaded when an endpoint is named anywhere, else not', async () => {
  const isLoaded = async (...asked: Parameters<typeof loadOtlp>) => (await loadOtlp(...asked)) !== undefined
  assert.equal(await isLoaded(undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318' }), false)
  assert.equal(await isLoaded({}, { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }), false)
  assert.equal(await isLoaded({ endpoint: 'http://a:4318' }, {}), true)
  for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT']) {
    assert.equal(await isLoaded({}, { [name]: 'http://a:4318' }), true)
  }
})
