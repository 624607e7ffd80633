import type { Group } from './groups.ts'
import type { LayoutInput } from './layout.ts'
import { edgeId, type EdgeAnswer, type MapAnswer, type MapEdge, type MapModel, type MapNode, type Percentiles, type Slowness } from './model.ts'

/** Which names stand as which: those of expanded groups stand for themselves. */
export function standing(groups: ReadonlyMap<string, Group>, expanded: ReadonlySet<string>): (name: string) => string {
  return (name) => {
    const group = groups.get(name)
    return group && !expanded.has(group.id) ? group.id : name
  }
}

/** Groups in which what is chosen would be hidden: a node's, or those of an edge's ends. */
export function holding(chosen: string | undefined, map: MapAnswer, groups: ReadonlyMap<string, Group>): readonly string[] {
  if (chosen === undefined) return []
  const edge = map.edges.find((one) => edgeId(one) === chosen)
  return (edge ? [edge.from, edge.to] : [chosen]).flatMap((name) => groups.get(name)?.id ?? [])
}

/** What is to be laid out. */
export function outline(map: MapAnswer, groups: ReadonlyMap<string, Group>, expanded: ReadonlySet<string>): LayoutInput {
  const stands = standing(groups, expanded)
  const nodes = new Map<string, { readonly id: string; readonly outside: boolean }>()
  for (const { id, kind } of map.nodes) {
    const shown = stands(id)
    nodes.set(shown, { id: shown, outside: kind === 'external' && nodes.get(shown)?.outside !== false })
  }
  const edges = map.edges.map(({ from, to }) => ({ from: stands(from), to: stands(to) }))
  return { nodes: [...nodes.values()], edges: edges.filter(({ from, to }, i) => from !== to || map.edges[i]!.from === map.edges[i]!.to) }
}

const NOT_ADDED: Percentiles = { p50: null, p95: null, p99: null }

/**
 * The model with groups as one node each and the edges of their members put together: counts and rates add, percentiles
 * do not, and the slowest of them gives the colour.
 */
export function collapse(model: MapModel, groups: ReadonlyMap<string, Group>, expanded: ReadonlySet<string>): MapModel {
  const stands = standing(groups, expanded)
  const between = Map.groupBy(model.edges, (edge) => edgeId({ from: stands(edge.from), to: stands(edge.to), protocol: edge.protocol }))
  const inside = new Map<string, MapEdge[]>()
  const edges: MapEdge[] = []
  for (const [id, parts] of between) {
    const [from, to] = [stands(parts[0]!.from), stands(parts[0]!.to)]
    if (from === to && from !== parts[0]!.from) inside.set(from, [...(inside.get(from) ?? []), ...parts])
    else edges.push(from === parts[0]!.from && to === parts[0]!.to ? parts[0]! : merged(id, from, to, parts))
  }
  const kept = model.nodes.filter((node) => stands(node.id) === node.id)
  const hidden = Map.groupBy(model.nodes.filter((node) => stands(node.id) !== node.id), (node) => groups.get(node.id)!)
  const nodes = [...kept, ...[...hidden].map(([group, members]) => groupNode(group, members, edges, inside.get(group.id) ?? []))].sort((a, b) => (a.id < b.id ? -1 : 1))
  edges.sort((a, b) => (a.id < b.id ? -1 : 1))
  return { nodes, edges, maxRate: Math.max(0, ...edges.map((edge) => edge.rate), ...nodes.map((node) => node.rate)) }
}

function merged(id: string, from: string, to: string, parts: readonly MapEdge[]): MapEdge {
  const rate = sum(parts, (edge) => edge.rate)
  const befores = parts.flatMap((edge) => edge.before ?? [])
  return {
    id, from, to, protocol: parts[0]!.protocol, rate, merged: parts,
    errorShare: rate > 0 ? sum(parts, (edge) => edge.rate * edge.errorShare) / rate : 0,
    durationNs: parts.length === 1 ? parts[0]!.durationNs : NOT_ADDED,
    slow: slowest(parts),
    whole: added(parts.map((edge) => edge.whole), from, to),
    before: befores.length > 0 ? added(befores, from, to) : undefined,
  }
}

function groupNode(group: Group, members: readonly MapNode[], edges: readonly MapEdge[], inside: readonly MapEdge[]): MapNode {
  const into = edges.filter((edge) => edge.to === group.id)
  const out = edges.filter((edge) => edge.from === group.id)
  const seen = into.length > 0 ? into : out
  const rate = sum(seen, (edge) => edge.rate)
  return {
    id: group.id, kind: members.some((node) => node.kind === 'service') ? 'service' : members.every((node) => node.kind === 'unknown') ? 'unknown' : 'external', serviceKind: null,
    rate, errorShare: rate > 0 ? sum(into, (edge) => edge.rate * edge.errorShare) / rate : 0,
    p95: null, slow: slowest([...members, ...into]), quiet: members.every((node) => node.quiet),
    group: { kind: group.kind, label: group.label, members, inside },
  }
}

function added(edges: readonly EdgeAnswer[], from: string, to: string): EdgeAnswer {
  const total = (of: (edge: EdgeAnswer) => number) => sum(edges, of)
  return {
    from, to, protocol: edges[0]!.protocol, durationNs: edges.length === 1 ? edges[0]!.durationNs : NOT_ADDED,
    requestCount: total((edge) => edge.requestCount), requestRate: total((edge) => edge.requestRate), errorCount: total((edge) => edge.errorCount),
    connectionCount: total((edge) => edge.connectionCount), openConnectionCount: total((edge) => edge.openConnectionCount),
    bytesSent: total((edge) => edge.bytesSent), bytesReceived: total((edge) => edge.bytesReceived), retransmits: total((edge) => edge.retransmits),
  }
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0)
const slowest = (list: readonly { readonly slow: Slowness }[]): Slowness => list.reduce<Slowness>((most, { slow }) => (slow > most ? slow : most), 0)
