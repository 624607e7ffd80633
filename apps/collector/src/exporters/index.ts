import type { Losses } from '../health/losses.ts'
import type { Exporter, ExporterContext } from './exporter.ts'
import { openHub, type HubConfig } from './hub/index.ts'
import { openOtlp, type OtlpConfig } from './otlp/index.ts'

export { ExporterConfigError, type Exporter } from './exporter.ts'

export interface ExportersConfig extends Omit<ExporterContext, 'losses'> {
  /** Absent: no hub. */
  readonly hub?: HubConfig | undefined
  /** Absent: no OTLP. What it leaves open comes from the `OTEL_EXPORTER_OTLP_*` variables; without any endpoint it stays off. */
  readonly otlp?: OtlpConfig | undefined
}

/** Every exporter the configuration asks for, running. Throws `ExporterConfigError`. */
export function openExporters(config: ExportersConfig, losses: Losses): Exporter[] {
  const context: ExporterContext = { ...config, losses }
  const exporters = [
    openHub(config.hub, context),
    openOtlp(config.otlp, context),
  ]
  return exporters.filter((exporter) => exporter !== undefined)
}
