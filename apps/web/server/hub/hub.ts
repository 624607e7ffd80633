import type { TableBatch } from '@sonde/shared/signal'
import type { FrameMode } from '@sonde/shared/wire'
import { Attention } from './attention.ts'
import type { Living } from './living.ts'
import type { Listener, TopicReading, Topics } from './topic.ts'
import type { Traffic } from './traffic.ts'

const SNAPSHOT_MS = 1000
/** Rows leave as they come, but not more often. */
const APPEND_MS = 100
/** Newest rows a subscriber gets at once; the rest are counted as skipped. */
const APPEND_ROWS = 500
/** What a new subscriber is given of the past, so that it meets what it read from the store without a gap. */
const RECENT_MS = 3000
const RECENT_ROWS = 50_000

interface Feed {
  readonly reading: TopicReading
  readonly listeners: Set<Listener>
  running: boolean
  /** What is dear to evaluate is evaluated less often: half the time at most goes into one topic. */
  notBeforeMs: number
  /** Snapshots: evaluated at least once; the same object again is not sent again. Appends: rows waiting for the next turn. */
  last: { readonly data: unknown } | undefined
  rows: unknown[]
  skipped: number
}

/**
 * Live topics. A topic with the same parameters is evaluated once a second however many look at it; `requests` is fed from
 * the batches as they arrive and never waits for the disk.
 */
export class Hub {
  private readonly feeds = new Map<string, Feed>()
  private readonly recent: { readonly atMs: number; readonly host: string; readonly batch: TableBatch; readonly release?: (() => void) | undefined }[] = []
  private recentRows = 0
  private readonly topics: Topics
  private readonly living: Living
  private readonly traffic: Traffic
  private readonly now: () => bigint
  private readonly attention: Attention
  private readonly snapshots: NodeJS.Timeout
  private sending: NodeJS.Timeout | undefined
  private sentAtMs = 0

  /** `onAttention`: somebody looks at what a probe shows, or nobody does any more. */
  constructor(options: { topics: Topics; living: Living; traffic: Traffic; now: () => bigint; onAttention?: (probe: string, watched: boolean) => void }) {
    this.topics = options.topics
    this.living = options.living
    this.traffic = options.traffic
    this.now = options.now
    this.attention = new Attention((probe, watched) => options.onAttention?.(probe, watched))
    this.snapshots = setInterval(() => this.evaluateAll(), SNAPSHOT_MS)
  }

  /** Takes a batch as it arrives. `release` is called when nothing here reads its columns any more. */
  accept(host: string, mode: FrameMode, batch: TableBatch, release?: () => void): void {
    const now = this.now()
    this.living.accept(host, mode, batch, now)
    if (mode === 'append') {
      this.traffic.accept(batch, now)
      for (const feed of this.feeds.values()) this.feed(feed, host, batch)
    }
    if (mode === 'append' && batch.schema.name === 'requests') this.remember(host, batch, release)
    else release?.()
  }

  /** Opens a topic for a listener. Returns what ends it. Throws what `Topics.open` throws. */
  subscribe(topic: string, params: unknown, listener: Listener): () => void {
    const reading = this.topics.open(topic, params)
    let feed = this.feeds.get(reading.key)
    if (!feed) {
      feed = { reading, listeners: new Set(), running: false, notBeforeMs: 0, last: undefined, rows: [], skipped: 0 }
      this.feeds.set(reading.key, feed)
    }
    feed.listeners.add(listener)
    const look = reading.kind === 'snapshot' && reading.probes ? this.attention.look(reading.probes) : undefined
    if (reading.kind === 'append') this.sendRecent(reading, listener)
    else if (feed.last) listener.snapshot(feed.last.data)
    else void this.evaluate(feed)
    return () => {
      look?.()
      feed.listeners.delete(listener)
      if (feed.listeners.size === 0) this.feeds.delete(reading.key)
    }
  }

  /** Probes at whose measurements somebody looks. */
  get watchedProbes(): Iterable<string> {
    return this.attention.watched
  }

  get feedCount(): number {
    return this.feeds.size
  }

  close(): void {
    clearInterval(this.snapshots)
    clearTimeout(this.sending)
    this.attention.close()
    this.feeds.clear()
  }

  private evaluateAll(): void {
    const now = this.now()
    for (const feed of this.feeds.values()) {
      if (feed.reading.kind !== 'snapshot' || (feed.last && !feed.reading.changes(now)) || performance.now() < feed.notBeforeMs) continue
      void this.evaluate(feed)
    }
  }

  /** A reading that is still being evaluated is left to finish: nothing queues. */
  private async evaluate(feed: Feed): Promise<void> {
    if (feed.running || feed.reading.kind !== 'snapshot') return
    feed.running = true
    const beganMs = performance.now()
    try {
      const data = await feed.reading.evaluate()
      const isNews = data !== feed.last?.data
      feed.last = { data }
      if (isNews) for (const listener of feed.listeners) listener.snapshot(data)
    } catch (error) {
      const problem = this.topics.problemOf(error)
      feed.last = undefined // what comes next is news
      for (const listener of feed.listeners) listener.error(problem)
    } finally {
      feed.running = false
      feed.notBeforeMs = 2 * performance.now() - beganMs
    }
  }

  private remember(host: string, batch: TableBatch, release: (() => void) | undefined): void {
    const atMs = performance.now()
    this.recent.push({ atMs, host, batch, release })
    this.recentRows += batch.rowCount
    while (this.recent.length > 1 && (this.recent[0]!.atMs < atMs - RECENT_MS || this.recentRows > RECENT_ROWS)) {
      const old = this.recent.shift()!
      this.recentRows -= old.batch.rowCount
      old.release?.()
    }
  }

  private feed(feed: Feed, host: string, batch: TableBatch): void {
    const { reading } = feed
    if (reading.kind !== 'append' || reading.table !== batch.schema.name) return
    const matched = reading.match(batch, host)
    const wanted = matched.slice(-APPEND_ROWS)
    for (const index of wanted) feed.rows.push(reading.row(batch, index, host))
    feed.skipped += matched.length - wanted.length
    if (feed.rows.length > APPEND_ROWS) feed.skipped += feed.rows.splice(0, feed.rows.length - APPEND_ROWS).length
    if (matched.length > 0) this.sending ??= setTimeout(() => this.sendRows(), Math.max(0, this.sentAtMs + APPEND_MS - performance.now()))
  }

  private sendRows(): void {
    this.sending = undefined
    this.sentAtMs = performance.now()
    for (const feed of this.feeds.values()) {
      if (feed.reading.kind !== 'append' || (feed.rows.length === 0 && feed.skipped === 0)) continue
      const { rows, skipped } = feed
      feed.rows = []
      feed.skipped = 0
      for (const listener of feed.listeners) listener.append(feed.reading.list, rows, skipped)
    }
  }

  private sendRecent(reading: Extract<TopicReading, { kind: 'append' }>, listener: Listener): void {
    const oldest = performance.now() - RECENT_MS
    const rows: unknown[] = []
    for (const { atMs, host, batch } of this.recent) {
      if (atMs < oldest) continue
      for (const index of reading.match(batch, host).slice(-APPEND_ROWS)) rows.push(reading.row(batch, index, host))
    }
    listener.append(reading.list, rows.slice(-APPEND_ROWS), Math.max(0, rows.length - APPEND_ROWS))
  }
}
