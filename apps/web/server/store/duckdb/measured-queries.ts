import type { CgroupUsage, DeviceUsageSteps, HostUsageSteps, Measured, MeasuredFilter, MeasuredGroup, MeasuredStore, RunQueueSteps, ServiceActivity } from '../measured.ts'
import type { StoredRow, TimeRange } from '../store.ts'
import { activity } from './activity.ts'
import { Parameters } from './connections.ts'
import { quoted, STORED_TABLES, type StoredTable } from './layout.ts'
import { ProfileQueries } from './profile-queries.ts'
import type { Read } from './reading.ts'

/** The part of the store that holds what was measured of hosts and their processes. */
export class MeasuredQueries extends ProfileQueries implements MeasuredStore {
  measured(range: TimeRange, filter: MeasuredFilter): Promise<Measured> {
    return measured(this.reading, range, filter)
  }

  activity(range: TimeRange): Promise<ServiceActivity[]> {
    return activity(this.reading, range)
  }

  runQueueSteps(range: TimeRange, stepNs: bigint): Promise<RunQueueSteps[]> {
    return runQueueSteps(this.reading, range, stepNs)
  }

  hostUsage(range: TimeRange, stepNs: bigint): Promise<HostUsageSteps[]> {
    return hostUsage(this.reading, range, stepNs)
  }

  deviceUsage(range: TimeRange, stepNs: bigint): Promise<DeviceUsageSteps[]> {
    return deviceUsage(this.reading, range, stepNs)
  }

  cgroupUsage(range: TimeRange): Promise<CgroupUsage[]> {
    return cgroupUsage(this.reading, range)
  }

  private readonly reading: Read = (...asked) => this.read(...asked)
}

/** `a:1 b:2` of a column, as rows of `key` and `n`. Texts that say the same are taken apart once: most calls are few, and alike. */
const unpacked = (column: string, source: string, filter: string, by: string) => `
  SELECT ${by}, split_part(part, ':', 1) AS key, split_part(part, ':', 2)::BIGINT * times AS n FROM (
    SELECT ${by}, times, unnest(string_split(${column}, ' ')) AS part FROM (SELECT ${by}, ${column}, count(*) AS times FROM ${source} WHERE ${filter} AND ${column} <> '' GROUP BY ALL))`

const BY = 'service, "name", operation'
const keyOf = (row: StoredRow) => `${row.service}\0${row.name}\0${row.operation}`

function filterSql(filter: MeasuredFilter, parameters: Parameters): string {
  const parts = [`what = ${parameters.add(filter.what)}`]
  const any = (column: string, values: readonly (string | number)[] | undefined) => {
    if (values) parts.push(values.length === 0 ? 'false' : `${column} IN (${values.map((value) => parameters.add(value)).join(', ')})`)
  }
  any('service', filter.services)
  any('pid', filter.pids)
  any('host', filter.hosts)
  return parts.join(' AND ')
}

const FILTER_COLUMNS = ['what', 'service', 'pid', 'host']

async function measured(read: Read, range: TimeRange, filter: MeasuredFilter): Promise<Measured> {
  const table = STORED_TABLES.measurements
  const ask = (columns: readonly string[], sql: (source: string, where: string) => string, of: MeasuredFilter = filter) => {
    const parameters = new Parameters()
    const where = filterSql(of, parameters)
    return read(table, range, [...new Set([...FILTER_COLUMNS, 'name', 'operation', ...columns])], parameters, (source) => sql(source, where))
  }
  const [groups, buckets, errors, [listened]] = await Promise.all([
    ask(['count', 'intervalNs', 'observedNs', 'untimed', 'errorCount', 'sumNs', 'maxNs'], (source, where) => `
      SELECT ${BY}, sum("count") AS n, sum("count" * ("intervalNs" / "observedNs")) AS estimated, sum(untimed) AS untimed, sum("errorCount") AS errors, sum("sumNs") AS ns, max("maxNs") AS longest, count(DISTINCT (host, pid)) AS processes
      FROM ${source} WHERE ${where} AND "count" > 0 AND "observedNs" > 0 GROUP BY ALL ORDER BY ns DESC, ${BY}`),
    ask(['histogram'], (source, where) => `SELECT ${BY}, key::INTEGER AS bucket, sum(n) AS n FROM (${unpacked('histogram', source, where, BY)}) GROUP BY ALL ORDER BY bucket`),
    ask(['errors'], (source, where) => `SELECT ${BY}, key, sum(n) AS n FROM (${unpacked('errors', source, where, BY)}) GROUP BY ALL ORDER BY n DESC, key`),
    // What says that somebody listened is nobody's, so only the host matters.
    ask(['count', 'intervalNs', 'observedNs'], (source, where) => `SELECT sum("observedNs") AS observed, sum("intervalNs") AS whole FROM ${source} WHERE ${where} AND "count" = 0 AND "name" = ''`, { what: filter.what, hosts: filter.hosts }),
  ])
  const bucketsOf = pairsBy(buckets, (row) => Number(row.bucket))
  const errorsOf = pairsBy(errors, (row) => String(row.key))
  return {
    groups: groups.map((row): MeasuredGroup => ({
      service: String(row.service), name: String(row.name), operation: String(row.operation), count: Number(row.n), estimatedCount: Math.round(Number(row.estimated)), untimed: Number(row.untimed),
      errorCount: Number(row.errors), sumNs: Number(row.ns), maxNs: Number(row.longest), processCount: Number(row.processes), errors: errorsOf.get(keyOf(row)) ?? [], buckets: bucketsOf.get(keyOf(row)) ?? [],
    })),
    observedNs: Number(listened?.observed ?? 0),
    intervalNs: Number(listened?.whole ?? 0),
  }
}

