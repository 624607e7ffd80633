import { Distribution, type Attributes, type Metric, type Point } from '../../metrics/index.ts'
import { legal, prometheusName } from './names.ts'

/** `text`: Prometheus' own format 0.0.4. `openmetrics`: OpenMetrics 1.0.0, which has units and exemplars. */
export type Format = 'text' | 'openmetrics'

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** Labels, written: `job="shop",instance="…"`. */
export type LabelsOf = (service: string) => string

/** What a scrape gets, a series at a time: a series is whole, whatever is counted between two of them. */
export function* exposition(metrics: Iterable<Metric>, labelsOf: LabelsOf, format: Format): Generator<string> {
  for (const metric of metrics) yield* family(metric, labelsOf, format)
  if (format === 'openmetrics') yield '# EOF\n'
}

/** `target_info`: what is known of who is observed, besides job and instance. */
export function targetInfo(targets: readonly string[], format: Format): string {
  const head = format === 'openmetrics' ? '# TYPE target info\n# HELP target Target metadata.\n' : '# HELP target_info Target metadata.\n# TYPE target_info gauge\n'
  return head + targets.map((labels) => `target_info{${labels}} 1\n`).join('')
}

/** Attributes as labels, each name legal and each value quoted. */
export function labels(attributes: Attributes): string {
  let text = ''
  for (const name in attributes) text += `${text === '' ? '' : ','}${legal(name)}="${escaped(String(attributes[name]))}"`
  return text
}

function* family(metric: Metric, labelsOf: LabelsOf, format: Format): Generator<string> {
  let headed = false
  const { family: name, unit } = prometheusName(metric.descriptor)
  for (const service of metric.services()) {
    const own = labelsOf(service)
    for (const point of metric.points(service)) {
      const head = headed ? '' : heading(metric, name, unit, format)
      headed = true
      yield head + series(metric, name, join(own, labels(point.attributes)), point, format)
    }
  }
}

function heading({ descriptor: { kind, description } }: Metric, name: string, unit: string, format: Format): string {
  const type = kind === 'counter' || kind === 'histogram' ? kind : 'gauge'
  const help = format === 'openmetrics' ? escaped(description) : description.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  // OpenMetrics names a counter's family without the suffix of its sample.
  const family = kind === 'counter' && format === 'text' ? `${name}_total` : name
  return `# HELP ${family} ${help}\n# TYPE ${family} ${type}\n${format === 'openmetrics' && unit !== '' ? `# UNIT ${family} ${unit}\n` : ''}`
}

function series({ descriptor }: Metric, name: string, labels: string, { value }: Point, format: Format): string {
  if (value instanceof Distribution) return histogram(name, labels, value, format)
  if (typeof value !== 'number') return '' // exponential histograms have no text
  return `${name}${descriptor.kind === 'counter' ? '_total' : ''}${braced(labels)} ${number(value)}\n`
}

function histogram(name: string, labels: string, distribution: Distribution, format: Format): string {
  const { bounds, counts, count, sum } = distribution
  let text = ''
  let below = 0
  for (let bucket = 0; bucket < counts.length; bucket++) {
    below += counts[bucket]!
    const le = bucket < bounds.length ? bound(bounds[bucket]!, format) : '+Inf'
    text += `${name}_bucket{${join(labels, `le="${le}"`)}} ${below}${format === 'openmetrics' ? exemplar(distribution, bucket) : ''}\n`
  }
  return `${text}${name}_sum${braced(labels)} ${number(sum)}\n${name}_count${braced(labels)} ${count}\n`
}

function exemplar(distribution: Distribution, bucket: number): string {
  const found = distribution.exemplar(bucket)
  return found ? ` # {trace_id="${found.traceId}"} ${number(found.value)} ${found.wallSeconds.toFixed(3)}` : ''
}

/** OpenMetrics wants bounds to look like floating point numbers, and all who write it alike. */
function bound(value: number, format: Format): string {
  return format === 'openmetrics' && Number.isInteger(value) ? `${value}.0` : String(value)
}

function number(value: number): string {
  if (value === Infinity) return '+Inf'
  return value === -Infinity ? '-Inf' : String(value)
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

function escaped(value: string): string {
  return /[\\"\n]/.test(value) ? value.replaceAll(/[\\"\n]/g, (character) => ESCAPES[character]!) : value
}

function join(some: string, more: string): string {
  if (some === '' || more === '') return some + more
  return `${some},${more}`
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`
}
