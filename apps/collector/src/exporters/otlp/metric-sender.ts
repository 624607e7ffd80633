import type { HrTime } from '@opentelemetry/api'
import { AggregationTemporality, InstrumentType, type MetricData, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Metrics } from '../../metrics/index.ts'
import { metricData } from './metric-data.ts'
import { exported } from './outcome.ts'
import type { Resources } from './resources.ts'

/** Delta windows that may wait for a receiver that is away; then the oldest is given up. Cumulative needs none. */
const MAX_WINDOWS = 6

export interface MetricSenderOptions {
  readonly exporter: PushMetricExporter
  readonly metrics: Metrics
  readonly resources: Resources
  readonly scope: ReadableSpan['instrumentationScope']
  readonly intervalMs: number
  /** Requests that will be in no metric. */
  readonly onDrop: (reason: string, requests: number) => void
  readonly onOutcome: (error: string | null) => void
}

interface Export {
  readonly data: ResourceMetrics
  /** How many its durations are of. */
  readonly requests: number
}
/** What one stretch of time had, as the exports still to be made. */
type Window = Export[]

/** Sends all metrics every interval, those of each service as that service's, the host's and Sonde's as Sonde's. */
export class MetricSender {
  private readonly options: MetricSenderOptions
  private readonly temporality: AggregationTemporality
  private readonly timer: NodeJS.Timeout
  private readonly begunAt = wallNow()
  private windowStart = this.begunAt
  /** Finished delta windows. */
  private pending: Window[] = []
  private sending: Promise<void> | undefined

  constructor(options: MetricSenderOptions) {
    this.options = options
    this.temporality = options.exporter.selectAggregationTemporality?.(InstrumentType.HISTOGRAM) ?? AggregationTemporality.CUMULATIVE
    this.timer = setInterval(() => void this.send(), options.intervalMs).unref()
  }

  /** Sends what there is now; at most one at a time. */
  send(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => (this.sending = undefined))
    return this.sending
  }

  /** What no export tells of is lost with delta temporality; a cumulative series' last state is. */
  close(): void {
    clearInterval(this.timer)
    if (this.temporality === AggregationTemporality.DELTA) this.closeWindow()
    this.drop('not delivered', this.pending.flat())
    this.pending = []
  }

  private async sendAll(): Promise<void> {
    if (this.temporality !== AggregationTemporality.DELTA) return void (await this.sendWindow(this.windowUntil(wallNow())))
    this.closeWindow()
    for (let window = this.pending[0]; window; window = this.pending[0]) {
      if (!(await this.sendWindow(window)) || this.pending[0] !== window) return
      this.pending.shift()
    }
  }

  /** False if what is left of it waits for the next interval (or, cumulative, is told anew then). */
  private async sendWindow(window: Window): Promise<boolean> {
    for (let next = window[0]; next; next = window[0]) {
      const { data } = next
      const outcome = await exported((done) => this.options.exporter.export(data, done))
      this.options.onOutcome(outcome.kind === 'sent' ? null : outcome.error)
      if (outcome.kind === 'later') return false
      if (outcome.kind === 'refused' && this.temporality === AggregationTemporality.DELTA) this.drop('refused by the receiver', [next])
      window.shift()
    }
    return true
  }

  private drop(reason: string, exports: readonly Export[]): void {
    const requests = exports.reduce((sum, one) => sum + one.requests, 0)
    if (requests > 0) this.options.onDrop(reason, requests)
  }

  private closeWindow(): void {
    const now = wallNow()
    const window = this.windowUntil(now)
    this.options.metrics.clearCounters()
    this.windowStart = now
    if (window.length > 0) this.pending.push(window)
    while (this.pending.length > MAX_WINDOWS) this.drop('receiver away', this.pending.shift()!)
  }

  private windowUntil(endTime: HrTime): Window {
    const { metrics, resources, scope } = this.options
    const stretch = { begunAt: this.begunAt, startTime: this.windowStart, endTime, temporality: this.temporality }
    const services = new Map<string, MetricData[]>()
    for (const metric of metrics.metrics(endTime[0])) {
      for (const service of metric.services()) {
        const data = metricData(metric, service, stretch)
        const own = services.get(service)
        if (data && own) own.push(data)
        else if (data) services.set(service, [data])
      }
    }
    return Array.from(services, ([service, data]) => ({
      requests: metrics.requestsOf(service),
      data: { resource: service === '' ? resources.sonde() : resources.of(service), scopeMetrics: [{ scope, metrics: data }] },
    }))
  }
}

function wallNow(): HrTime {
  const ms = Date.now()
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000]
}