function pairsBy<T>(rows: readonly StoredRow[], of: (row: StoredRow) => T): Map<string, [T, number][]> {
  const pairs = new Map<string, [T, number][]>()
  for (const row of rows) {
    const list = pairs.get(keyOf(row)) ?? []
    pairs.set(keyOf(row), list)
    list.push([of(row), Number(row.n)])
  }
  return pairs
}

const STEP = (stepNs: bigint) => `("time" - 1) // ${stepNs} * ${stepNs}`

async function runQueueSteps(read: Read, range: TimeRange, stepNs: bigint): Promise<RunQueueSteps[]> {
  const by = 'host, step_time'
  const rows = await read(STORED_TABLES.measurements, range, ['time', 'host', 'what', 'name', 'histogram'], new Parameters(), (source) => {
    const stepped = `(SELECT host, ${STEP(stepNs)} AS step_time, histogram FROM ${source} WHERE what = 'run_queue' AND "name" <> '')`
    return `SELECT ${by}, key::INTEGER AS bucket, sum(n) AS n FROM (${unpacked('histogram', stepped, 'true', by)}) GROUP BY ALL ORDER BY ${by}, bucket`
  })
  const hosts = new Map<string, Map<bigint, { buckets: [number, number][] }>>()
  for (const row of rows) {
    const steps = hosts.get(String(row.host)) ?? new Map<bigint, { buckets: [number, number][] }>()
    hosts.set(String(row.host), steps)
    const step = steps.get(row.step_time as bigint) ?? { buckets: [] }
    steps.set(row.step_time as bigint, step)
    step.buckets.push([Number(row.bucket), Number(row.n)])
  }
  return [...hosts].map(([host, steps]) => ({ host, steps }))
}

/** Columns that are a state, not an amount: of a step their last value is told. */
const STATES = new Set(['memoryTotalBytes', 'memoryAvailableBytes', 'memoryCachedBytes', 'swapTotalBytes', 'swapUsedBytes', 'load1', 'load5', 'load15', 'cpus', 'runnable', 'threads'])

async function steps(read: Read, table: StoredTable, range: TimeRange, stepNs: bigint, by: readonly string[]): Promise<{ key: StoredRow; steps: Map<bigint, Record<string, number>> }[]> {
  const amounts = Object.keys(table.columns).filter((name) => name !== 'time' && table.columns[name] !== 'text')
  const values = amounts.map((name) => `${STATES.has(name) ? `arg_max(${quoted(name)}, "time")` : `sum(${quoted(name)})`} AS ${quoted(name)}`)
  const keys = by.map(quoted).join(', ')
  const rows = await read(table, range, Object.keys(table.columns), new Parameters(), (source) => `SELECT ${keys}, ${STEP(stepNs)} AS step_time, ${values.join(', ')} FROM ${source} GROUP BY ${keys}, step_time ORDER BY ${keys}, step_time`)
  const found = new Map<string, { key: StoredRow; steps: Map<bigint, Record<string, number>> }>()
  for (const row of rows) {
    const text = by.map((name) => String(row[name])).join('\0')
    const entry = found.get(text) ?? { key: row, steps: new Map<bigint, Record<string, number>>() }
    found.set(text, entry)
    entry.steps.set(row.step_time as bigint, Object.fromEntries(amounts.map((name) => [name, Number(row[name])])))
  }
  return [...found.values()]
}

async function hostUsage(read: Read, range: TimeRange, stepNs: bigint): Promise<HostUsageSteps[]> {
  return (await steps(read, STORED_TABLES.host_usage, range, stepNs, ['host'])).map(({ key, steps }) => ({ host: String(key.host), steps }))
}

async function deviceUsage(read: Read, range: TimeRange, stepNs: bigint): Promise<DeviceUsageSteps[]> {
  const found = await steps(read, STORED_TABLES.device_usage, range, stepNs, ['host', 'device', 'name'])
  return found.map(({ key, steps }) => ({ host: String(key.host), device: String(key.device), name: String(key.name), steps }))
}

async function cgroupUsage(read: Read, range: TimeRange): Promise<CgroupUsage[]> {
  const table = STORED_TABLES.cgroup_usage
  const share = (column: string) => `sum(${quoted(column)}) / greatest(sum("intervalNs"), 1)`
  const last = (column: string) => `arg_max(${quoted(column)}, "time")`
  const rows = await read(table, range, Object.keys(table.columns), new Parameters(), (source) => `
    SELECT host, cgroup, ${share('cpuNs')} AS cores, ${share('throttledNs')} AS throttled, sum("throttledPeriods") AS hit, sum(periods) AS periods, ${last('memoryBytes')} AS memory, ${last('memoryLimitBytes')} AS most,
      sum("oomKills") AS kills, ${share('cpuSomeNs')} AS cpu, ${share('memorySomeNs')} AS mem, ${share('ioSomeNs')} AS io FROM ${source} GROUP BY host, cgroup ORDER BY cores DESC, cgroup`)
  return rows.map((row) => ({
    host: String(row.host), cgroup: String(row.cgroup), cpuCores: Number(row.cores), throttledShare: Number(row.throttled), throttledPeriods: Number(row.hit), periods: Number(row.periods),
    memoryBytes: Number(row.memory), memoryLimitBytes: Number(row.most), oomKills: Number(row.kills), cpuSomeShare: Number(row.cpu), memorySomeShare: Number(row.mem), ioSomeShare: Number(row.io),
  }))
}
