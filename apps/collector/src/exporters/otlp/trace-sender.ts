import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import { exported } from './outcome.ts'
import type { Resources } from './resources.ts'
import type { RequestRows } from '../../metrics/index.ts'
import { requestSpan } from './span.ts'

/** Spans an export; at a few hundred bytes each far below gRPC's 4 MiB a message. */
const SPANS_PER_EXPORT = 1024
/** So long spans wait for company. */
const LINGER_MS = 500
const FIRST_BACKOFF_MS = 1000
const MAX_BACKOFF_MS = 30_000

interface Waiting {
  readonly rows: RequestRows
  readonly indices: readonly number[]
  next: number
}

export interface TraceSenderOptions {
  readonly exporter: SpanExporter
  readonly resources: Resources
  readonly scope: ReadableSpan['instrumentationScope']
  readonly queueRows: number
  /** Spans that will never be sent, and why. */
  readonly onDrop: (reason: string, spans: number) => void
  /** What is now there to be said: an error, or null after a success. */
  readonly onOutcome: (error: string | null) => void
}

/** A bounded queue of rows that become spans when they are sent, one export at a time, offered again while the receiver may yet take them. */
export class TraceSender {
  sent = 0
  /** Spans not yet sent, those being sent included. */
  queued = 0
  private readonly options: TraceSenderOptions
  private waiting: Waiting[] = []
  private timer: NodeJS.Timeout | undefined
  private notBeforeMs = 0
  private backoffMs = FIRST_BACKOFF_MS
  private sending: ReadableSpan[] | undefined
  private isExporting = false
  private rejected = 0
  private closed = false
  private idleWaiters: (() => void)[] = []

  constructor(options: TraceSenderOptions) {
    this.options = options
  }

  add(rows: RequestRows, indices: readonly number[]): void {
    const { queueRows, onDrop } = this.options
    const room = this.closed ? 0 : Math.max(0, queueRows - this.queued)
    const kept = indices.length <= room ? indices : indices.slice(0, room)
    if (kept.length < indices.length) onDrop(this.closed ? 'closed' : 'queue full', indices.length - kept.length)
    if (kept.length === 0) return
    this.waiting.push({ rows, indices: kept, next: 0 })
    this.queued += kept.length
    this.schedule(this.queued >= SPANS_PER_EXPORT ? 0 : LINGER_MS)
  }

  /** The receiver rejected some spans of the export that is under way. */
  onRejected(spans: number): void {
    this.rejected += spans
  }

  /** The receiver wants to be left alone. */
  onRetryAfter(delayMs: number): void {
    this.notBeforeMs = performance.now() + delayMs
  }

  /** Sends without waiting for company; resolves when nothing is left. */
  drained(): Promise<void> {
    if (this.queued === 0) return Promise.resolve()
    this.schedule(0)
    return new Promise((resolve) => this.idleWaiters.push(resolve))
  }

  /** Gives up what is left. */
  close(): void {
    this.closed = true
    clearTimeout(this.timer)
    if (this.queued > 0) this.options.onDrop('not delivered', this.queued)
    this.queued = 0
    this.waiting = []
    this.sending = undefined
    this.release()
  }

  /** Runs an export in `delayMs`, or sooner if that is settled already; not before the receiver wants it. */
  private schedule(delayMs: number): void {
    if (this.isExporting || this.closed) return
    const wait = Math.max(delayMs, this.notBeforeMs - performance.now())
    if (this.timer && delayMs > 0) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.export(), wait)
    this.timer.unref()
  }

  private async export(): Promise<void> {
    this.timer = undefined
    const spans = (this.sending ??= this.take())
    this.isExporting = true
    this.rejected = 0
    const outcome = await exported((done) => this.options.exporter.export(spans, done))
    this.isExporting = false
    if (this.closed) return
    this.options.onOutcome(outcome.kind === 'sent' ? null : outcome.error)
    if (outcome.kind === 'later') {
      this.notBeforeMs = Math.max(this.notBeforeMs, performance.now() + this.backoffMs)
      this.backoffMs = Math.min(this.backoffMs * 2, MAX_BACKOFF_MS)
      return this.schedule(0)
    }
    this.settle(spans.length, outcome.kind === 'sent' ? Math.min(this.rejected, spans.length) : spans.length)
  }

  private settle(spans: number, lost: number): void {
    this.sending = undefined
    this.backoffMs = FIRST_BACKOFF_MS
    this.queued -= spans
    this.sent += spans - lost
    if (lost > 0) this.options.onDrop('refused by the receiver', lost)
    if (this.queued === 0) this.release()
    else this.schedule(this.queued >= SPANS_PER_EXPORT || this.idleWaiters.length > 0 ? 0 : LINGER_MS)
  }

  private take(): ReadableSpan[] {
    const { resources, scope } = this.options
    const spans: ReadableSpan[] = []
    while (spans.length < SPANS_PER_EXPORT && this.waiting.length > 0) {
      const first = this.waiting[0]!
      const { rows, indices } = first
      while (first.next < indices.length && spans.length < SPANS_PER_EXPORT) {
        const row = indices[first.next++]!
        spans.push(requestSpan(rows, row, resources.of(rows.text('service', row)), scope))
      }
      if (first.next === indices.length) this.waiting.shift()
    }
    return spans
  }

  private release(): void {
    for (const waiter of this.idleWaiters.splice(0)) waiter()
  }
}
