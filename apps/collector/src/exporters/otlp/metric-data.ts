import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type DataPoint, type Histogram, type MetricData, type MetricDescriptor as SdkDescriptor } from '@opentelemetry/sdk-metrics'
import { Distribution, type ExponentialDistribution, type Metric, type Point } from '../../metrics/index.ts'

export interface Stretch {
  readonly startTime: HrTime
  /** Since when totals count that never begin anew. */
  readonly begunAt: HrTime
  readonly endTime: HrTime
  /** Of what happened; how things stand has none. */
  readonly temporality: AggregationTemporality
}

/** A service's series of a metric as OpenTelemetry's metric data, on memory of their own; undefined if there are none. */
export function metricData(metric: Metric, service: string, stretch: Stretch): MetricData | undefined {
  const all = [...metric.points(service)]
  if (all.length === 0) return undefined
  const { name, description, unit, kind, isTotal } = metric.descriptor
  const sdk: SdkDescriptor = { name, description, unit, valueType: ValueType.DOUBLE }
  const whole = { ...stretch, startTime: stretch.begunAt }
  switch (kind) {
    case 'counter':
      return { descriptor: sdk, dataPointType: DataPointType.SUM, aggregationTemporality: isTotal ? AggregationTemporality.CUMULATIVE : stretch.temporality, isMonotonic: true, dataPoints: numbers(all, isTotal ? whole : stretch) }
    case 'updown':
      return { descriptor: sdk, dataPointType: DataPointType.SUM, aggregationTemporality: AggregationTemporality.CUMULATIVE, isMonotonic: false, dataPoints: numbers(all, whole) }
    case 'gauge':
      return { descriptor: sdk, dataPointType: DataPointType.GAUGE, aggregationTemporality: AggregationTemporality.CUMULATIVE, dataPoints: numbers(all, whole) }
    case 'histogram':
      return histograms(sdk, all, stretch)
  }
}

const attributesOf = ({ attributes }: Point): Attributes => attributes

function numbers(points: readonly Point[], { startTime, endTime }: Stretch): DataPoint<number>[] {
  return points.map((point) => ({ startTime, endTime, attributes: attributesOf(point), value: point.value as number }))
}

function histograms(descriptor: SdkDescriptor, points: readonly Point[], { startTime, endTime, temporality: aggregationTemporality }: Stretch): MetricData {
  const made = <V>(of: (value: never) => V): DataPoint<V>[] => points.map((point) => ({ startTime, endTime, attributes: attributesOf(point), value: of(point.value as never) }))
  if (points[0]!.value instanceof Distribution) return { descriptor, aggregationTemporality, dataPointType: DataPointType.HISTOGRAM, dataPoints: made(explicit) }
  return { descriptor, aggregationTemporality, dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints: made(exponential) }
}

function explicit({ bounds, counts, sum, count, min, max }: Distribution): Histogram {
  const extremes = min <= max ? { min, max } : {} // of what was counted elsewhere they aren't known
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count, ...extremes }
}

function exponential({ scale, offset, counts, zeroCount, sum, count, min, max }: ExponentialDistribution) {
  return { scale, zeroCount, positive: { offset, bucketCounts: [...counts] }, negative: { offset: 0, bucketCounts: [] }, sum, count, min, max }
}
