import type { Losses } from '../health/losses.ts'
import type { Exporter, ExporterContext } from './exporter.ts'
import { openHub, type HubConfig } from './hub/index.ts'
import type { openOtlp, OtlpConfig } from './otlp/index.ts'
import { openPrometheus, type PrometheusConfig } from './prometheus/index.ts'

export { ExporterConfigError, type Exporter } from './exporter.ts'

export interface ExportersConfig extends Omit<ExporterContext, 'losses'> {
  /** Absent: no hub. */
  readonly hub?: HubConfig | undefined
  /** What `loadOtlp` gave. */
  readonly openOtlp: OpenOtlp | undefined
  /** Absent: no OTLP. What it leaves open comes from the `OTEL_EXPORTER_OTLP_*` variables; without any endpoint it stays off. */
  readonly otlp?: OtlpConfig | undefined
  /** Absent: no metrics are served. */
  readonly prometheus?: PrometheusConfig | undefined
}

export type OpenOtlp = typeof openOtlp

/** OpenTelemetry's packages take 10 MB and a third of a second: they are loaded only if an endpoint is named anywhere. */
export async function loadOtlp(config: OtlpConfig | undefined, environment: NodeJS.ProcessEnv): Promise<OpenOtlp | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: any, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metrics } = environment
  if (!config || ![config.endpoint, any, traces, metrics].some((endpoint) => endpoint?.trim())) return undefined
  return (await import('./otlp/index.ts')).openOtlp
}

/** Every exporter the configuration asks for, running. Throws `ExporterConfigError`. */
export function openExporters(config: ExportersConfig, losses: Losses): Exporter[] {
  const context: ExporterContext = { ...config, losses }
  const exporters = [
    openHub(config.hub, context),
    config.openOtlp?.(config.otlp, context),
    openPrometheus(config.prometheus, context),
  ]
  return exporters.filter((exporter) => exporter !== undefined)
}
