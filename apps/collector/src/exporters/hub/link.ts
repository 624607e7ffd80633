import type { HealthReport } from '@sonde/shared/signal'
import type { ExporterContext } from '../exporter.ts'
import { Sender, type FrameSource } from './sender.ts'
import { Session } from './session.ts'
import type { Spool } from './spool.ts'
import type { SpoolStream } from './spool-stream.ts'

export interface LinkEvents {
  /** This life's stream. */
  readonly source: FrameSource
  /** The hub has this life's frames up to here. */
  onCommitted(committed: number): void
  /** Rows of a former life were delivered. */
  onDelivered(rows: number): void
  /** A session of this life's stream began. */
  onWelcome(): void
}

const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 5000
/** Sessions without progress after which a former life's stream is left for the next start: it may not hold up the present. */
const FORMER_ATTEMPTS = 5
/** A session that gets nothing of a former stream acknowledged for so long is one without progress. */
const FORMER_PROGRESS_MS = 10_000

/** Keeps a session with the hub: first for each stream a former life left, then for this life's, reconnecting for ever. */
export class Link {
  lastError: string | null = null
  private readonly url: string
  private readonly context: ExporterContext
  private readonly spool: Spool
  private readonly events: LinkEvents
  private session: Session | undefined
  private sender: Sender | undefined
  private former: SpoolStream | undefined
  private formerAttempts = 0
  private progressAtMs = 0
  private readonly setAside = new Set<SpoolStream>()
  private highestSent = 0
  /** Probes that somebody looks at, as this session's hub said. */
  private readonly watched = new Set<string>()
  private committed = 0
  private backoffMs = FIRST_BACKOFF_MS
  private retry: NodeJS.Timeout | undefined
  private closed = false

  constructor(url: string, context: ExporterContext, spool: Spool, events: LinkEvents) {
    this.url = url
    this.context = context
    this.spool = spool
    this.events = events
  }

  get isConnected(): boolean {
    return this.session?.isOpen ?? false
  }

  start(): void {
    this.former = this.spool.former.find((stream) => !this.setAside.has(stream))
    this.progressAtMs = performance.now()
    const source = this.former ?? this.events.source
    const { host, version } = this.context
    const session: Session = new Session(this.url, { stream: source.stream, host, version }, {
      onWelcome: (committed) => this.onWelcome(session, source, committed),
      onAck: (committed) => this.onAck(committed),
      onControl: (probe, enabled) => this.context.onControl(probe, enabled),
      onAttention: (probe, watched) => this.onAttention(probe, watched),
      onDrain: () => this.wake(),
      onEnd: (reason) => this.onEnd(reason),
    })
    this.session = session
  }

  wake(): void {
    this.sender?.wake()
  }

  report(report: HealthReport): void {
    if (this.session?.isOpen) this.session.sendText({ type: 'health', report })
  }

  /** To be called about every second. */
  checkAlive(): void {
    this.session?.checkAlive()
    if (!this.former) return
    // It can become empty without an acknowledgement: given up to make room.
    if (this.former.isEmpty) this.session?.end('', true)
    else if (performance.now() - this.progressAtMs > FORMER_PROGRESS_MS) this.session?.end('the hub acknowledges nothing of a former life')
  }

  close(): void {
    this.closed = true
    clearTimeout(this.retry)
    this.session?.end('closed', true)
  }

  private onAttention(probe: string, watched: boolean): void {
    if (watched) this.watched.add(probe)
    else this.watched.delete(probe)
    this.context.onAttention(probe, watched)
  }

  private onWelcome(session: Session, source: FrameSource, committed: number): boolean {
    if (!this.former && committed > this.highestSent) return false
    this.lastError = null
    this.sender = new Sender(session, source, committed)
    this.onAck(committed)
    if (!this.former) this.events.onWelcome()
    return true
  }

  private onAck(committed: number): boolean {
    const { former, sender } = this
    if (!sender) return false
    if (former) {
      const rows = former.trim(committed)
      this.events.onDelivered(rows)
      if (rows > 0) this.onProgress()
      // Not now: the session may be in the middle of its welcome.
      if (former.isEmpty) setImmediate(() => former === this.former && this.session?.end('', true))
      return true
    }
    this.highestSent = Math.max(this.highestSent, sender.sent)
    if (committed > this.highestSent) return false
    if (committed > this.committed) this.onProgress()
    this.committed = Math.max(this.committed, committed)
    this.events.onCommitted(committed)
    return true
  }

  private onProgress(): void {
    this.backoffMs = FIRST_BACKOFF_MS
    this.formerAttempts = 0
    this.progressAtMs = performance.now()
  }

  private onEnd(reason: string): void {
    const { session, sender, former } = this
    // Nobody is known to look while the hub is away; a welcome says it anew.
    for (const probe of this.watched) this.onAttention(probe, false)
    sender?.stop()
    if (sender && !former) this.highestSent = Math.max(this.highestSent, sender.sent)
    this.session = this.sender = this.former = undefined
    if (this.closed) return
    if (former?.isEmpty) return void this.finish(former)
    this.lastError = reason
    if (former && session?.wasOpened && ++this.formerAttempts >= FORMER_ATTEMPTS) {
      this.setAside.add(former)
      this.formerAttempts = 0
    }
    // Between half and all of it, so that many collectors don't come back at once.
    this.retry = setTimeout(() => this.start(), this.backoffMs * (0.5 + Math.random() / 2)).unref()
    this.backoffMs = Math.min(this.backoffMs * 2, MAX_BACKOFF_MS)
  }

  private async finish(former: SpoolStream): Promise<void> {
    this.formerAttempts = 0
    await this.spool.forget(former).catch((error: Error) => (this.lastError = error.message))
    if (!this.closed) this.start()
  }
}
