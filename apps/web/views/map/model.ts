import { slowness } from '../../charts/map-sizes.ts'

/** Of `/api/v1/service-map`. */
export interface MapAnswer {
  readonly nodes: readonly NodeAnswer[]
  readonly edges: readonly EdgeAnswer[]
  readonly omittedEdges: number
}

export interface NodeAnswer {
  readonly id: string
  readonly name: string
  readonly kind: 'service' | 'external' | 'unknown'
  readonly serviceKind: string | null
  /** What all of its processes run in; null if not all in one. */
  readonly container: string | null
  readonly unit: string | null
  readonly host: string | null
}

export interface EdgeAnswer {
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly requestCount: number
  readonly requestRate: number
  readonly errorCount: number
  readonly durationNs: Percentiles
  readonly connectionCount: number
  readonly openConnectionCount: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly retransmits: number
}

export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/** Of `/api/v1/services`: what a service is asked. */
export interface ServiceAnswer {
  readonly name: string
  readonly requestCount: number
  readonly requestRate: number
  readonly errorRate: number
  readonly durationNs: Percentiles
}

export type Slowness = 0 | 1 | 2 | 3

export interface MapEdge {
  /** `from to protocol`, by line breaks. */
  readonly id: string
  readonly from: string
  readonly to: string
  readonly protocol: string
  /** Of the range: what makes the edge be there. */
  readonly whole: EdgeAnswer
  readonly rate: number
  readonly errorShare: number
  readonly durationNs: Percentiles
  readonly slow: Slowness
  readonly before: EdgeAnswer | undefined
  /** The edges it stands for, of groups that are collapsed. */
  readonly merged?: readonly MapEdge[]
}

export interface MapNode {
  readonly id: string
  readonly kind: 'service' | 'external' | 'unknown'
  readonly serviceKind: string | null
  readonly rate: number
  readonly errorShare: number
  readonly p95: number | null
  /** What a watched service is asked; undefined of others, and where nothing was. */
  readonly durationNs?: Percentiles
  readonly before?: ServiceAnswer | undefined
  readonly slow: Slowness
  /** Nothing of it in the time the figures are of. */
  readonly quiet: boolean
  /** A collapsed group: what is in it. */
  readonly group?: CollapsedGroup
}

export interface CollapsedGroup {
  readonly kind: GroupKind
  readonly label: string
  readonly members: readonly MapNode[]
  /** Edges between its members. */
  readonly inside: readonly MapEdge[]
}

export type GroupKind = 'network' | 'unit' | 'container' | 'host'

export interface MapModel {
  readonly nodes: readonly MapNode[]
  readonly edges: readonly MapEdge[]
  readonly maxRate: number
}

/** Fewer requests than these say nothing of what is normal. */
const ENOUGH = 20
const NOTHING: Percentiles = { p50: null, p95: null, p99: null }

export const edgeId = (edge: { readonly from: string; readonly to: string; readonly protocol: string }): string => `${edge.from}\n${edge.to}\n${edge.protocol}`

export interface MapInput {
  /** Of the whole range: which nodes and edges there are. */
  readonly whole: MapAnswer
  /** What the figures are of: the last minute, or the range itself. */
  readonly now: MapAnswer
  readonly services: readonly ServiceAnswer[]
  /** The hour before the range. */
  readonly before: MapAnswer | undefined
  readonly servicesBefore: readonly ServiceAnswer[]
  /** Only edges of this protocol; all if undefined. */
  readonly protocol: string | undefined
}

/** The map: edges and nodes of the range, figures of `now`, slowness against the hour before. In the order of names. */
export function mapModel(input: MapInput): MapModel {
  const now = new Map(input.now.edges.map((edge) => [edgeId(edge), edge]))
  const before = new Map((input.before?.edges ?? []).map((edge) => [edgeId(edge), edge]))
  const wanted = input.whole.edges.filter((edge) => input.protocol === undefined || edge.protocol === input.protocol)
  const edges = wanted.map((whole) => edgeOf(whole, now.get(edgeId(whole)), before.get(edgeId(whole)))).sort((a, b) => (a.id < b.id ? -1 : 1))
  const drawn = new Set(edges.flatMap((edge) => [edge.from, edge.to]))
  const services = new Map(input.services.map((service) => [service.name, service]))
  const servicesBefore = new Map(input.servicesBefore.map((service) => [service.name, service]))
  const [into, out] = [Map.groupBy(edges, (edge) => edge.to), Map.groupBy(edges, (edge) => edge.from)]
  const nodes = input.whole.nodes.filter((node) => drawn.has(node.id)).map((node) => nodeOf(node, { into: into.get(node.id) ?? [], out: out.get(node.id) ?? [] }, services.get(node.name), servicesBefore.get(node.name)))
  nodes.sort((a, b) => (a.id < b.id ? -1 : 1))
  return { nodes, edges, maxRate: Math.max(0, ...edges.map((edge) => edge.rate), ...nodes.map((node) => node.rate)) }
}

