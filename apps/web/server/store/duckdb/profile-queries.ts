import { PROFILE_NODES_TOLD_EVERY_NS } from '@sonde/shared/signal'
import type { ProfileFilter, ProfileNode, ProfileStore, SampleRow, SampleSums, StoredProfile, ThreadSum } from '../profile-store.ts'
import type { StoredRow, TimeRange } from '../store.ts'
import { Parameters } from './connections.ts'
import { quoted, STORED_TABLES } from './layout.ts'
import { StoreQueries } from './queries.ts'

const FILTERS = ['type', 'service', 'host', 'pid', 'tid', 'cpu'] as const
/** Nodes are told at the latest so long after they were; what is late on the wire is a little more. */
const NODES_BEFORE_NS = BigInt(PROFILE_NODES_TOLD_EVERY_NS) + 30_000_000_000n
const SAMPLE_COLUMNS = ['time', 'node', 'host', 'service', 'pid', 'tid', 'comm', 'cpu', 'count', 'valueNs']
const NODE_COLUMNS = ['id', 'parent', 'name', 'binary', 'file', 'line', 'kind', 'nameSource']

/** The part of the store that reads sampled stacks. */
export class ProfileQueries extends StoreQueries implements ProfileStore {
  async profile(range: TimeRange, filter: ProfileFilter, stepNs: bigint, limit: number): Promise<StoredProfile> {
    const [stacks, sums] = await Promise.all([this.sums(range, filter, ['node', 'valueNs'], 'node, sum("valueNs")::BIGINT AS value', 'node', ''), this.sampleSums(range, filter, stepNs, limit)])
    const leaves = stacks.map((row) => ({ node: row.node as bigint, count: Number(row.n), valueNs: Number(row.value) }))
    return { stacks: leaves, nodes: leaves.length > 0 ? await this.profileNodes(range, filter) : [], ...sums }
  }

  async samples(range: TimeRange, filter: ProfileFilter, stepNs: bigint, limit: number) {
    const [services, sums] = await Promise.all([this.sums(range, filter, ['service'], 'service', 'service', `ORDER BY n DESC, service LIMIT ${Math.trunc(limit)}`), this.sampleSums(range, filter, stepNs, limit)])
    return { services: services.map((row) => ({ service: String(row.service), count: Number(row.n) })), ...sums }
  }

  private async sampleSums(range: TimeRange, filter: ProfileFilter, stepNs: bigint, limit: number): Promise<SampleSums> {
    const [timeline, threads, cpus] = await Promise.all([
      this.sums(range, filter, ['time'], `("time" // ${stepNs}::BIGINT) * ${stepNs}::BIGINT AS step`, 'step', 'ORDER BY step'),
      this.sums(range, filter, ['host', 'service', 'pid', 'tid', 'comm'], 'host, service, pid, tid, comm', 'ALL', `ORDER BY n DESC, pid, tid LIMIT ${Math.trunc(limit)}`),
      this.sums(range, filter, ['cpu'], 'cpu', 'cpu', 'ORDER BY cpu'),
    ])
    return {
      timeline: timeline.map((row) => ({ time: row.step as bigint, count: Number(row.n) })),
      threads: threads.map(threadSum),
      cpus: cpus.map((row) => ({ cpu: Number(row.cpu), count: Number(row.n) })),
    }
  }

  /** `n` is the number of samples of each group. */
  private sums(range: TimeRange, filter: ProfileFilter, columns: readonly string[], selected: string, by: string, rest: string): Promise<StoredRow[]> {
    const parameters = new Parameters()
    const where = conditions(filter, parameters)
    return this.read(STORED_TABLES.profiles, range, ['count', ...columns, ...asked(filter)], parameters, (source) =>
      `SELECT ${selected}, sum("count")::BIGINT AS n FROM ${source} WHERE ${where} GROUP BY ${by} ${rest}`)
  }

  async sampleRows(range: TimeRange, filter: ProfileFilter, limit: number): Promise<SampleRow[]> {
    const parameters = new Parameters()
    const where = conditions(filter, parameters)
    const rows = await this.read(STORED_TABLES.profiles, range, [...SAMPLE_COLUMNS, ...asked(filter)], parameters, (source) => `SELECT ${SAMPLE_COLUMNS.map(quoted).join(', ')} FROM ${source} WHERE ${where} LIMIT ${Math.trunc(limit)}`)
    return rows.map(sampleRow)
  }

  /** The innermost nodes of the samples and all that called them. */
  async profileNodes(range: TimeRange, filter: ProfileFilter, isFresh = false): Promise<ProfileNode[]> {
    const parameters = new Parameters()
    const where = conditions(filter, parameters)
    const before = isFresh ? 0n : NODES_BEFORE_NS
    const told = { from: range.from > before ? range.from - before : 0n, to: range.to }
    const rows = await this.read(STORED_TABLES.profile_nodes, told, NODE_COLUMNS, parameters, (source, sources) => `
      WITH RECURSIVE
        told AS MATERIALIZED (SELECT id, ${NODE_COLUMNS.slice(1).map((name) => `any_value(${quoted(name)}) AS ${quoted(name)}`).join(', ')} FROM ${source} GROUP BY id),
        sampled AS (SELECT DISTINCT node FROM ${sources.relation(STORED_TABLES.profiles, range, ['node', 'time', ...asked(filter)], `"time" >= ${range.from}::BIGINT AND "time" < ${range.to}::BIGINT`)} WHERE ${where}),
        needed AS (SELECT node AS id FROM sampled UNION SELECT told.parent AS id FROM needed JOIN told ON told.id = needed.id)
      SELECT told.* FROM told SEMI JOIN needed ON told.id = needed.id`)
    return rows.map(profileNode)
  }
}

/** Columns asked for; an empty list asks for nothing. */
const asked = (filter: ProfileFilter) => FILTERS.filter((column) => filter[column] !== undefined && wanted(filter, column).length > 0)
const wanted = (filter: ProfileFilter, column: (typeof FILTERS)[number]): readonly (string | number)[] => [filter[column]!].flat()

function conditions(filter: ProfileFilter, parameters: Parameters): string {
  return asked(filter).map((column) => `${quoted(column)} IN (${wanted(filter, column).map((value) => parameters.add(value)).join(', ')})`).join(' AND ')
}

function threadSum(row: StoredRow): ThreadSum {
  return { host: String(row.host), service: String(row.service), pid: Number(row.pid), tid: Number(row.tid), comm: String(row.comm), count: Number(row.n) }
}

function sampleRow(row: StoredRow): SampleRow {
  return {
    time: row.time as bigint, node: row.node as bigint, host: String(row.host), service: String(row.service), pid: Number(row.pid), tid: Number(row.tid), comm: String(row.comm),
    cpu: Number(row.cpu), count: Number(row.count), valueNs: Number(row.valueNs),
  }
}

function profileNode(row: StoredRow): ProfileNode {
  return {
    id: row.id as bigint, parent: row.parent as bigint, name: String(row.name), binary: String(row.binary), file: String(row.file), line: Number(row.line),
    kind: String(row.kind), nameSource: String(row.nameSource),
  }
}
