import type { Condition, RequestColumn } from '../condition.ts'
import { bucketSql } from '../histogram.sql.ts'
import type { ConnectionEdge, ConnectionFilter, Facet, LossRow, RequestGroup, RequestOrder, RequestPlace, SegmentDropRow, ServiceTraffic, ServiceUsage, StoredRow, TimeRange, TrafficEdge } from '../store.ts'
import { conditionColumns, conditionSql } from './condition-sql.ts'
import { Parameters } from './connections.ts'
import type { Database } from './database.ts'
import { connectionEdgesSql, serviceTrafficSql, trafficEdgesSql } from './edges-sql.ts'
import { groupsSql } from './groups-sql.ts'
import { quoted, STORED_TABLES, type StoredTable } from './layout.ts'
import type { Sources } from './sources.ts'

const REQUEST_COLUMNS = Object.keys(STORED_TABLES.requests.columns)

function percentiles(row: StoredRow): { p50: number | null; p95: number | null; p99: number | null } {
  const items = (row.percentiles as unknown as { items: readonly bigint[] } | null)?.items
  return items ? { p50: Number(items[0]), p95: Number(items[1]), p99: Number(items[2]) } : { p50: null, p95: null, p99: null }
}

const unique = (columns: readonly string[]): string[] => [...new Set(columns)]
const list = (columns: readonly string[]): string => columns.map(quoted).join(', ')
const names = (value: unknown): string[] => [...((value as { items: readonly string[] } | null)?.items ?? [])].sort()
const roleOf = (value: unknown): 'server' | 'client' => (Number(value) === 1 ? 'client' : 'server')

/** The reading half of the store. */
export class StoreQueries {
  protected database: Database

  protected constructor(database: Database) {
    this.database = database
  }

  async requestCount(range: TimeRange, where: Condition): Promise<number> {
    const parameters = new Parameters()
    const filter = conditionSql(where, parameters)
    const [row] = await this.read(STORED_TABLES.requests, range, conditionColumns(where), parameters, (source) => `SELECT count(*) AS n FROM ${source} WHERE ${filter}`)
    return Number(row!.n)
  }

  /** Two steps: the page's ids from the few columns that order and filter, then those rows in full. */
  async requestPage(range: TimeRange, where: Condition, order: RequestOrder, after: RequestPlace | undefined, limit: number): Promise<StoredRow[]> {
    for (const part of this.database.keeper.present.windows(STORED_TABLES.requests, range, order, after, limit)) {
      const page = await this.pageIds(part, where, order, after, limit)
      // Fewer than asked for may be because the window is short; the last window is the whole range.
      if (page.length < limit && (part.from > range.from || part.to < range.to)) continue
      if (page.length === 0) return []
      const times = page.map((row) => row.startTime as bigint)
      const least = times.reduce((a, b) => (b < a ? b : a))
      const most = times.reduce((a, b) => (b > a ? b : a))
      return this.rowsById(page.map((row) => row.id as bigint), { from: least, to: most + 1n }, order)
    }
    return []
  }

  private pageIds(range: TimeRange, where: Condition, order: RequestOrder, after: RequestPlace | undefined, limit: number): Promise<StoredRow[]> {
    const parameters = new Parameters()
    const filter = conditionSql(where, parameters)
    const by = quoted(order.column)
    const direction = order.descending ? 'DESC' : 'ASC'
    const place = after ? `AND (${by}, id) ${order.descending ? '<' : '>'} (${parameters.add(after.value)}, ${parameters.add(after.id)})` : ''
    const narrow = [order.column, 'id', 'startTime', ...conditionColumns(where)]
    return this.read(STORED_TABLES.requests, range, narrow, parameters, (source) =>
      `SELECT id, "startTime" FROM ${source} WHERE ${filter} ${place} ORDER BY ${by} ${direction}, id ${direction} LIMIT ${Math.trunc(limit)}`)
  }

  async requestsWhere(where: Condition): Promise<StoredRow[]> {
    const parameters = new Parameters()
    const filter = conditionSql(where, parameters)
    const narrow = unique(['id', 'startTime', ...conditionColumns(where)])
    const found = await this.read(STORED_TABLES.requests, undefined, narrow, parameters, (source) => `SELECT id, "startTime" FROM ${source} WHERE ${filter} ORDER BY "startTime" LIMIT 10000`)
    if (found.length === 0) return []
    const range = { from: found[0]!.startTime as bigint, to: (found.at(-1)!.startTime as bigint) + 1n }
    return this.rowsById(found.map((row) => row.id as bigint), range, { column: 'startTime', descending: false })
  }

