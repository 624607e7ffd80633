import { isIP } from 'node:net'
import { z } from '@hono/zod-openapi'
import type { ConnectionEdge, StoredRow, TimeRange, TrafficEdge } from '../store/store.ts'
import { Count, Percentiles, Rate } from './fields.ts'
import { rangeChanges, rangeParams, resolveRange, seconds } from './range.ts'
import { resource } from './resource.ts'
import { knownServices } from './services.ts'

/** Edges given at most, those with most requests first; how many more there are is said. */
const MAX_EDGES = 2000

const Node = z.object({
  id: z.string(), name: z.string(), kind: z.enum(['service', 'external', 'unknown']), serviceKind: z.string().nullable(),
  container: z.string().nullable(), unit: z.string().nullable(), host: z.string().nullable().openapi({ description: 'What all processes of the service run in; null if not all in one, or in none.' }),
})
const Edge = z.object({
  from: z.string(), to: z.string(), protocol: z.string(), requestCount: Count, requestRate: Rate, errorCount: Count, durationNs: Percentiles,
  connectionCount: Count, openConnectionCount: Count, bytesSent: Count, bytesReceived: Count, retransmits: Count,
}).openapi('Edge', { description: 'Client to server. Requests are of the range; connections are those that were open in it, with the bytes of their whole life, from the client’s view.' })
type EdgeAnswer = z.input<typeof Edge>

export const serviceMap = resource({
  name: 'service-map',
  summary: 'Who talks to whom: one edge a protocol between two nodes; a request seen at both ends counts once.',
  params: z.strictObject({ ...rangeParams, service: z.string().optional().openapi({ description: 'Only edges of this service.' }) }),
  answer: z.object({ nodes: z.array(Node), edges: z.array(Edge), omittedEdges: Count }).openapi('ServiceMap'),
  changes: rangeChanges,
  async run(context, params) {
    const range = resolveRange(params, context.now())
    const [services, traffic, ended] = await Promise.all([knownServices(context, range), context.store.trafficEdges(range), context.store.connectionEdges(range)])
    const edges = new Edges(range)
    for (const edge of traffic) edges.addTraffic(edge)
    for (const edge of ended) edges.addConnections(edge, 0)
    for (const edge of openEdges(context.living.connections(), range, new Set(services.keys()))) edges.addConnections(edge, edge.connectionCount)
    const all = edges.merged().filter((edge) => params.service === undefined || edge.from === params.service || edge.to === params.service)
    all.sort((a, b) => b.requestCount - a.requestCount || b.connectionCount - a.connectionCount || (a.from + a.to < b.from + b.to ? -1 : 1))
    const shown = all.slice(0, MAX_EDGES)
    const ids = new Set(shown.flatMap((edge) => [edge.from, edge.to]))
    const where = placesOf(context.living.processes())
    const nodes = [...ids].sort().map((id) => {
      const service = services.get(id)
      const kind = service ? 'service' as const : edges.named.has(id) || isOutside(id) ? 'external' as const : 'unknown' as const
      return { id, name: id, kind, serviceKind: service?.kind ?? null, container: where.get(id)?.container || null, unit: where.get(id)?.unit || null, host: service?.hosts.size === 1 ? [...service.hosts][0]! : null }
    })
    return { nodes, edges: shown, omittedEdges: all.length - shown.length }
  },
})

/** The one container and the one unit that all processes of a service run in; '' where there are several or none. */
function placesOf(processes: Iterable<StoredRow>): ReadonlyMap<string, { container: string; unit: string }> {
  const places = new Map<string, { container: string; unit: string }>()
  for (const { service, container, unit } of processes) {
    if (service === '') continue
    const place = places.get(String(service))
    if (!place) places.set(String(service), { container: String(container), unit: String(unit) })
    else {
      if (place.container !== container) place.container = ''
      if (place.unit !== unit) place.unit = ''
    }
  }
  return places
}

/** Adds up edges by (from, to, protocol). */
class Edges {
  /** Names that are no addresses: services or configured names. */
  readonly named = new Set<string>()
  private readonly edges = new Map<string, EdgeAnswer>()
  private readonly range: TimeRange

  constructor(range: TimeRange) {
    this.range = range
  }

