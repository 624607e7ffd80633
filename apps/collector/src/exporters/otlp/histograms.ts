import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api'
import { DataPointType, type AggregationTemporality, type DataPoint, type Histogram, type HistogramMetricData, type MetricDescriptor } from '@opentelemetry/sdk-metrics'
import {
  ERROR_TYPE, HTTP_DURATION_BOUNDS_S, HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, METRIC_HTTP_CLIENT_REQUEST_DURATION,
  METRIC_HTTP_SERVER_REQUEST_DURATION, NETWORK_PROTOCOL_VERSION, SERVER_ADDRESS, SERVER_PORT, URL_SCHEME,
} from '@sonde/shared/semconv'
import type { HttpRequest } from './http.ts'

/** Attribute sets a metric of a service may have; what comes beyond is counted in one set of its own (OpenTelemetry SDK specification, cardinality limits). */
export const MAX_SERIES = 2000
export const OVERFLOW = 'otel.metric.overflow'

const BOUNDS = [...HTTP_DURATION_BOUNDS_S]
const descriptorOf = (name: string, side: string): MetricDescriptor => ({ name, description: `Duration of HTTP ${side} requests.`, unit: 's', valueType: ValueType.DOUBLE })
const SERVER_DESCRIPTOR = descriptorOf(METRIC_HTTP_SERVER_REQUEST_DURATION, 'server')
const CLIENT_DESCRIPTOR = descriptorOf(METRIC_HTTP_CLIENT_REQUEST_DURATION, 'client')

/** One attribute set's durations in seconds. */
class Series {
  readonly attributes: Attributes
  readonly counts: number[] = new Array<number>(BOUNDS.length + 1).fill(0)
  count = 0
  sum = 0
  min = Infinity
  max = 0

  constructor(attributes: Attributes) {
    this.attributes = attributes
  }

  record(seconds: number): void {
    let bucket = 0
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]!) bucket++ // bounds are inclusive above
    this.counts[bucket]!++
    this.count++
    this.sum += seconds
    if (seconds < this.min) this.min = seconds
    if (seconds > this.max) this.max = seconds
  }

  point(startTime: HrTime, endTime: HrTime): DataPoint<Histogram> {
    const value = { buckets: { boundaries: BOUNDS, counts: [...this.counts] }, sum: this.sum, count: this.count, min: this.min, max: this.max }
    return { startTime, endTime, attributes: this.attributes, value }
  }
}

/** The two HTTP duration metrics of one service. */
export class ServiceHistograms {
  /** Requests recorded since the start, or since `reset`. */
  count = 0
  private startTime: HrTime
  private readonly server = new Map<string, Series>()
  private readonly client = new Map<string, Series>()

  constructor(startTime: HrTime) {
    this.startTime = startTime
  }

  /** Records a request; false if its attributes were beyond the limit, so that only its duration is. */
  record(request: HttpRequest, protocolVersion: string): boolean {
    const series = request.isClient ? this.client : this.server
    const key = keyOf(request, protocolVersion)
    let one = series.get(key)
    const isOverflow = !one && series.size >= MAX_SERIES - 1
    if (isOverflow) one = series.get(OVERFLOW)
    if (!one) {
      one = new Series(isOverflow ? { [OVERFLOW]: true } : attributesOf(request, protocolVersion))
      series.set(isOverflow ? OVERFLOW : key, one)
    }
    one.record(request.durationNs / 1e9)
    this.count++
    return !isOverflow
  }

  /** What there is, up to `endTime`, as OpenTelemetry's metric data. */
  metrics(temporality: AggregationTemporality, endTime: HrTime): HistogramMetricData[] {
    const data = (descriptor: MetricDescriptor, series: Map<string, Series>): HistogramMetricData => ({
      descriptor,
      aggregationTemporality: temporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [...series.values()].map((one) => one.point(this.startTime, endTime)),
    })
    return [data(SERVER_DESCRIPTOR, this.server), data(CLIENT_DESCRIPTOR, this.client)].filter((metric) => metric.dataPoints.length > 0)
  }
}

function keyOf(request: HttpRequest, version: string): string {
  const { method, scheme, status, errorType, serverAddress, serverPort } = request
  const own = `${method} ${status} ${scheme} ${version} ${errorType}`
  return request.isClient ? `${own} ${serverAddress} ${serverPort}` : own
}

function attributesOf(request: HttpRequest, version: string): Attributes {
  return {
    [HTTP_REQUEST_METHOD]: request.method,
    [URL_SCHEME]: request.scheme,
    ...(request.status !== 0 && { [HTTP_RESPONSE_STATUS_CODE]: request.status }),
    ...(request.errorType !== '' && { [ERROR_TYPE]: request.errorType }),
    ...(version !== '' && { [NETWORK_PROTOCOL_VERSION]: version }),
    ...(request.isClient && { [SERVER_ADDRESS]: request.serverAddress, [SERVER_PORT]: request.serverPort }),
  }
}
