import type { HrTime } from '@opentelemetry/api'
import { AggregationTemporality, InstrumentType, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { NETWORK_PROTOCOL_VERSION } from '@sonde/shared/semconv'
import { ServiceHistograms } from './histograms.ts'
import { httpRequest } from './http.ts'
import { exported } from './outcome.ts'
import type { Resources } from './resources.ts'
import type { RequestRows } from './rows.ts'

const MAX_SERVICES = 1000
/** Delta windows that may wait for a receiver that is away; then the oldest is given up. Cumulative needs none. */
const MAX_WINDOWS = 6

export interface MetricSenderOptions {
  readonly exporter: PushMetricExporter
  readonly resources: Resources
  readonly scope: ReadableSpan['instrumentationScope']
  readonly intervalMs: number
  /** Requests that will be in no metric, or (`metric attributes`) only in the overflow series. */
  readonly onDrop: (reason: string, affects: 'metrics' | 'metric attributes', requests: number) => void
  readonly onOutcome: (error: string | null) => void
}

/** Aggregated requests of all services over one stretch of time. */
type Window = Map<string, ServiceHistograms>
interface Export {
  readonly data: ResourceMetrics
  readonly requests: number
}

/** Keeps `http.server.request.duration` and `http.client.request.duration` of every service, and sends them every interval. */
export class MetricSender {
  private readonly options: MetricSenderOptions
  private readonly temporality: AggregationTemporality
  private readonly timer: NodeJS.Timeout
  private window: Window = new Map()
  private windowStart = wallNow()
  /** Finished delta windows, each as the exports still to be made. */
  private pending: Export[][] = []
  private sending: Promise<void> | undefined

  constructor(options: MetricSenderOptions) {
    this.options = options
    this.temporality = options.exporter.selectAggregationTemporality?.(InstrumentType.HISTOGRAM) ?? AggregationTemporality.CUMULATIVE
    this.timer = setInterval(() => void this.send(), options.intervalMs).unref()
  }

  add(rows: RequestRows, indices: readonly number[]): void {
    let lost = 0
    let overflown = 0
    for (const row of indices) {
      const histograms = this.histogramsOf(rows.text('service', row))
      if (!histograms) lost++
      else if (!histograms.record(httpRequest(rows, row), String(rows.attributes(row)[NETWORK_PROTOCOL_VERSION] ?? ''))) overflown++
    }
    if (lost > 0) this.options.onDrop('too many services', 'metrics', lost)
    if (overflown > 0) this.options.onDrop('too many attribute sets', 'metric attributes', overflown)
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
    const unsent = this.pending.flat().reduce((sum, one) => sum + one.requests, 0)
    if (unsent > 0) this.options.onDrop('not delivered', 'metrics', unsent)
    this.pending = []
  }

  private histogramsOf(service: string): ServiceHistograms | undefined {
    let histograms = this.window.get(service)
    if (histograms || this.window.size >= MAX_SERVICES) return histograms
    histograms = new ServiceHistograms(this.windowStart)
    this.window.set(service, histograms)
    return histograms
  }

  private async sendAll(): Promise<void> {
    const isDelta = this.temporality === AggregationTemporality.DELTA
    if (isDelta) this.closeWindow()
    const windows = isDelta ? this.pending : [this.exportsOf(this.window, wallNow())]
    for (const window of windows) {
      while (window.length > 0) {
        const { data, requests } = window[0]!
        const outcome = await exported((done) => this.options.exporter.export(data, done))
        this.options.onOutcome(outcome.kind === 'sent' ? null : outcome.error)
        if (outcome.kind === 'later') return // the next interval offers it again: delta what waits, cumulative all
        if (outcome.kind === 'refused' && isDelta) this.options.onDrop('refused by the receiver', 'metrics', requests)
        window.shift()
      }
    }
    if (isDelta) this.pending = this.pending.filter((window) => window.length > 0)
  }

  private closeWindow(): void {
    const now = wallNow()
    const exports = this.exportsOf(this.window, now)
    this.window = new Map()
    this.windowStart = now
    if (exports.length > 0) this.pending.push(exports)
    while (this.pending.length > MAX_WINDOWS) {
      const given = this.pending.shift()!
      this.options.onDrop('receiver away', 'metrics', given.reduce((sum, one) => sum + one.requests, 0))
    }
  }

  private exportsOf(window: Window, now: HrTime): Export[] {
    const { resources, scope } = this.options
    return [...window].map(([service, histograms]) => ({
      requests: histograms.count,
      data: { resource: resources.of(service), scopeMetrics: [{ scope, metrics: histograms.metrics(this.temporality, now) }] },
    }))
  }
}

function wallNow(): HrTime {
  const ms = Date.now()
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000]
}
