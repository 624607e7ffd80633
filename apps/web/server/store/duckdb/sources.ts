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

  /** A relation in parentheses with these columns of all rows that may matter to `range` (all, if undefined). */
  relation(table: StoredTable, range: TimeRange | undefined, columns: readonly string[]): string {
    const matters = (part: { minTime: bigint; maxTime: bigint }) => !range || (part.minTime < range.to && part.maxTime >= range.from)
    const parts = this.generations.filter((g) => g.table === table && g.rowCount > 0 && matters(g)).map((g) => generationSql(g, columns))
    const files = this.segments.filter((s) => s.table === table.name && matters(s)).map((s) => literal(s.file))
    if (files.length > 0) parts.push(`SELECT ${columns.map(quoted).join(', ')} FROM read_parquet([${files.join(', ')}])`)
    return `(${parts.length > 0 ? parts.join(' UNION ALL ') : emptySql(table, columns)})`
  }
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
