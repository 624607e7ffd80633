import { REQUESTS, type ExporterHealth, type HealthReport, type Problem, type TableBatch } from '@sonde/shared/signal'
import { HOST_ID, HOST_NAME, TELEMETRY_DISTRO_NAME, TELEMETRY_DISTRO_VERSION } from '@sonde/shared/semconv'
import { BoundedMap } from '../../health/bounded-map.ts'
import { LIMITS, Metrics, RequestRows, type Metric, type RequestBatch } from '../../metrics/index.ts'
import { ExporterConfigError, type Exporter, type ExporterContext } from '../exporter.ts'
import { instanceId } from '../service-instance.ts'
import { Endpoint, type ListenAddress } from './endpoint.ts'
import { exposition, labels, targetInfo, type Format } from './exposition.ts'
import { ServiceGraph } from './service-graph.ts'

/** `exporters.prometheus` of the configuration. */
export interface PrometheusConfig {
  /** `127.0.0.1:7664`; with port 0 any that is free. */
  readonly listen?: string | undefined
}

const WHERE = 'exporter.prometheus'
const LISTEN = '127.0.0.1:7664'

/** The exporter, listening or about to; undefined if it isn't configured. Throws `ExporterConfigError`. */
export function openPrometheus(config: PrometheusConfig | undefined, context: ExporterContext): PrometheusExporter | undefined {
  return config && new PrometheusExporter(parseListen(config.listen ?? LISTEN), context)
}

function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(digits) > 65_535) throw new ExporterConfigError(`exporters.prometheus: "${text}" is no address to listen on; write ${LISTEN} or [::1]:7664`)
  return { host, port: Number(digits) }
}

/**
 * Counts up what it is given, and tells it to whoever asks for /metrics. To it, a row is sent when it is counted and on offer,
 * and dropped when it is counted in an overflow series only.
 */
export class PrometheusExporter implements Exporter {
  readonly name = 'prometheus'
  private readonly context: ExporterContext
  private readonly address: ListenAddress
  private readonly metrics: Metrics
  private readonly graph = new ServiceGraph(LIMITS, true)
  private readonly endpoint: Endpoint
  // Made again when needed: nothing is lost.
  private readonly labelsOfServices = new BoundedMap<string, string>({ capacity: LIMITS.services * 2, onEvict: () => undefined })
  private sent = 0
  private queued = 0
  private dropped = 0
  private closing: Promise<void> | undefined
  private readonly listening: Promise<void>

  constructor(address: ListenAddress, context: ExporterContext) {
    this.context = context
    this.address = address
    this.metrics = new Metrics({ losses: context.losses, exponential: false, exemplars: true, onDrop: (reason, affects, count) => context.losses.count(WHERE, reason, affects, count) })
    let onListening: () => void
    this.listening = new Promise((resolve) => (onListening = resolve))
    this.endpoint = new Endpoint({
      address,
      expose: (format) => this.expose(format),
      onListening: () => {
        this.sent += this.queued
        this.queued = 0
        onListening()
      },
    })
  }

  /** Where it listens; undefined while it doesn't. */
  get port(): number | undefined {
    return this.endpoint.port
  }

  accept(batch: TableBatch): void {
    if (batch.schema.name !== REQUESTS.name) return this.closing ? undefined : this.metrics.accept(batch)
    const rows = new RequestRows(batch as RequestBatch)
    if (this.closing) return this.refuse(rows.httpRows().length)
    const { requests, overflown } = this.metrics
    this.metrics.addRequests(rows)
    const strays = this.graph.add(rows)
    if (strays > 0) this.context.losses.count(WHERE, 'too many edges', 'service graph', strays)
    const lost = this.metrics.overflown - overflown
    this.dropped += lost
    this.offer(this.metrics.requests - requests - lost)
  }

  report(report: HealthReport): void {
    this.metrics.report(report)
  }

  health(): ExporterHealth {
    const { error } = this.endpoint
    return { name: this.name, state: this.state(), sent: this.sent, dropped: this.dropped, queued: this.queued, lastError: error === null ? null : `${this.where()}: ${error}` }
  }

  problems(): readonly Problem[] {
    const { error } = this.endpoint
    if (error === null || this.closing) return []
    return [{ what: 'metrics are not served to Prometheus', detail: `${this.where()}: ${error}`, fix: 'end what listens there, or choose another address: exporters.prometheus.listen, SONDE_PROMETHEUS_LISTEN; SONDE_PROMETHEUS=off for none' }]
  }

  /** All that was accepted is on offer once it listens; who holds its address doesn't make it wait. */
  async flush(deadlineMs: number): Promise<void> {
    if (this.closing || this.endpoint.error !== null) return
    let timer: NodeJS.Timeout | undefined
    await Promise.race([this.listening, new Promise((resolve) => (timer = setTimeout(resolve, deadlineMs)))])
    clearTimeout(timer)
  }

  close(): Promise<void> {
    this.closing ??= this.endpoint.close()
    return this.closing
  }

  private state(): ExporterHealth['state'] {
    if (this.closing) return 'off'
    if (this.endpoint.error !== null) return 'failing'
    return this.endpoint.isListening ? 'connected' : 'connecting'
  }

  private where(): string {
    const { host, port } = this.address
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  }

  private offer(rows: number): void {
    if (this.endpoint.isListening) this.sent += rows
    else this.queued += rows
  }

  private refuse(rows: number): void {
    if (rows === 0) return
    this.dropped += rows
    this.context.losses.count(WHERE, 'closed', 'metrics', rows)
  }

  private *expose(format: Format): Generator<string> {
    const all = [...this.metrics.metrics(Date.now() / 1000), ...this.graph.metrics()]
    yield targetInfo(this.targets(all), format)
    yield* exposition(all, (service) => this.labelsOf(service), format)
  }

  /** Who the metrics are of: the host, as the scrape names it, and each service. */
  private targets(all: readonly Metric[]): string[] {
    const { host, version } = this.context
    const services = new Set(all.flatMap((metric) => [...metric.services()]))
    const place = labels({ [HOST_NAME]: host.name, [HOST_ID]: host.id, [TELEMETRY_DISTRO_NAME]: 'sonde', [TELEMETRY_DISTRO_VERSION]: version })
    return [place, ...Array.from(services).filter((service) => service !== '').map((service) => `${this.labelsOf(service)},${place}`)]
  }

  /**
   * `job` and `instance` are a service's by OpenTelemetry's rules for Prometheus, and `service_name` tells its name to who lets
   * the scrape's own labels win. What is the host's or Sonde's has the scrape's.
   */
  private labelsOf(service: string): string {
    if (service === '') return ''
    let text = this.labelsOfServices.get(service)
    if (text === undefined) {
      text = labels({ job: service, instance: instanceId(this.context.host.id, service), 'service.name': service })
      this.labelsOfServices.set(service, text)
    }
    return text
  }
}
