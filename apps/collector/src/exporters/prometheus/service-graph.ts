import { REQUEST_FLAG } from '@sonde/shared/signal'
import {
  attributeText, Distribution, HTTP_BOUNDS_S, isOverflow, recordDuration, SeriesSet, serviceText, type Attributes, type Metric, type MetricDescriptor, type Point, type RequestRows, type SeriesLimits,
} from '../../metrics/index.ts'

/** Tempo's word for the client of a request that comes from outside. */
const OUTSIDE = 'user'
const CLIENT = 1

class Edge {
  readonly attributes: Attributes
  value = 0
  failed = 0
  readonly server = new Distribution(HTTP_BOUNDS_S)
  readonly client = new Distribution(HTTP_BOUNDS_S)
  readonly isOverflow: boolean

  constructor(attributes: Attributes) {
    this.attributes = attributes
    this.isOverflow = isOverflow(this)
  }
}

const descriptor = (name: string, kind: MetricDescriptor['kind'], unit: string, description: string): MetricDescriptor => ({ name: `traces_service_graph_request${name}`, kind, unit, description })
const TOTAL = descriptor('', 'counter', '', 'Requests from client to server.')
const FAILED = descriptor('_failed', 'counter', '', 'Requests from client to server that failed.')
const SERVER = descriptor('_server', 'histogram', 's', 'Duration of requests as the server had it.')
const CLIENT_SIDE = descriptor('_client', 'histogram', 's', 'Duration of requests as the client had it.')

/**
 * Who asks whom, in the words of Tempo and of the Collector's service graph connector. They pair spans; here both ends say
 * by themselves who the other is, so a request is counted at its client's end, or at its server's if the client isn't watched.
 */
export class ServiceGraph {
  private readonly edges: SeriesSet<Edge>
  private readonly exemplars: boolean

  constructor(limits: SeriesLimits, exemplars: boolean) {
    this.edges = new SeriesSet(TOTAL, limits, (attributes) => new Edge(attributes))
    this.exemplars = exemplars
  }

  /** Returns how many requests found no edge of their own. */
  add(rows: RequestRows): number {
    const known = new Map<number, Edge>()
    const { service, peer, role, flags, error, attributes } = rows.batch.columns
    let overflown = 0
    for (let row = 0; row < rows.batch.rowCount; row++) {
      if (!rows.isHttp(row) && connectionType(rows.attributes(row)) === '') continue
      const isClient = role[row] === CLIENT
      const isWatched = ((flags[row] as number) & REQUEST_FLAG.peerWatched) !== 0
      // Attributes of a batch are few, and its services and peers fewer: 2^14 texts at most, each.
      const key = ((service[row] as number) * rows.strings.length + (peer[row] as number)) * rows.strings.length + (attributes[row] as number)
      const ends = key * 4 + (isClient ? 2 : 0) + (((flags[row] as number) & REQUEST_FLAG.peerNamed) !== 0 ? 1 : 0)
      let edge = known.get(ends)
      if (!edge) known.set(ends, (edge = this.edgeOf(rows, row, isClient)))
      if (isClient || !isWatched) {
        edge.value++
        if (error[row] !== 0) edge.failed++
        if (edge.isOverflow) overflown++
      }
      recordDuration(isClient ? edge.client : edge.server, rows, row, this.exemplars)
    }
    return overflown
  }

  *metrics(): Iterable<Metric> {
    yield this.edges
    yield this.part(FAILED, ({ attributes, failed }) => ({ attributes, value: failed }))
    yield this.part(SERVER, ({ attributes, server }) => ({ attributes, value: server }))
    yield this.part(CLIENT_SIDE, ({ attributes, client }) => ({ attributes, value: client }))
  }

  private edgeOf(rows: RequestRows, row: number, isClient: boolean): Edge {
    const own = serviceText(rows.text('service', row))
    const isNamed = (rows.number('flags', row) & REQUEST_FLAG.peerNamed) !== 0
    const other = isNamed || isClient ? serviceText(rows.text('peer', row)) : OUTSIDE
    const [client, server] = isClient ? [own, other] : [other, own]
    return this.edges.of('', { client: attributeText(client), server: attributeText(server), connection_type: connectionType(rows.attributes(row)) })
  }

  private part(of: MetricDescriptor, point: (edge: Edge) => Point): Metric {
    const { edges } = this
    return {
      descriptor: of,
      services: () => edges.services(),
      *points(service) {
        for (const edge of edges.points(service)) {
          const one = point(edge)
          // Of one end that isn't watched nothing is known.
          if (typeof one.value === 'number' || one.value.count > 0) yield one
        }
      },
    }
  }
}

/** By what the protocol said of the request in OpenTelemetry's words. */
function connectionType(attributes: Attributes): string {
  if ('db.system.name' in attributes) return 'database'
  return 'messaging.system' in attributes ? 'messaging_system' : ''
}
