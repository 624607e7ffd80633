import { Metadata } from '@grpc/grpc-js'
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc'
import { OTLPMetricExporter as HttpMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as HttpTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { ExporterConfigError } from '../exporter.ts'

/** `exporters.otlp` of the configuration; what is given here wins over the environment. */
export interface OtlpConfig {
  /** Base address, as `OTEL_EXPORTER_OTLP_ENDPOINT`: `/v1/traces` and `/v1/metrics` are added for HTTP. */
  readonly endpoint?: string | undefined
  readonly protocol?: 'http/protobuf' | 'grpc' | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** 10,000; `OTEL_METRIC_EXPORT_INTERVAL`. */
  readonly metricsIntervalMs?: number | undefined
  /** Most spans that wait; 100,000. */
  readonly queueRows?: number | undefined
}

type Environment = Readonly<Record<string, string | undefined>>
type Signal = 'TRACES' | 'METRICS'

/** The official exporters of the signals that are to be sent, by the standard variables. Undefined: OTLP is off. */
export interface OtlpExporters {
  readonly traces: SpanExporter | undefined
  readonly metrics: PushMetricExporter | undefined
  readonly metricsIntervalMs: number
  /** HTTP durations as base-2 exponential histograms; else with the convention's bounds. */
  readonly exponential: boolean
}

/** Makes the exporters, or undefined if no endpoint is configured. Throws `ExporterConfigError`. */
export function otlpExporters(config: OtlpConfig, environment: Environment): OtlpExporters | undefined {
  if (environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return undefined
  const isOn = (signal: Signal) => {
    const wanted = environment[`OTEL_${signal}_EXPORTER`]?.trim() || 'otlp'
    const endpoint = config.endpoint || environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]?.trim() || environment.OTEL_EXPORTER_OTLP_ENDPOINT?.trim()
    if (endpoint !== undefined && endpoint !== '') checkEndpoint(endpoint)
    return Boolean(endpoint) && wanted.split(',').some((name) => name.trim() === 'otlp')
  }
  const traces = isOn('TRACES') ? traceExporter(config, protocolOf('TRACES', config, environment)) : undefined
  const metrics = isOn('METRICS') ? metricExporter(config, protocolOf('METRICS', config, environment)) : undefined
  if (!traces && !metrics) return undefined
  return { traces, metrics, metricsIntervalMs: config.metricsIntervalMs ?? intervalOf(environment), exponential: isExponential(environment) }
}

function checkEndpoint(endpoint: string): void {
  const withScheme = /^\w+:\/\//.test(endpoint) ? endpoint : `https://${endpoint}` // gRPC takes host:port
  if (!URL.canParse(withScheme)) throw new ExporterConfigError(`exporters.otlp: "${endpoint}" is no address; write http://host:4318 (or host:4317 with protocol grpc)`)
}

function protocolOf(signal: Signal, config: OtlpConfig, environment: Environment): 'http/protobuf' | 'grpc' {
  const protocol = config.protocol ?? environment[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]?.trim() ?? environment.OTEL_EXPORTER_OTLP_PROTOCOL?.trim() ?? ''
  if (protocol === '' || protocol === 'http/protobuf') return 'http/protobuf'
  if (protocol === 'grpc') return 'grpc'
  throw new ExporterConfigError(`exporters.otlp: protocol "${protocol}" is not spoken here; use http/protobuf or grpc`)
}

/** The standard variable and its two values; anything else is the default. */
function isExponential(environment: Environment): boolean {
  return environment.OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION?.trim().toLowerCase() === 'base2_exponential_bucket_histogram'
}

function intervalOf(environment: Environment): number {
  const interval = Number(environment.OTEL_METRIC_EXPORT_INTERVAL)
  return Number.isFinite(interval) && interval >= 100 ? interval : 10_000
}

const grpcOptions = ({ endpoint, headers }: OtlpConfig) => ({
  ...(endpoint && { url: endpoint }),
  ...(headers && { metadata: Metadata.fromHttp2Headers({ ...headers }) }),
})

const httpOptions = ({ endpoint, headers }: OtlpConfig, path: string) => ({
  ...(endpoint && { url: `${endpoint.replace(/\/+$/, '')}/${path}` }),
  ...(headers && { headers: { ...headers } }),
})

function traceExporter(config: OtlpConfig, protocol: 'http/protobuf' | 'grpc'): SpanExporter {
  return protocol === 'grpc' ? new GrpcTraceExporter(grpcOptions(config)) : new HttpTraceExporter(httpOptions(config, 'v1/traces'))
}

function metricExporter(config: OtlpConfig, protocol: 'http/protobuf' | 'grpc'): PushMetricExporter {
  return protocol === 'grpc' ? new GrpcMetricExporter(grpcOptions(config)) : new HttpMetricExporter(httpOptions(config, 'v1/metrics'))
}
