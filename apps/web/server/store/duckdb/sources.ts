import { emptySql, literal, quoted, rowsTable, textTable, type StoredTable } from './layout.ts'
import type { Generation } from './generation.ts'
import type { TimeRange } from '../store.ts'

/** A sealed Parquet file. */
export interface Segment {
  readonly file: string
  readonly table: string
  readonly rowCount: number
  readonly byteCount: number
  readonly minTime: bigint
  readonly maxTime: bigint
}

/** What a query reads: fixed for as long as it runs, though sealing and retention go on. */
export class Sources {
  readonly generations: readonly Generation[]
  readonly segments: readonly Segment[]

  constructor(generations: readonly Generation[], segments: readonly Segment[]) {
    this.generations = generations
    this.segments = segments
  }

  /**
   * A relation in parentheses with these columns of the rows that `within` selects (an expression over the table's time
   * columns that holds for the rows of `range`); of all rows, if there is no range. A segment that lies wholly in the range
   * needs no test, and its time column isn't read.
   */
  relation(table: StoredTable, range: TimeRange | undefined, columns: readonly string[], within = 'true'): string {
    const matters = (part: { minTime: bigint; maxTime: bigint }) => !range || (part.minTime < range.to && part.maxTime >= range.from)
    const parts = this.generations.filter((g) => g.table === table && g.rowCount > 0 && matters(g)).map((g) => `${generationSql(g, columns)} WHERE ${within}`)
    const segments = this.segments.filter((s) => s.table === table.name && matters(s))
    const whole = segments.filter((s) => !range || (s.minTime >= range.from && s.maxTime < range.to))
    const cut = segments.filter((s) => !whole.includes(s))
    if (whole.length > 0) parts.push(filesSql(whole, columns))
    if (cut.length > 0) parts.push(`${filesSql(cut, columns)} WHERE ${within}`)
    return `(${parts.length > 0 ? parts.join(' UNION ALL ') : emptySql(table, columns)})`
  }

  /**
   * Parts of a range to look for a page in, one after the other: those of a page ordered by time lie at one end, so first
   * a window that should hold four pages, then sixteen times that, and so on; the last is the whole range.
   */
  *windows(table: StoredTable, range: TimeRange, order: { readonly column: string; readonly descending: boolean }, after: { readonly value: bigint } | undefined, limit: number): Generator<TimeRange> {
    const parts = [...this.generations.filter((g) => g.table === table && g.rowCount > 0), ...this.segments.filter((s) => s.table === table.name)]
    const inRange = parts.filter((part) => part.minTime < range.to && part.maxTime >= range.from)
    if (order.column === table.low && inRange.length > 0) {
      const first = inRange.reduce((least, part) => (part.minTime < least ? part.minTime : least), range.to)
      const last = inRange.reduce((most, part) => (part.maxTime > most ? part.maxTime : most), 0n)
      const rows = inRange.reduce((sum, part) => sum + part.rowCount, 0)
      const from = first > range.from ? first : range.from
      const to = last + 1n < range.to ? last + 1n : range.to
      const start = after?.value ?? (order.descending ? to : from)
      for (let width = ((last - first + 1n) * BigInt(limit) * 4n) / BigInt(rows) + 1n; ; width *= 16n) {
        const part = order.descending ? { from: start - width, to: start + 1n } : { from: start, to: start + width }
        if (order.descending ? part.from <= from : part.to >= to) break
        yield { from: part.from > range.from ? part.from : range.from, to: part.to < range.to ? part.to : range.to }
      }
    }
    yield range
  }
}

function filesSql(segments: readonly Segment[], columns: readonly string[]): string {
  return `SELECT ${columns.map(quoted).join(', ')} FROM read_parquet([${segments.map((segment) => literal(segment.file)).join(', ')}])`
}

/** Rows of a generation with their text; only the texts asked for are joined. */
export function generationSql(generation: Generation, columns: readonly string[]): string {
  const { table, number } = generation
  const texts = textTable(table, number)
  const selected: string[] = []
  const joins: string[] = []
  for (const name of columns) {
    if (table.columns[name] === 'text') {
      const alias = quoted(`text of ${name}`)
      selected.push(`${alias}.text AS ${quoted(name)}`)
      joins.push(`JOIN ${texts} AS ${alias} ON ${alias}.id = r.${quoted(name)}`)
    } else selected.push(`r.${quoted(name)}`)
  }
  return `SELECT ${selected.join(', ')} FROM ${rowsTable(table, number)} AS r ${joins.join(' ')}`
}

/**
 * Keeps the present sources and what older ones still hold: garbage (a dropped table, an unlinked file) is collected
 * when no query that may read it runs any more.
 */
export class SourceKeeper {
  private current = new Sources([], [])
  private readonly users = new Map<Sources, number>()
  private readonly garbage: { readonly heldBy: Set<Sources>; readonly collect: () => void }[] = []

  get present(): Sources {
    return this.current
  }

  /** Puts new sources in place; `collect` is called once nothing reads those before. */
  replace(next: Sources, collect?: () => void): void {
    this.current = next
    if (collect) this.garbage.push({ heldBy: new Set(this.users.keys()), collect })
    this.sweep()
  }

  /** Runs `use` on the present sources and keeps them readable until it is done. */
  async hold<T>(use: (sources: Sources) => Promise<T>): Promise<T> {
    const sources = this.current
    this.users.set(sources, (this.users.get(sources) ?? 0) + 1)
    try {
      return await use(sources)
    } finally {
      const left = this.users.get(sources)! - 1
      if (left > 0) this.users.set(sources, left)
      else this.release(sources)
    }
  }

  private release(sources: Sources): void {
    this.users.delete(sources)
    for (const item of this.garbage) item.heldBy.delete(sources)
    this.sweep()
  }

  private sweep(): void {
    for (let i = this.garbage.length - 1; i >= 0; i--) {
      const item = this.garbage[i]!
      if (item.heldBy.size > 0) continue
      this.garbage.splice(i, 1)
      item.collect()
    }
  }
}
