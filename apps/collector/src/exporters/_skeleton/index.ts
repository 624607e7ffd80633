import type { ExporterHealth, TableBatch } from '@sonde/shared/signal'
import type { Exporter, ExporterContext } from '../exporter.ts'

/** SKELETON: its part of the configuration, every field with its default. */
export interface SkeletonConfig {
  /** Most rows that wait; 100,000. */
  readonly queueRows?: number | undefined
}

// SKELETON: replace "skeleton" by the folder's name, here and in `name`.
const WHERE = 'exporter.skeleton'

/** The exporter, running; undefined if it isn't configured. Throws `ExporterConfigError` for what it can't be made from. */
export function openSkeleton(config: SkeletonConfig | undefined, context: ExporterContext): Exporter | undefined {
  return config && new SkeletonExporter(config, context)
}

/** Has no destination yet: it counts rows as queued up to its bound, and as dropped beyond it. */
class SkeletonExporter implements Exporter {
  readonly name = 'skeleton'
  private readonly context: ExporterContext
  private readonly queueRows: number
  private queued = 0
  private dropped = 0
  private isClosed = false

  constructor(config: SkeletonConfig, context: ExporterContext) {
    this.context = context
    this.queueRows = config.queueRows ?? 100_000
  }

  accept(batch: TableBatch): void {
    // SKELETON: keep the rows and send them when you can; never wait here.
    const room = this.isClosed ? 0 : this.queueRows - this.queued
    const kept = Math.min(room, batch.rowCount)
    this.queued += kept
    if (kept < batch.rowCount) this.drop(this.isClosed ? 'closed' : 'queue full', batch.schema.name, batch.rowCount - kept)
  }

  health(): ExporterHealth {
    // SKELETON: say the truth about the destination: `connected` only while it takes what is sent.
    return { name: this.name, state: this.isClosed ? 'off' : 'connecting', sent: 0, dropped: this.dropped, queued: this.queued, lastError: null }
  }

  async flush(deadlineMs: number): Promise<void> {
    // SKELETON: end as soon as nothing is queued.
    await new Promise((resolve) => setTimeout(resolve, deadlineMs))
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  private drop(reason: string, affects: string, rows: number): void {
    this.dropped += rows
    this.context.losses.count(WHERE, reason, affects, rows)
  }
}
