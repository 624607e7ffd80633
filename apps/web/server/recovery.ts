import { formatInstant } from '@sonde/shared/units'
import type { OwnLosses } from './health/own-losses.ts'
import type { Problem } from './query/context.ts'
import type { DuckDbStore } from './store/duckdb/duckdb-store.ts'

/** Collectors that still run send again what wasn't acknowledged; after this it won't come any more. */
const WAIT_NS = 60_000_000_000n

/** Tells how the last run ended: what had been received and not yet committed, whether it came again, and what is lost for good. */
export class Recovery {
  private readonly store: DuckDbStore
  private readonly losses: OwnLosses
  private readonly now: () => bigint
  private readonly startedAt: bigint
  private isCounted = false
  private lost: Problem | undefined

  constructor(store: DuckDbStore, losses: OwnLosses, now: () => bigint) {
    this.store = store
    this.losses = losses
    this.now = now
    this.startedAt = now()
    const { missing } = store.lastRun
    losses.count('web.store', 'segment file missing', 'stored telemetry', missing.length)
  }

  /** What the log says about it; undefined after a clean end. */
  get sentence(): string | undefined {
    const { wasClosed, lastCommitAt, setAside } = this.store.lastRun
    if (setAside) return `telemetry that another version of Sonde stored is not read by this one; it was moved to ${setAside} and may be deleted`
    if (wasClosed) return undefined
    const rows = this.rows()
    const what = rows === 0 ? 'nothing that was received is missing' : `${rows} rows that had been received were not stored; collectors that still run send them again`
    return `the last run did not end by itself; its last commit was at ${formatInstant(lastCommitAt)}, ${what}`
  }

  problems(): Problem[] {
    const { missing } = this.store.lastRun
    const problems: Problem[] = this.lost ? [this.lost] : []
    if (missing.length > 0) problems.push({ what: 'Stored telemetry is missing', detail: `${missing.length} segment files have gone, the first is ${missing[0]}.`, fix: 'restore them, or leave it: what they held is lost' })
    const rows = this.rows()
    if (!this.isCounted && rows > 0) problems.push({ what: 'The last run of the web process was killed', detail: `${rows} rows received in its last moments, after ${formatInstant(this.store.lastRun.lastCommitAt)}, were not stored; they are waited for.`, fix: 'nothing: collectors that still run send them again within a minute' })
    return problems
  }

  /** To be called about every second. */
  tick(): void {
    if (this.isCounted || this.now() - this.startedAt < WAIT_NS) return
    this.isCounted = true
    const rows = this.rows()
    if (rows === 0) return
    for (const { rows: tables } of this.store.interrupted()) for (const [table, count] of Object.entries(tables)) this.losses.count('web.store', 'killed before the commit', table, count)
    this.lost = { what: 'The last run of the web process was killed', detail: `${rows} rows received after ${formatInstant(this.store.lastRun.lastCommitAt)} are lost.`, fix: 'nothing can be done about them; they are in the losses' }
  }

  private rows(): number {
    return this.store.interrupted().reduce((sum, { rows }) => sum + Object.values(rows).reduce((total, count) => total + count, 0), 0)
  }
}
