import type { ExporterHealth, HealthReport, TableBatch } from '@sonde/shared/signal'

/** Where signals leave the collector. One folder an exporter; the shared case table (`exporter.cases.ts`) runs on each. */
export interface Exporter {
  readonly name: string
  /** Takes a batch without waiting. What cannot be kept is dropped and counted, never blocks. */
  accept(batch: TableBatch): void
  /** Takes the state of the collector; most exporters ignore it. */
  report?(report: HealthReport): void
  health(): ExporterHealth
  /** Resolves when all that was accepted is out, or `deadlineMs` has passed. */
  flush(deadlineMs: number): Promise<void>
  close(): Promise<void>
}