  async requestGroups(range: TimeRange, where: Condition, by: readonly RequestColumn[], stepNs: bigint | undefined, limit: number): Promise<{ groups: RequestGroup[]; total: number }> {
    const parameters = new Parameters()
    const filter = conditionSql(where, parameters)
    const columns = unique([...by, ...(stepNs === undefined ? [] : ['startTime']), 'durationNs', 'error', 'requestBytes', 'responseBytes', ...conditionColumns(where)])
    const rows = await this.read(STORED_TABLES.requests, range, columns, parameters, (source) => groupsSql(source, filter, range, by, stepNs, limit))
    const groups = rows.filter((row) => Number(row.n) > 0).map((row) => ({
      key: Object.fromEntries(by.map((column) => [column, row[column]!])),
      time: row.step_time as bigint,
      requestCount: Number(row.n),
      errorCount: Number(row.errors),
      requestBytes: Number(row.requested),
      responseBytes: Number(row.responded),
      totalNs: Number(row.total_ns ?? 0),
      ...percentiles(row),
    }))
    return { groups, total: groups.length === 0 ? 0 : Number(rows[0]!.keys) }
  }

  async requestHistogram(range: TimeRange, where: Condition, stepNs: bigint): Promise<{ time: bigint; bucket: number; count: number }[]> {
    const parameters = new Parameters()
    const filter = conditionSql(where, parameters)
    const columns = unique(['startTime', 'durationNs', ...conditionColumns(where)])
    const rows = await this.read(STORED_TABLES.requests, range, columns, parameters, (source) => `
      SELECT "startTime" // ${stepNs} * ${stepNs} AS step_time, ${bucketSql('"durationNs"')} AS bucket, count(*) AS n
      FROM ${source} WHERE ${filter} AND "durationNs" >= 0 GROUP BY ALL ORDER BY ALL`)
    return rows.map((row) => ({ time: row.step_time as bigint, bucket: Number(row.bucket), count: Number(row.n) }))
  }

  async requestFacets(range: TimeRange, where: Condition, columns: readonly RequestColumn[], limit: number): Promise<Facet[]> {
    const parameters = new Parameters()
    const filter = conditionSql(where, parameters)
    const sets = columns.map((column) => `(${quoted(column)})`).join(', ')
    const which = columns.map((column, i) => `WHEN grouping(${quoted(column)}) = 0 THEN ${i}`).join(' ')
    const rows = await this.read(STORED_TABLES.requests, range, unique([...columns, ...conditionColumns(where)]), parameters, (source) => `
      SELECT ${list(columns)}, CASE ${which} END AS facet, count(*) AS n FROM ${source} WHERE ${filter}
      GROUP BY GROUPING SETS (${sets}) QUALIFY row_number() OVER (PARTITION BY facet ORDER BY n DESC, ${list(columns)}) <= ${Math.trunc(limit)} ORDER BY facet, n DESC`)
    return rows.map((row) => {
      const column = columns[Number(row.facet)]!
      const value = row[column]!
      return { column, value: typeof value === 'bigint' ? Number(value) : value, count: Number(row.n) }
    })
  }

  async serviceTraffic(range: TimeRange): Promise<ServiceTraffic[]> {
    const parameters = new Parameters()
    const rows = await this.read(STORED_TABLES.requests, range, ['service', 'role', 'protocol', 'host', 'error', 'durationNs'], parameters, (source) => serviceTrafficSql(source))
    return rows.map((row) => ({ service: String(row.service), role: roleOf(row.role), protocol: String(row.protocol), hosts: names(row.hosts), requestCount: Number(row.n), errorCount: Number(row.errors), ...percentiles(row) }))
  }

  async serviceUsage(range: TimeRange): Promise<ServiceUsage[]> {
    const parameters = new Parameters()
    const rows = await this.read(STORED_TABLES.service_usage, range, ['time', 'intervalNs', 'cpuNs', 'processCount', 'service', 'kind', 'host'], parameters, (source) => `
      SELECT service, arg_max(kind, "time") AS kind, list(DISTINCT host) AS hosts, sum("cpuNs") / greatest(sum("intervalNs"), 1) * count(DISTINCT host) AS cores, arg_max("processCount", "time") AS processes
      FROM ${source} GROUP BY service`)
    return rows.map((row) => ({ service: String(row.service), kind: String(row.kind), hosts: names(row.hosts), cpuCores: Number(row.cores), processCount: Number(row.processes) }))
  }

  async trafficEdges(range: TimeRange): Promise<TrafficEdge[]> {
    const parameters = new Parameters()
    const rows = await this.read(STORED_TABLES.requests, range, ['pairKey', 'role', 'flags', 'service', 'peer', 'protocol', 'error', 'durationNs'], parameters, (source, sources) =>
      trafficEdgesSql(source, sources.relation(STORED_TABLES.requests, range, ['pairKey', 'role'], within(STORED_TABLES.requests, range))))
    return rows.map((row) => ({
      from: String(row.edge_from), to: String(row.edge_to), protocol: String(row.protocol), peerNamed: Boolean(row.named), role: roleOf(row.role),
      requestCount: Number(row.n), errorCount: Number(row.errors), ...percentiles(row),
    }))
  }

