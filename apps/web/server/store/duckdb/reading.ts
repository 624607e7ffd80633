import type { StoredRow, TimeRange } from '../store.ts'
import type { Parameters } from './connections.ts'
import type { StoredTable } from './layout.ts'

/** Reads rows: `sql` is given the relation that holds the range's. */
export type Read = (table: StoredTable, range: TimeRange, columns: readonly string[], parameters: Parameters, sql: (source: string) => string) => Promise<StoredRow[]>
