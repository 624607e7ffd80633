import { CONNECTIONS, LISTENERS, LOSSES, PROCESSES, REQUEST_FLAG, REQUESTS, SERVICE_USAGE, TableBuilder, TCP_DROPS, type TableBatch, type TableSchema } from '@sonde/shared/signal'
import { EDGES, OTHERS, programOf, PROGRAMS, type Edge, type Endpoint } from './shop-plan.ts'

/** Rows of the shop for any span of time: the same span and trouble give the same rows. */

const SECOND = 1_000_000_000n
type Cells<S extends TableSchema> = Partial<Record<keyof S['columns'] & string, number | bigint | string>>

/** Adds a row by column names; slow, for tests. */
export function addRow<S extends TableSchema>(builder: TableBuilder<S>, cells: Cells<S>): void {
  const row = builder.addRow()
  for (const [name, value] of Object.entries(cells) as [keyof S['columns'] & string, number | bigint | string][]) {
    const column = builder.column(name)
    if (typeof value === 'bigint') builder.setBigint(column, row, BigInt.asIntN(64, value))
    else if (typeof value === 'string') builder.set(column, row, builder.intern(value))
    else if (builder.schema.columns[name] === 'i64') builder.setInteger(column, row, value)
    else builder.set(column, row, value)
  }
}

function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const gauss = (next: () => number) => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next())
const addressOf = (name: string) => programOf.get(name)?.address ?? name
const HOSTILE = '/\u202egnp.<script>alert(1)</script>\u001b[31m\u0000"\'&amp;'

export interface ShopOptions {
  /** Requests a second from outside. */
  readonly rate: number
  /** When inventory began to be slow; wall nanoseconds. */
  readonly troubleAt: bigint
}

interface Exchange {
  readonly edge: Edge
  readonly endpoint: Endpoint
  readonly at: bigint
  readonly durationNs: number
  readonly error: boolean
  readonly pair: bigint
  readonly port: number
  readonly next: () => number
  readonly path: string
}

/** Requests that arrived in `count` quarters of a second from `first` on (quarters since 1970), both ends of each, by start. */
export function requestsOf(first: number, count: number, options: ShopOptions): TableBatch | undefined {
  const builder = new TableBuilder(REQUESTS, 1024)
  for (let quarter = first; quarter < first + count; quarter++) addQuarter(builder, quarter, options)
  return builder.take()
}

const QUARTER_NS = 250_000_000n

function addQuarter(builder: TableBuilder<typeof REQUESTS>, quarter: number, { rate, troubleAt }: ShopOptions): void {
  const next = random(quarter)
  const begin = BigInt(quarter) * QUARTER_NS
  const troubled = begin >= troubleAt
  const exchanges: Exchange[] = []
  for (const [i, edge] of EDGES.entries()) {
    const wanted = (rate / 4) * edge.per * (troubled ? (edge.fewer ?? 1) : 1) * (1 + 0.2 * gauss(next))
    const count = Math.floor(Math.max(0, wanted)) + (next() < wanted % 1 ? 1 : 0)
    for (let n = 0; n < count; n++) exchanges.push(exchangeOf(edge, begin + BigInt(Math.floor(next() * Number(QUARTER_NS))), troubled, (BigInt(quarter) << 20n) | BigInt(i << 12) | BigInt(n), next))
  }
  exchanges.sort((a, b) => Number(a.at - b.at))
  for (const exchange of exchanges) addBothEnds(builder, exchange)
}

function exchangeOf(edge: Edge, at: bigint, troubled: boolean, pair: bigint, next: () => number): Exchange {
  let pick = next()
  const endpoint = edge.endpoints.find(({ share }) => (pick -= share) < 0) ?? edge.endpoints.at(-1)!
  const slow = troubled && edge.trouble !== undefined && next() < edge.trouble.share
  const durationNs = Math.round(slow ? edge.trouble!.slowNs * Math.exp(gauss(next) * 0.5) : edge.medianNs * Math.exp(gauss(next) * edge.spread))
  const error = next() < (troubled ? (edge.trouble?.errors ?? 0.0004) : 0.0004) && edge.protocol === undefined
  const hostile = edge.to === 'storefront' && endpoint.template === '/product/{id}' && next() < 0.01
  const path = hostile ? HOSTILE : endpoint.template.replace(/\{\w+\}/g, () => Math.floor(next() * 2 ** 20).toString(36))
  return { edge, endpoint, at, durationNs, error, pair, port: 32_768 + Math.floor(next() * 16), next, path }
}

