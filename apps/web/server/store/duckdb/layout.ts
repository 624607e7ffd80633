import { BIGINT, DOUBLE, UINTEGER, USMALLINT, UTINYINT, type DuckDBType } from '@duckdb/node-api'
import { CGROUP_USAGE, CONNECTIONS, DEVICE_USAGE, HOST_USAGE, LISTENERS, LOSSES, MEASUREMENTS, PROCESSES, PROFILE_NODES, PROFILES, REQUESTS, SERVICE_USAGE, TCP_DROPS, type ColumnType, type TableName, type TableSchema } from '@sonde/shared/signal'

/**
 * How tables lie in DuckDB. Text of recent rows is an id into the generation's own dictionary (WAL and memory stay small:
 * 1 million requests append in half the time); sealed Parquet segments hold the text itself, so any tool can read them.
 */
export interface StoredTable {
  readonly name: TableName
  /** Columns in order: the signal's own, then `host`. */
  readonly columns: Readonly<Record<string, ColumnType>>
  /** A row matters to times in [low, high]; segments are pruned by the least and greatest of them. */
  readonly low: string
  readonly high: string
}

const stored = (schema: TableSchema, low: string, high: string): StoredTable => ({ name: schema.name as TableName, columns: { ...schema.columns, host: 'text' }, low, high })

export const STORED_TABLES = {
  requests: stored(REQUESTS, 'startTime', 'startTime'),
  connections: stored(CONNECTIONS, 'openedAt', 'closedAt'),
  listeners: stored(LISTENERS, 'openedAt', 'closedAt'),
  tcp_drops: stored(TCP_DROPS, 'time', 'time'),
  processes: stored(PROCESSES, 'startedAt', 'exitedAt'),
  service_usage: stored(SERVICE_USAGE, 'time', 'time'),
  losses: stored(LOSSES, 'time', 'time'),
  profiles: stored(PROFILES, 'time', 'time'),
  profile_nodes: stored(PROFILE_NODES, 'time', 'time'),
  measurements: stored(MEASUREMENTS, 'time', 'time'),
  host_usage: stored(HOST_USAGE, 'time', 'time'),
  device_usage: stored(DEVICE_USAGE, 'time', 'time'),
  cgroup_usage: stored(CGROUP_USAGE, 'time', 'time'),
} as const satisfies Record<TableName, StoredTable>

/** Grows when a table's layout changes in a way older files don't follow. */
export const LAYOUT_VERSION = 2

const SQL_TYPE: Readonly<Record<ColumnType, string>> = { u8: 'UTINYINT', u16: 'USMALLINT', u32: 'UINTEGER', i64: 'BIGINT', f64: 'DOUBLE', text: 'UINTEGER' }
const VECTOR_TYPE: Readonly<Record<ColumnType, DuckDBType>> = { u8: UTINYINT, u16: USMALLINT, u32: UINTEGER, i64: BIGINT, f64: DOUBLE, text: UINTEGER }

export const columnTypes = (table: StoredTable): DuckDBType[] => Object.values(table.columns).map((type) => VECTOR_TYPE[type])

/** A name in double quotes. Names are ours, never a user's. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A string literal, for file names, which come from the configuration. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

export const rowsTable = (table: StoredTable, generation: number): string => `${table.name}_${generation}`
export const textTable = (table: StoredTable, generation: number): string => `${table.name}_${generation}_text`

export function createGenerationSql(table: StoredTable, generation: number): string[] {
  const columns = Object.entries(table.columns).map(([name, type]) => `${quoted(name)} ${SQL_TYPE[type]}`)
  return [
    `CREATE TABLE ${rowsTable(table, generation)} (${columns.join(', ')})`,
    `CREATE TABLE ${textTable(table, generation)} (id UINTEGER NOT NULL, text VARCHAR NOT NULL)`,
  ]
}

/** An empty relation with the columns as queries see them. */
export function emptySql(table: StoredTable, columns: readonly string[]): string {
  const typed = columns.map((name) => `NULL::${table.columns[name] === 'text' ? 'VARCHAR' : SQL_TYPE[table.columns[name]!]} AS ${quoted(name)}`)
  return `SELECT ${typed.join(', ')} WHERE false`
}

export const CATALOG_SQL = [
  'CREATE TABLE IF NOT EXISTS state (key VARCHAR PRIMARY KEY, value BIGINT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS streams (stream VARCHAR PRIMARY KEY, host VARCHAR NOT NULL, committed BIGINT NOT NULL, seen_at BIGINT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS generations (name VARCHAR NOT NULL, number INTEGER NOT NULL, sealed BOOLEAN NOT NULL, created_at BIGINT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS segments (file VARCHAR NOT NULL, name VARCHAR NOT NULL, row_count BIGINT NOT NULL, byte_count BIGINT NOT NULL, min_time BIGINT NOT NULL, max_time BIGINT NOT NULL, sealed_at BIGINT NOT NULL)',
]