function edgeOf(whole: EdgeAnswer, now: EdgeAnswer | undefined, before: EdgeAnswer | undefined): MapEdge {
  const { from, to, protocol } = whole
  const durationNs = now?.durationNs ?? NOTHING
  const isKnown = (before?.requestCount ?? 0) >= ENOUGH && (now?.requestCount ?? 0) >= ENOUGH
  return {
    id: edgeId(whole), from, to, protocol, whole, before, durationNs,
    rate: now?.requestRate ?? 0,
    errorShare: now && now.requestCount > 0 ? now.errorCount / now.requestCount : 0,
    slow: isKnown ? slowness(durationNs.p95, before?.durationNs.p95 ?? null) : 0,
  }
}

function nodeOf(node: MapAnswer['nodes'][number], { into, out }: { readonly into: readonly MapEdge[]; readonly out: readonly MapEdge[] }, service: ServiceAnswer | undefined, before: ServiceAnswer | undefined): MapNode {
  const { id, kind, serviceKind } = node
  const sum = (list: readonly MapEdge[]) => list.reduce((total, edge) => total + edge.rate, 0)
  if (service && service.requestCount > 0) {
    const isKnown = (before?.requestCount ?? 0) >= ENOUGH && service.requestCount >= ENOUGH
    const slow = isKnown ? slowness(service.durationNs.p95, before?.durationNs.p95 ?? null) : 0
    return { id, kind, serviceKind, rate: service.requestRate, errorShare: service.errorRate, p95: service.durationNs.p95, durationNs: service.durationNs, before, slow, quiet: false }
  }
  // What isn't watched is known by its callers only; percentiles of several can't be put together.
  const rate = into.length > 0 ? sum(into) : sum(out)
  const errors = into.reduce((total, edge) => total + edge.rate * edge.errorShare, 0)
  const only = into.length === 1 ? into[0] : undefined
  return { id, kind, serviceKind, rate, errorShare: rate > 0 ? errors / rate : 0, p95: only?.durationNs.p95 ?? null, slow: only?.slow ?? 0, quiet: sum(into) + sum(out) === 0 }
}

/** The map of the range with what the last minute has besides: what is new need not wait until the range is read again. */
export function withNewcomers(whole: MapAnswer, now: MapAnswer): MapAnswer {
  const nodes = new Set(whole.nodes.map((node) => node.id))
  const edges = new Set(whole.edges.map(edgeId))
  const newNodes = now.nodes.filter((node) => !nodes.has(node.id))
  const newEdges = now.edges.filter((edge) => !edges.has(edgeId(edge)))
  if (newNodes.length === 0 && newEdges.length === 0) return whole
  return { ...whole, nodes: [...whole.nodes, ...newNodes], edges: [...whole.edges, ...newEdges] }
}

/** What a node is called where it is drawn and listed. */
export const nodeName = (model: MapModel, id: string): string => model.nodes.find((node) => node.id === id)?.group?.label ?? id

/** Whether a node or an edge of this id is on the map, as it is drawn. */
export const isOnMap = (model: MapModel, id: string): boolean => model.nodes.some((node) => node.id === id) || model.edges.some((edge) => edge.id === id)

/** Edges as a phone lists them: the slowest against their own normal first, then the busiest of the range, which changes less than a minute does. */
export const byTrouble = (edges: readonly MapEdge[]): readonly MapEdge[] => edges.toSorted((a, b) => b.slow - a.slow || b.whole.requestRate - a.whole.requestRate || (a.id < b.id ? -1 : 1))

/** How slow it is against its own normal. */
export const SLOW_WORDS = ['', '1.2–2×', '2–4×', '≥ 4×'] as const

/** The sentence above the map. */
export function mapSummary(whole: MapAnswer, shown: MapModel, grouped: (value: number) => string): string {
  const connections = whole.edges.reduce((sum, edge) => sum + edge.connectionCount, 0)
  const unread = whole.edges.filter((edge) => edge.protocol === 'tcp').reduce((sum, edge) => sum + edge.connectionCount, 0)
  const unnamed = whole.nodes.filter((node) => node.kind === 'unknown').length
  const peers = unnamed === 0 ? 'every peer named' : `${grouped(unnamed)} ${unnamed === 1 ? 'peer' : 'peers'} not named`
  const omitted = whole.omittedEdges > 0 ? `; ${grouped(whole.omittedEdges)} quieter edges left out` : ''
  const groups = shown.nodes.filter((node) => node.group).length
  const collapsed = groups > 0 ? `; ${grouped(groups)} ${groups === 1 ? 'group' : 'groups'} collapsed` : ''
  return `${grouped(shown.nodes.length)} of ${grouped(whole.nodes.length)} nodes, ${grouped(shown.edges.length)} edges, ${grouped(connections - unread)} of ${grouped(connections)} connections decoded; ${peers}${omitted}${collapsed}`
}