  addTraffic(traffic: TrafficEdge): void {
    const edge = this.edge(traffic)
    // Two rows of one edge: some of it was seen at the client, the rest only at the server. Percentiles can't be added; the larger part's stand.
    if (traffic.requestCount >= edge.requestCount) edge.durationNs = { p50: traffic.p50, p95: traffic.p95, p99: traffic.p99 }
    edge.requestCount += traffic.requestCount
    edge.requestRate = edge.requestCount / seconds(this.range)
    edge.errorCount += traffic.errorCount
  }

  addConnections(connections: ConnectionEdge, open: number): void {
    const edge = this.edge(connections)
    edge.connectionCount += connections.connectionCount
    edge.openConnectionCount += open
    edge.bytesSent += connections.bytesSent
    edge.bytesReceived += connections.bytesReceived
    edge.retransmits += connections.retransmits
  }

  /**
   * All edges on which anything passed: a port that was only tried, or refused, is in `connections`. Connections whose
   * protocol wasn't known join the one protocol that was, if there is just one.
   */
  merged(): EdgeAnswer[] {
    for (const [key, edge] of this.edges) {
      if (edge.requestCount + edge.openConnectionCount + edge.bytesSent + edge.bytesReceived === 0) this.edges.delete(key)
    }
    for (const [key, edge] of this.edges) {
      if (edge.protocol !== 'tcp' || edge.requestCount > 0) continue
      const others = [...this.edges.values()].filter((other) => other !== edge && other.from === edge.from && other.to === edge.to)
      if (others.length !== 1) continue
      for (const field of ['connectionCount', 'openConnectionCount', 'bytesSent', 'bytesReceived', 'retransmits'] as const) others[0]![field] += edge[field]
      this.edges.delete(key)
    }
    return [...this.edges.values()]
  }

  private edge(part: TrafficEdge | ConnectionEdge): EdgeAnswer {
    const from = part.from || 'unknown'
    const to = part.to || 'unknown'
    const protocol = part.protocol || 'tcp'
    if (part.peerNamed) this.named.add(part.role === 'client' ? to : from)
    const key = `${from}\n${to}\n${protocol}`
    const edge = this.edges.get(key) ?? {
      from, to, protocol, requestCount: 0, requestRate: 0, errorCount: 0, durationNs: { p50: null, p95: null, p99: null },
      connectionCount: 0, openConnectionCount: 0, bytesSent: 0, bytesReceived: 0, retransmits: 0,
    }
    this.edges.set(key, edge)
    return edge
  }
}

/** Connections that are open, the server's end only where the client's isn't seen. */
function* openEdges(connections: Iterable<StoredRow>, range: TimeRange, services: ReadonlySet<string>): Generator<ConnectionEdge> {
  const rows = [...connections].filter((row) => (row.openedAt as bigint) < range.to)
  const clients = new Set(rows.filter((row) => row.role === 1).map((row) => `${row.localAddress} ${row.localPort} ${row.remoteAddress} ${row.remotePort}`))
  for (const row of rows) {
    const isClient = row.role === 1
    if (!isClient && (clients.has(`${row.remoteAddress} ${row.remotePort} ${row.localAddress} ${row.localPort}`) || (row.peerNamed !== 0 && services.has(String(row.peer))))) continue
    const [service, peer] = [String(row.service), String(row.peer)]
    const [sent, received] = [Number(row.bytesSent), Number(row.bytesReceived)]
    yield {
      from: isClient ? service : peer, to: isClient ? peer : service, protocol: String(row.protocol), peerNamed: row.peerNamed !== 0, role: isClient ? 'client' : 'server',
      connectionCount: 1, bytesSent: isClient ? sent : received, bytesReceived: isClient ? received : sent, retransmits: Number(row.retransmits),
    }
  }
}

/** An address, with or without port, that isn't of this host itself. */
export function isOutside(name: string): boolean {
  const address = /^\[(.+)\](?::\d+)?$/.exec(name)?.[1] ?? (isIP(name) ? name : name.replace(/:\d+$/, ''))
  if (!isIP(address)) return false
  return !/^(127\.|0\.0\.0\.0$|::1$|::$)/.test(address)
}