  async connectionEdges(range: TimeRange): Promise<ConnectionEdge[]> {
    const parameters = new Parameters()
    const columns = ['openedAt', 'closedAt', 'role', 'service', 'peer', 'peerNamed', 'protocol', 'bytesSent', 'bytesReceived', 'retransmits', 'localAddress', 'localPort', 'remoteAddress', 'remotePort']
    const rows = await this.read(STORED_TABLES.connections, range, columns, parameters, (source) => connectionEdgesSql(source))
    return rows.map((row) => ({
      from: String(row.edge_from), to: String(row.edge_to), protocol: String(row.protocol), peerNamed: Boolean(row.named), role: roleOf(row.role),
      connectionCount: Number(row.n), bytesSent: Number(row.sent), bytesReceived: Number(row.received), retransmits: Number(row.retransmitted),
    }))
  }

  async closedConnections(range: TimeRange, where: ConnectionFilter, after: RequestPlace | undefined, limit: number): Promise<{ rows: StoredRow[]; total: number }> {
    const build = (place: boolean) => {
      const parameters = new Parameters()
      const parts = ['true']
      for (const [column, values] of Object.entries(where)) parts.push(values.length === 0 ? 'false' : `${quoted(column)} IN (${values.map((value) => parameters.add(value)).join(', ')})`)
      if (place && after) parts.push(`("openedAt", id) < (${parameters.add(after.value)}, ${parameters.add(after.id)})`)
      return { parameters, filter: parts.join(' AND ') }
    }
    const table = STORED_TABLES.connections
    const counting = build(false)
    const paging = build(true)
    const [[count], rows] = await Promise.all([
      this.read(table, range, Object.keys(where), counting.parameters, (source) => `SELECT count(*) AS n FROM ${source} WHERE ${counting.filter}`),
      this.read(table, range, Object.keys(table.columns), paging.parameters, (source) => `SELECT * FROM ${source} WHERE ${paging.filter} ORDER BY "openedAt" DESC, id DESC LIMIT ${Math.trunc(limit)}`),
    ])
    return { rows, total: Number(count!.n) }
  }

  async closedListeners(range: TimeRange): Promise<StoredRow[]> {
    const table = STORED_TABLES.listeners
    return this.read(table, range, Object.keys(table.columns), new Parameters(), (source) => `SELECT * FROM ${source} ORDER BY "openedAt" DESC, id DESC LIMIT 10000`)
  }

  async segmentDrops(range: TimeRange): Promise<SegmentDropRow[]> {
    const rows = await this.read(STORED_TABLES.tcp_drops, range, ['time', 'count', 'reason', 'host'], new Parameters(), (source) => `
      SELECT host, reason, sum("count")::BIGINT AS n, max("time") AS last FROM ${source} GROUP BY ALL ORDER BY n DESC, host, reason`)
    return rows.map((row) => ({ host: String(row.host), reason: String(row.reason), count: Number(row.n), lastAt: row.last as bigint }))
  }

  async endedProcesses(range: TimeRange): Promise<StoredRow[]> {
    const table = STORED_TABLES.processes
    return this.read(table, range, Object.keys(table.columns), new Parameters(), (source) => `SELECT * FROM ${source} ORDER BY "startedAt" DESC, pid LIMIT 20000`)
  }

  async losses(range: TimeRange): Promise<LossRow[]> {
    const parameters = new Parameters()
    const rows = await this.read(STORED_TABLES.losses, range, Object.keys(STORED_TABLES.losses.columns), parameters, (source) => `
      SELECT "where", reason, affects, sum("count")::BIGINT AS n, max("time") AS last FROM ${source} GROUP BY ALL HAVING n > 0 ORDER BY n DESC`)
    return rows.map((row) => ({ where: String(row.where), reason: String(row.reason), affects: String(row.affects), count: Number(row.n), lastAt: row.last as bigint }))
  }

  private async rowsById(ids: readonly bigint[], range: TimeRange, order: RequestOrder): Promise<StoredRow[]> {
    const parameters = new Parameters()
    const direction = order.descending ? 'DESC' : 'ASC'
    const filter = `id IN (SELECT unnest([${ids.join(', ')}]::BIGINT[]))`
    return this.read(STORED_TABLES.requests, range, REQUEST_COLUMNS, parameters, (source) => `SELECT * FROM ${source} WHERE ${filter} ORDER BY ${quoted(order.column)} ${direction}, id ${direction}`)
  }

  protected read(table: StoredTable, range: TimeRange | undefined, columns: readonly string[], parameters: Parameters, sql: (source: string, sources: Sources) => string): Promise<StoredRow[]> {
    const { keeper, readers } = this.database
    return keeper.hold((sources) => {
      const read = columns.length > 0 ? unique(columns) : [table.low]
      return readers.rows(sql(sources.relation(table, range, read, range && within(table, range)), sources), parameters)
    })
  }
}

/**
 * The rows that matter to a range: those whose life [low, high] overlaps it; where that is one moment, those in it. Whole
 * numbers of ours, so no parameters: parts of a relation may not need them.
 */
function within({ low, high }: StoredTable, range: TimeRange): string {
  return `${quoted(low)} < ${range.to}::BIGINT AND ${quoted(high)} >= ${range.from}::BIGINT`
}
