import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Distribution, type Metric, type MetricDescriptor, type Point } from '../../metrics/index.ts'
import { exposition, labels, type Format } from './exposition.ts'
import { legal, prometheusName } from './names.ts'
import { negotiate } from './negotiate.ts'

const NAMES: readonly (readonly [string, MetricDescriptor['kind'], string, string])[] = [
  ['http.server.request.duration', 'histogram', 's', 'http_server_request_duration_seconds'],
  ['process.cpu.time', 'counter', 's', 'process_cpu_time_seconds'],
  ['process.memory.usage', 'updown', 'By', 'process_memory_usage_bytes'],
  ['sonde.probe.runs', 'gauge', '{run}/s', 'sonde_probe_runs_per_second'],
  ['sonde.probe.listened', 'gauge', '1', 'sonde_probe_listened_ratio'],
  ['sonde.losses', 'counter', '{loss}', 'sonde_losses'],
  ['system.cpu.load_average.1m', 'gauge', '{thread}', 'system_cpu_load_average_1m'],
  ['already.in.seconds', 'counter', 's', 'already_in_seconds'],
]
for (const [name, kind, unit, family] of NAMES) {
  test(`${name} is ${family}`, () => assert.equal(prometheusName({ name, kind, unit, description: '' }).family, family))
}

test('names of labels are legal', () => assert.deepEqual(['http.request.method', '1st', 'a--b', 'ü.x'].map(legal), ['http_request_method', '_1st', 'a_b', '_x']))

const TEXT = 'text'
const OPENMETRICS = 'openmetrics'
const ACCEPTS: readonly (readonly [string | undefined, Format])[] = [
  [undefined, TEXT], ['', TEXT], ['*/*', TEXT], ['text/html', TEXT], ['text/plain', TEXT], ['application/openmetrics-text', OPENMETRICS],
  ['*/*;q=0.9, text/plain;q=0.1, application/openmetrics-text;q=0.5', OPENMETRICS], ['application/openmetrics-text, */*', OPENMETRICS], ['*/*, application/openmetrics-text', TEXT],
  // Prometheus 2.42, and 3.
  ['application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', OPENMETRICS],
  ['application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.2,*/*;q=0.1', OPENMETRICS],
  ['application/openmetrics-text; version=1.0.0; q=0.3, text/plain; q=0.7', TEXT], ['Application/OpenMetrics-Text; Version="1.0.0"', OPENMETRICS],
  ['application/openmetrics-text; version=2.0.0', TEXT], ['application/openmetrics-text;q=0', TEXT], ['application/openmetrics-text;q=nonsense', TEXT], [';;;,,,=;q', TEXT], [','.repeat(100_000), TEXT],
]
for (const [accept, format] of ACCEPTS) {
  test(`Accept ${String(accept).slice(0, 70)}: ${format}`, () => assert.equal(negotiate(accept), format))
}

function metric(kind: MetricDescriptor['kind'], unit: string, points: readonly Point[]): Metric {
  return { descriptor: { name: 'a.metric', kind, unit, description: 'Says "a\\b".' }, services: () => ['shop'], points: () => points }
}
const write = (one: Metric, format: Format) => [...exposition([one], (service) => labels({ job: service }), format)].join('')

test('a counter, in both formats', () => {
  const counter = metric('counter', 's', [{ attributes: { x: 1 }, value: 2.5 }, { attributes: {}, value: 1e21 }])
  assert.equal(write(counter, 'text'), '# HELP a_metric_seconds_total Says "a\\\\b".\n# TYPE a_metric_seconds_total counter\na_metric_seconds_total{job="shop",x="1"} 2.5\na_metric_seconds_total{job="shop"} 1e+21\n')
  assert.equal(write(counter, 'openmetrics'), '# HELP a_metric_seconds Says \\"a\\\\b\\".\n# TYPE a_metric_seconds counter\n# UNIT a_metric_seconds seconds\na_metric_seconds_total{job="shop",x="1"} 2.5\na_metric_seconds_total{job="shop"} 1e+21\n# EOF\n')
})

test('a histogram: buckets add up, exemplars are of the bucket they stand at', () => {
  const value = new Distribution([0.5, 1])
  for (const seconds of [0.25, 0.5, 0.75, 2]) value.record(seconds)
  value.exemplify(1, 0.75, [0, 1, 0xffffffff, 2], 1_795_000_000.1234)
  const histogram = metric('histogram', 's', [{ attributes: {}, value }])
  assert.deepEqual(write(histogram, 'text').split('\n').slice(2), [
    'a_metric_seconds_bucket{job="shop",le="0.5"} 2', 'a_metric_seconds_bucket{job="shop",le="1"} 3', 'a_metric_seconds_bucket{job="shop",le="+Inf"} 4',
    'a_metric_seconds_sum{job="shop"} 3.5', 'a_metric_seconds_count{job="shop"} 4', '',
  ])
  assert.deepEqual(write(histogram, 'openmetrics').split('\n').slice(3, 6), [
    'a_metric_seconds_bucket{job="shop",le="0.5"} 2',
    'a_metric_seconds_bucket{job="shop",le="1.0"} 3 # {trace_id="0000000000000001ffffffff00000002"} 0.75 1795000000.123',
    'a_metric_seconds_bucket{job="shop",le="+Inf"} 4',
  ])
})

test('values of labels are escaped, and a metric without series is not told', () => {
  assert.equal(labels({ x: 'a"b\\c\nd\te\r\u0000{},=' }), 'x="a\\"b\\\\c\\nd\te\r\u0000{},="')
  assert.equal(write(metric('gauge', '', []), 'text'), '')
})