function addBothEnds(builder: TableBuilder<typeof REQUESTS>, exchange: Exchange): void {
  const { edge, at, durationNs } = exchange
  const networkNs = 30_000 + Math.floor(exchange.next() * 40_000)
  const both = programOf.has(edge.from) && programOf.has(edge.to)
  const flags = (both ? REQUEST_FLAG.peerWatched : 0) | (both ? REQUEST_FLAG.peerNamed : 0)
  if (programOf.has(edge.from)) addEnd(builder, exchange, 1, at, durationNs + 2 * networkNs, flags)
  if (programOf.has(edge.to)) addEnd(builder, exchange, 0, at + BigInt(networkNs), durationNs, flags)
}

function addEnd(builder: TableBuilder<typeof REQUESTS>, exchange: Exchange, role: 0 | 1, startTime: bigint, durationNs: number, flags: number): void {
  const { edge, endpoint, error, pair, port, path } = exchange
  const [mine, other] = role === 1 ? [edge.from, edge.to] : [edge.to, edge.from]
  const program = programOf.get(mine)!
  const server = programOf.get(edge.to)
  const http = edge.protocol === undefined
  addRow(builder, {
    id: pair * 2n + BigInt(role) + 1n, traceIdHigh: pair * 7919n + 1n, traceIdLow: pair * 104_729n + 1n, pairKey: pair, startTime,
    readNs: role === 0 ? 20_000 + Math.floor(durationNs * 0.01) : -1, requestEndNs: 1000, firstByteNs: Math.floor(durationNs * 0.96), durationNs,
    requestBytes: 300 + (path.length * 37) % 4000, responseBytes: 200 + Math.floor(durationNs / 5000) % 90_000,
    connectionId: BigInt(EDGES.indexOf(edge) * 64 + (port % 64) + role * 4096 + 1), turn: Number(pair % 400n), srttUs: 40, pid: program.pids[Number(pair) % program.pids.length]!, tid: program.pids[0]!,
    status: http ? (error ? 504 : (endpoint.status ?? 200)) : 0, localPort: role === 1 ? port : (server?.port ?? 443), remotePort: role === 1 ? (server?.port ?? 443) : port,
    role, error: error ? 1 : 0, flags, service: mine, peer: other, protocol: edge.protocol ?? 'http', method: endpoint.method, target: http ? `${path}${path === '/search' ? '?q=lamp' : ''}` : '', path, template: endpoint.template, comm: program.comm,
    localAddress: addressOf(mine), remoteAddress: addressOf(other), attributes: http ? JSON.stringify({ 'network.protocol.version': '1.1', 'user_agent.original': 'shop/1.0', 'server.address': addressOf(edge.to) }) : '{}',
  })
}

/** Every process that runs; those that ended are rows of their own, in `endedProcesses`. */
export function processes(now: bigint, options: ShopOptions): TableBatch {
  const builder = new TableBuilder(PROCESSES)
  const boot = now - 31n * 86_400n * SECOND
  for (const [pid, parentPid, comm, commandLine, user, unit] of OTHERS) addRow(builder, { time: now, startedAt: pid === 48511 ? options.troubleAt + 250n * SECOND : boot, pid, parentPid, exitCode: 0xffffffff, threads: 1, residentBytes: 8e6, comm, commandLine, user, unit })
  for (const { service, kind, comm, commandLine, user, unit, container, pids, parent, cores, threads } of PROGRAMS) {
    for (const pid of pids) addRow(builder, { time: now, startedAt: service === 'inventory' ? options.troubleAt - 9n * SECOND : boot + BigInt(pid) * 60n * SECOND, pid, parentPid: parent, exitCode: 0xffffffff, threads, cpuMilliCores: Math.round((cores * 1000) / pids.length), residentBytes: 90e6, service, serviceKind: kind, comm, commandLine, user, unit: unit ?? '', container: container ?? '' })
  }
  return builder.take()!
}

/** What ended: the inventory before, and cron's children each five minutes. */
export function endedProcesses(now: bigint, options: ShopOptions): TableBatch {
  const builder = new TableBuilder(PROCESSES)
  const gone = options.troubleAt - 11n * SECOND
  addRow(builder, { time: gone, startedAt: now - 3n * 86_400n * SECOND, exitedAt: gone, pid: 2964, parentPid: 1, exitCode: 0, service: 'inventory', serviceKind: 'java', comm: 'java', commandLine: 'java -jar inventory-4.17.9.jar', user: 'inventory', unit: 'inventory.service' })
  for (let i = 0; i < 3; i++) {
    const startedAt = (now / (300n * SECOND) - BigInt(i)) * 300n * SECOND - 20n * SECOND
    addRow(builder, { time: startedAt + 15n * SECOND, startedAt, exitedAt: startedAt + BigInt(15 + i * 20) * SECOND, pid: 48402 - i, parentPid: 902, exitCode: i === 0 ? 1 : 0, comm: 'sh', commandLine: 'sh -c stock-snapshot --incremental', user: 'root', unit: 'cron.service' })
  }
  return builder.take()!
}

