import type { ExporterHealth, HealthReport, Problem, TableBatch } from '@sonde/shared/signal'
import type { FrameMode, HostIdentity } from '@sonde/shared/wire'
import type { Losses } from '../health/losses.ts'

/** Where signals leave the collector. One folder an exporter; the shared case table (`exporter.cases.ts`) runs on each. */
export interface Exporter {
  readonly name: string
  /**
   * Takes a batch without waiting; its columns are used again afterwards, so what is kept of them is encoded or copied. What cannot be kept is dropped and counted, never blocks. `snapshot` (default
   * `append`) is all that lives in a table, replacing what was known of this host.
   */
  accept(batch: TableBatch, mode?: FrameMode): void
  /** Takes the state of the collector; most exporters ignore it. */
  report?(report: HealthReport): void
  /** Counts of rows. */
  health(): ExporterHealth
  /** What keeps it from its work and somebody should mend. */
  problems?(): readonly Problem[]
  /** Sizes of what is bounded: name → [now, limit]. */
  bounds?(): Readonly<Record<string, readonly [number, number]>>
  /** Resolves when all that was accepted is out, or `deadlineMs` has passed. */
  flush(deadlineMs: number): Promise<void>
  /** Keeps for its next life what it can, counts the rest as dropped. A second call is answered like the first. */
  close(): Promise<void>
}

/** What every exporter may need of the collector it is in, beside its own part of the configuration. */
export interface ExporterContext {
  readonly host: HostIdentity
  readonly version: string
  /** The collector's own folder (root, 0700); an exporter makes a folder of its own inside. */
  readonly dataDirectory: string
  /** Makes the model emit all that lives through `accept(batch, 'snapshot')`. */
  snapshot(): void
  /** A probe was switched from the hub. */
  onControl(probe: string, enabled: boolean): void
  /** Somebody at the hub looks, or nobody does any more, at what a probe shows. */
  onAttention(probe: string, watched: boolean): void
  readonly losses: Losses
}

/** A configuration no exporter can be made from: says what is wrong and what to do. */
export class ExporterConfigError extends Error {
  override readonly name = 'ExporterConfigError'
}
