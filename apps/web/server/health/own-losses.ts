import { LOSSES, TableBuilder, type TableBatch } from '@sonde/shared/signal'

/** Losses of this process, counted where they happen and taken as rows like those of a collector. */
export class OwnLosses {
  private readonly counters = new Map<string, { where: string; reason: string; affects: string; count: number }>()

  /** Counts `n` losses. `where`, `reason` and `affects` are words of ours, never of a user or a watched program. */
  count(where: string, reason: string, affects: string, n = 1): void {
    if (n <= 0) return
    const key = `${where}\n${reason}\n${affects}`
    const counter = this.counters.get(key)
    if (counter) counter.count += n
    else this.counters.set(key, { where, reason, affects, count: n })
  }

  /** Rows of what was counted since the last call; undefined if nothing was. */
  take(now: bigint): TableBatch | undefined {
    if (this.counters.size === 0) return undefined
    const builder = new TableBuilder(LOSSES, this.counters.size)
    for (const { where, reason, affects, count } of this.counters.values()) {
      const row = builder.addRow()
      builder.setBigint(builder.column('time'), row, now)
      builder.setInteger(builder.column('count'), row, count)
      builder.set(builder.column('where'), row, builder.intern(where))
      builder.set(builder.column('reason'), row, builder.intern(reason))
      builder.set(builder.column('affects'), row, builder.intern(affects))
    }
    this.counters.clear()
    return builder.take()
  }
}
