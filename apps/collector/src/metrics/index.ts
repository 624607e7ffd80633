import { CONNECTIONS, MEASUREMENTS, type HealthReport, type TableBatch } from '@sonde/shared/signal'
import type { Losses } from '../health/losses.ts'
import { HttpDurations } from './http-durations.ts'
import { MeasuredMetrics } from './measured.ts'
import type { Metric } from './metric.ts'
import { OwnMetrics } from './own.ts'
import type { RequestRows } from './request-rows.ts'
import type { SeriesLimits } from './series.ts'
import { TcpMetrics } from './tcp.ts'
import { UsageMetrics } from './usage.ts'

export { Distribution, type Exemplar } from './distribution.ts'
export { ExponentialDistribution } from './exponential-distribution.ts'
export { HTTP_BOUNDS_S } from './http-durations.ts'
export { httpRequest, OTHER_METHOD, type HttpRequest } from './http-request.ts'
export { attributeText, OVERFLOW, serviceText, UNKNOWN_SERVICE, type Attributes, type Metric, type MetricDescriptor, type Point, type Value } from './metric.ts'
export { recordDuration } from './record-duration.ts'
export { RequestRows, type RequestBatch } from './request-rows.ts'
export { isOverflow, SeriesSet, type SeriesLimits } from './series.ts'

export const LIMITS: SeriesLimits = { perService: 2000, perMetric: 5000, services: 1000 }
/** How things stand is told for so long after it was last said: a service's memory once its processes have gone. */
const STANDS_FOR_S = 300

export interface MetricsOptions {
  readonly losses: Losses
  /** Base-2 exponential histograms for HTTP durations. */
  readonly exponential: boolean
  readonly exemplars: boolean
  /** What will be in no series of its own (`metric attributes`), or in none at all. */
  readonly onDrop: (reason: string, affects: 'metric attributes' | 'tcp metrics', count: number) => void
}

/** Batches and reports in, series of metrics out, whenever they are asked for. Memory is bounded by `LIMITS`, whoever asks or doesn't. */
export class Metrics {
  /** HTTP requests recorded. */
  requests = 0
  /** Of them, those in an overflow series. */
  overflown = 0
  private readonly http: HttpDurations
  private readonly usage: UsageMetrics
  private readonly tcp: TcpMetrics
  private readonly measured: MeasuredMetrics
  private readonly own: OwnMetrics
  private readonly options: MetricsOptions

  constructor(options: MetricsOptions) {
    this.options = options
    const onOverflow = () => options.onDrop('too many attribute sets', 'metric attributes', 1)
    this.http = new HttpDurations({ limits: LIMITS, exponential: options.exponential, exemplars: options.exemplars })
    this.usage = new UsageMetrics(LIMITS, onOverflow)
    this.tcp = new TcpMetrics({ limits: LIMITS, onOverflow, onTooMany: () => options.onDrop('too many connections', 'tcp metrics', 1) })
    this.measured = new MeasuredMetrics(LIMITS, onOverflow)
    this.own = new OwnMetrics(options.losses)
  }

  /** The rows of `requests`, which exporters have read already. */
  addRequests(rows: RequestRows): void {
    const { recorded, overflown } = this.http.add(rows)
    this.requests += recorded
    this.overflown += overflown
    if (overflown > 0) this.options.onDrop('too many attribute sets', 'metric attributes', overflown)
  }

  /** Any other table. */
  accept(batch: TableBatch): void {
    if (batch.schema.name === CONNECTIONS.name) this.tcp.accept(batch)
    else if (batch.schema.name === MEASUREMENTS.name) this.measured.accept(batch)
    else this.usage.accept(batch)
  }

  report(report: HealthReport): void {
    this.own.report(report)
  }

  /** All there is at `wallSeconds`, those without series too. */
  *metrics(wallSeconds: number): Iterable<Metric> {
    this.usage.forgetBefore(wallSeconds - STANDS_FOR_S)
    yield this.http.server
    yield this.http.client
    yield* this.usage.metrics()
    yield* this.tcp.metrics()
    yield* this.measured.metrics()
    yield* this.own.metrics()
  }

  /** How many requests a service's durations are of. */
  requestsOf(service: string): number {
    let requests = 0
    for (const set of [this.http.server, this.http.client]) for (const { value } of set.points(service)) requests += value.count
    return requests
  }

  /** Sums of what happened begin anew; how things stand, stands. */
  clearCounters(): void {
    this.requests = 0
    this.http.server.clear()
    this.http.client.clear()
    this.usage.clearCounters()
    this.tcp.clearCounters()
    this.measured.clearCounters()
  }
}
