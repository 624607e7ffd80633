import type { MetricDescriptor } from '../../metrics/index.ts'

/** What OpenTelemetry's translator to Prometheus calls the units that are used here; those in braces it leaves out. */
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' }

export interface PrometheusName {
  /** Without the `_total` of a counter. */
  readonly family: string
  /** '' if it has none. */
  readonly unit: string
}

/** A metric's name by OpenTelemetry's rules for Prometheus (specification, "Prometheus and OpenMetrics compatibility"). */
export function prometheusName({ name, unit, kind }: MetricDescriptor): PrometheusName {
  const plain = legal(name)
  const word = unitWord(unit, kind)
  return { family: word === '' || plain.endsWith(`_${word}`) ? plain : `${plain}_${word}`, unit: word }
}

/** An attribute's name as a label's. */
export function legal(name: string): string {
  const plain = name.replaceAll(/[^a-zA-Z0-9]+/g, '_')
  return /^\d/.test(plain) ? `_${plain}` : plain
}

function unitWord(unit: string, kind: MetricDescriptor['kind']): string {
  if (unit === '1') return kind === 'gauge' ? 'ratio' : ''
  if (unit.endsWith('}/s')) return 'per_second'
  return UNITS[unit] ?? ''
}
