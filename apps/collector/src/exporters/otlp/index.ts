import { copyBatch, REQUESTS, type ExporterHealth, type HealthReport, type TableBatch } from '@sonde/shared/signal'
import { Metrics, RequestRows, type RequestBatch } from '../../metrics/index.ts'
import type { Exporter, ExporterContext } from '../exporter.ts'
import { MetricSender } from './metric-sender.ts'
import { listenToDiagnostics } from './outcome.ts'
import { Resources } from './resources.ts'
import { otlpExporters, type OtlpConfig, type OtlpExporters } from './settings.ts'
import { scopeOf } from './span.ts'
import { TraceSender } from './trace-sender.ts'

export type { OtlpConfig } from './settings.ts'

const WHERE = 'exporter.otlp'
const QUEUE_ROWS = 100_000
/** What an export under way at the end still gets. */
const SHUTDOWN_MS = 500

/** The OTLP exporter; undefined if it is switched off (no `config`) or no endpoint is configured anywhere. Throws `ExporterConfigError`. */
export function openOtlp(config: OtlpConfig | undefined, context: ExporterContext, environment: NodeJS.ProcessEnv = process.env): Exporter | undefined {
  const exporters = config && otlpExporters(config, environment)
  return exporters && new OtlpExporter(exporters, config?.queueRows ?? QUEUE_ROWS, context)
}

class OtlpExporter implements Exporter {
  readonly name = 'otlp'
  private readonly context: ExporterContext
  private readonly exporters: OtlpExporters
  private readonly traces: TraceSender | undefined
  /** Absent: none are to be sent. */
  private readonly metrics: Metrics | undefined
  private readonly metricSender: MetricSender | undefined
  private readonly stopListening: () => void
  private readonly queueRows: number
  private state: ExporterHealth['state'] = 'connecting'
  private lastError: string | null = null
  /** What the export under way was told in spite of its success. */
  private rejection: string | null = null
  private dropped = 0
  private closing: Promise<void> | undefined

  constructor(exporters: OtlpExporters, queueRows: number, context: ExporterContext) {
    this.context = context
    this.exporters = exporters
    this.queueRows = queueRows
    const shared = { resources: new Resources(context), scope: scopeOf(context.version), onOutcome: (error: string | null) => this.onOutcome(error) }
    const { traces, metrics, exponential, metricsIntervalMs } = exporters
    this.traces = traces && new TraceSender({ ...shared, exporter: traces, queueRows, onDrop: (reason, spans) => this.dropSpans(reason, spans) })
    const dropped = (reason: string, affects: string, count: number) => context.losses.count(WHERE, reason, affects, count)
    this.metrics = metrics && new Metrics({ losses: context.losses, exponential, exemplars: false, onDrop: dropped })
    this.metricSender = metrics && new MetricSender({
      ...shared, exporter: metrics, metrics: this.metrics!, intervalMs: metricsIntervalMs, onDrop: (reason, requests) => dropped(reason, 'metrics', requests),
    })
    this.stopListening = listenToDiagnostics({
      onRejected: (signal, count, reason) => this.onRejected(signal, count, reason),
      onRetryAfter: (delayMs) => this.traces?.onRetryAfter(delayMs),
    })
  }

  accept(batch: TableBatch): void {
    const metrics = this.closing ? undefined : this.metrics
    if (batch.schema.name !== REQUESTS.name) return metrics?.accept(batch)
    const rows = new RequestRows(copyBatch(batch as RequestBatch))
    const indices = rows.httpRows()
    if (indices.length === 0) return
    this.traces?.add(rows, indices)
    metrics?.addRequests(rows)
  }

  report(report: HealthReport): void {
    this.metrics?.report(report)
  }

  health(): ExporterHealth {
    return { name: this.name, state: this.state, sent: this.traces?.sent ?? 0, dropped: this.dropped, queued: this.traces?.queued ?? 0, lastError: this.lastError }
  }

  bounds(): Readonly<Record<string, readonly [number, number]>> {
    return { 'exporter.otlp queue': [this.traces?.queued ?? 0, this.queueRows] }
  }

  async flush(deadlineMs: number): Promise<void> {
    if (this.closing) return
    await atMost(deadlineMs, Promise.all([this.traces?.drained(), this.metricSender?.send()]))
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown()
    return this.closing
  }

  private async shutDown(): Promise<void> {
    this.traces?.close()
    this.metricSender?.close()
    const { traces, metrics } = this.exporters
    await atMost(SHUTDOWN_MS, Promise.all([traces?.shutdown(), metrics?.shutdown()]))
    this.stopListening()
    this.state = 'off'
  }

  private onOutcome(error: string | null): void {
    this.state = error === null ? 'connected' : 'failing'
    this.lastError = error ?? this.rejection
    this.rejection = null
  }

  private onRejected(signal: 'spans' | 'data points', count: number, reason: string): void {
    if (signal === 'spans') this.traces?.onRejected(count)
    else this.context.losses.count(WHERE, 'rejected by the receiver', 'metric data points', count)
    this.rejection = `the receiver rejected ${count} ${signal}${reason === '' ? '' : `: ${reason}`}`
  }

  private dropSpans(reason: string, spans: number): void {
    this.dropped += spans
    this.context.losses.count(WHERE, reason, 'spans', spans)
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}