/** Every open connection, both ends. */
export function connections(now: bigint): TableBatch {
  const builder = new TableBuilder(CONNECTIONS)
  for (const [i, edge] of EDGES.entries()) {
    for (const role of [0, 1] as const) {
      const [mine, other] = role === 1 ? [edge.from, edge.to] : [edge.to, edge.from]
      const program = programOf.get(mine)
      if (!program) continue
      for (let n = 0; n < 16; n++) {
        addRow(builder, {
          id: BigInt(i * 64 + n + role * 4096 + 1), time: now, openedAt: now - BigInt(600 + i * 1900 + n * 97) * SECOND, connectNs: role === 1 ? 20_000 + n * 1700 : -1, srttNs: 41_000 + n * 900 + i * 10_000,
          bytesSent: 1_300_000 + n * 91_000, bytesReceived: 42_100_000 + i * 77_000, retransmits: n === 3 ? 2 : 0, pid: program.pids[0]!, ...(mine === 'inventory' && role === 0 && n < 2 && { unreadNs: 6_200_000_000, unreadMostNs: 6_200_000_000, unreadBytes: 1840, zeroWindows: n === 0 ? 'local' : '' }), localPort: role === 1 ? 32_768 + n : (programOf.get(edge.to)?.port ?? 443), remotePort: role === 1 ? (programOf.get(edge.to)?.port ?? 443) : 32_768 + n,
          role, undecoded: edge.protocol === undefined ? 0 : 1, service: mine, peer: other, peerNamed: programOf.has(other) ? 1 : 0, state: 'established', protocol: edge.protocol ?? 'http', localAddress: addressOf(mine), remoteAddress: addressOf(other),
        })
      }
    }
  }
  return builder.take()!
}

/** A socket that listens for each service; inventory, which is slow, doesn't accept as fast as it is asked. */
export function listeners(now: bigint): TableBatch {
  const builder = new TableBuilder(LISTENERS)
  for (const [i, { service, port, pids }] of PROGRAMS.entries()) {
    const full = service === 'inventory' ? { queueLength: 51, longestQueue: 51, halfOpen: 7, drops: 214, queueLimit: 50 } : { queueLength: 0, longestQueue: i % 3, queueLimit: 511 }
    addRow(builder, { id: BigInt(20_000 + i), time: now, openedAt: now - BigInt(7200 + i * 60) * SECOND, pid: pids[0]!, port, address: '0.0.0.0', service, ...full })
  }
  return builder.take()!
}

/** Why the kernel dropped segments in the last minutes. */
export function segmentDrops(now: bigint): TableBatch {
  const builder = new TableBuilder(TCP_DROPS)
  for (const [reason, count] of [['TCP_LISTEN_OVERFLOW', 214], ['NETFILTER_DROP', 6], ['TCP_OLD_DATA', 2]] as const) addRow(builder, { time: now - 30n * SECOND, count, reason })
  return builder.take()!
}

/** Connections that failed in the last minutes. */
export function failedConnections(now: bigint): TableBatch {
  const builder = new TableBuilder(CONNECTIONS)
  for (const [i, failure] of ['refused', 'refused', 'timeout', 'reset'].entries()) {
    const at = now - BigInt(60 + i * 71) * SECOND
    addRow(builder, { id: BigInt(9000 + i), time: at, openedAt: at - 214_000n, closedAt: at, connectNs: failure === 'refused' ? 214_000 : -1, srttNs: 0, pid: 2433, localPort: 50_918 + i, remotePort: 8443, role: 1, service: 'payments', peer: '198.51.100.41', state: 'failed', failure, protocol: '', resets: failure === 'refused' || failure === 'reset' ? 'remote' : '', ...(failure === 'timeout' && { drops: 6, dropReason: 'NETFILTER_DROP', retransmits: 5 }), localAddress: addressOf('payments'), remoteAddress: '198.51.100.41' })
  }
  return builder.take()!
}

/** CPU and memory of each service over `seconds`. */
export function usage(now: bigint, seconds: number): TableBatch {
  const builder = new TableBuilder(SERVICE_USAGE)
  for (const { service, kind, cores, pids } of PROGRAMS) addRow(builder, { time: now, intervalNs: seconds * 1e9, cpuNs: Math.round(cores * seconds * 1e9), residentBytes: 90e6 * pids.length, processCount: pids.length, service, kind })
  return builder.take()!
}

export function loss(time: bigint, count: number): TableBatch {
  const builder = new TableBuilder(LOSSES)
  addRow(builder, { time, count, where: 'probe.exchange', reason: 'ring buffer full', affects: 'requests' })
  return builder.take()!
}
