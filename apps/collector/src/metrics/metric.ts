import type { Distribution } from './distribution.ts'
import type { ExponentialDistribution } from './exponential-distribution.ts'

/** What a metric is, in OpenTelemetry's terms: a monotonic sum, a sum that may fall, a last value, durations. */
export type MetricKind = 'counter' | 'updown' | 'gauge' | 'histogram'

export interface MetricDescriptor {
  /** OpenTelemetry's where it has one, else ours under `sonde.`. */
  readonly name: string
  readonly description: string
  /** UCUM. */
  readonly unit: string
  readonly kind: MetricKind
  /** A counter whose total is kept elsewhere: it never begins anew. */
  readonly isTotal?: boolean
}

export type Attributes = Readonly<Record<string, string | number | boolean>>
export type Value = number | Distribution | ExponentialDistribution

/** One series as it stands. */
export interface Point {
  readonly attributes: Attributes
  readonly value: Value
}

/** The series of one metric, by the service they are of; '' for the host's and Sonde's own. */
export interface Metric {
  readonly descriptor: MetricDescriptor
  services(): Iterable<string>
  points(service: string): Iterable<Point>
}

/** The attribute of the series that has what found no series of its own (OpenTelemetry SDK specification, cardinality limits). */
export const OVERFLOW = 'otel.metric.overflow'

/** OpenTelemetry's word for what has no name. */
export const UNKNOWN_SERVICE = 'unknown_service'

const MOST_CHARACTERS = 256

/** A text as it may stand in a series: two that would be told alike must be one series, so this comes before telling them apart. */
export function attributeText(text: string): string {
  const short = text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text
  return short.isWellFormed() ? short : short.toWellFormed()
}

/** The service of a row, which may have none. */
export function serviceText(text: string): string {
  return text === '' ? UNKNOWN_SERVICE : attributeText(text)
}
