import type { Edge, Node } from '@xyflow/react'
import { placeLabels, type Box } from '../../charts/map-labels.ts'
import type { Place } from '../../charts/map-places.ts'
import { edgeWidth, nodeRadius } from '../../charts/map-sizes.ts'
import { duration, rate, sentence, share } from '../../ui/format.ts'
import type { MapEdge, MapModel, MapNode } from './model.ts'

export interface Look {
  /** Chosen: its panel is open. */
  readonly chosen: boolean
  /** Something else is pointed at. */
  readonly dimmed: boolean
}

export interface NodeData extends Look, Record<string, unknown> {
  readonly node: MapNode
  readonly radius: number
}

export interface EdgeData extends Look, Record<string, unknown> {
  readonly edge: MapEdge
  readonly width: number
  /** Its ends: right of the caller, left of the called; undefined for one that talks to itself, which loops over `at`. */
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly loop: { readonly x: number; readonly y: number; readonly radius: number } | undefined
  /** Where its label is, if it has one. */
  readonly label: readonly [number, number] | undefined
  /** An arrow key has come to it. */
  readonly walked: boolean
}

export type FlowNode = Node<NodeData, 'service'>
export type FlowEdge = Edge<EdgeData, 'traffic'>

/** The box of a node: its circle's middle is at (66, 28), its texts are below. */
export const NODE_BOX = { width: 132, height: 96, x: 66, y: 28 } as const
/** More than these edges: only slow, chosen and pointed-at ones are labelled. */
const LABELLED = 40

export interface FlowInput {
  readonly model: MapModel
  readonly places: ReadonlyMap<string, Place>
  readonly chosen: string | undefined
  readonly walked: string | undefined
  /** What stays bright; undefined: all. */
  readonly near: ReadonlySet<string> | undefined
}

/** The model as React Flow takes it. What has no place yet is left out. */
export function flowOf({ model, places, chosen, walked, near }: FlowInput): { nodes: FlowNode[]; edges: FlowEdge[] } {
  const nodes = model.nodes.flatMap((node): FlowNode[] => {
    const place = places.get(node.id)
    if (!place) return []
    const { width, height, x, y } = NODE_BOX
    const data = { node, radius: nodeRadius(node.rate, model.maxRate), chosen: chosen === node.id, dimmed: near !== undefined && !near.has(node.id) }
    const middle = { x, y, width: 1, height: 1 }
    return [{ id: node.id, type: 'service', position: { x: place.x - x, y: place.y - y }, width, height, measured: { width, height }, handles: [{ ...middle, type: 'source', position: 'right' }, { ...middle, type: 'target', position: 'left' }] as FlowNode['handles'], data }]
  })
  const radius = new Map(nodes.map((node) => [node.id, node.data.radius]))
  const drawn = model.edges.filter((edge) => radius.has(edge.from) && radius.has(edge.to))
  const ends = new Map(drawn.map((edge) => [edge.id, endsOf(edge, places, radius)]))
  const labels = labelsOf(drawn.filter((edge) => wantsLabel(edge, drawn.length, chosen, walked, near)), ends, nodes)
  // What is slower is drawn over what is not, and all labels over all edges.
  const edges = drawn.toSorted((a, b) => a.slow - b.slow).map((edge): FlowEdge => ({
    id: edge.id, source: edge.from, target: edge.to, type: 'traffic',
    data: { edge, ...ends.get(edge.id)!, width: edgeWidth(edge.rate, model.maxRate), label: labels.get(edge.id), chosen: chosen === edge.id, walked: walked === edge.id, dimmed: near !== undefined && !near.has(edge.id) },
  }))
  return { nodes, edges }
}

function wantsLabel(edge: MapEdge, count: number, chosen: string | undefined, walked: string | undefined, near: ReadonlySet<string> | undefined): boolean {
  return count <= LABELLED || edge.slow > 0 || edge.id === chosen || edge.id === walked || near?.has(edge.id) === true
}

function endsOf(edge: MapEdge, places: ReadonlyMap<string, Place>, radius: ReadonlyMap<string, number>): Pick<EdgeData, 'from' | 'to' | 'loop'> {
  const [from, to] = [places.get(edge.from)!, places.get(edge.to)!]
  const loop = edge.from === edge.to ? { ...from, radius: radius.get(edge.from)! } : undefined
  return { from: [from.x + radius.get(edge.from)! + 4, from.y], to: [to.x - radius.get(edge.to)! - 9, to.y], loop }
}

/** Figures in full, for hover. */
export function exactText({ rate: perSecond, errorShare, p95 }: { readonly rate: number; readonly errorShare: number; readonly p95: number | null }): string {
  return [rate(perSecond).exact, `${share(errorShare).exact} errors`, ...(p95 === null ? [] : [`p95 ${duration(p95).exact}`])].join(', ')
}

/** An edge's figures in words. */
export const labelText = (edge: MapEdge): readonly [rate: string, p95: string] => [sentence(rate(edge.rate)), edge.durationNs.p95 === null ? '' : sentence(duration(edge.durationNs.p95))]

function labelsOf(edges: readonly MapEdge[], ends: ReadonlyMap<string, Pick<EdgeData, 'from' | 'to' | 'loop'>>, nodes: readonly FlowNode[]): Map<string, readonly [number, number]> {
  const boxes = nodes.flatMap((node): Box[] => {
    const [x, y] = [node.position.x + NODE_BOX.x, node.position.y + NODE_BOX.y]
    const r = node.data.radius
    return [{ x, y, width: r * 2 + 6, height: r * 2 + 6 }, { x, y: y + r + 20, width: 110, height: 32 }]
  })
  // The slow ones first: they get the best places.
  const order = edges.toSorted((a, b) => b.slow - a.slow || b.rate - a.rate)
  const straight = order.filter((edge) => !ends.get(edge.id)!.loop)
  const labels = placeLabels(straight.map((edge) => ({ id: edge.id, from: ends.get(edge.id)!.from, to: ends.get(edge.id)!.to, width: labelText(edge).join('  ').length * 5.7 + 12 })), boxes)
  for (const edge of order) {
    const loop = ends.get(edge.id)!.loop
    if (loop) labels.set(edge.id, [loop.x, loop.y - loop.radius - 30])
  }
  return labels
}

/** What all nodes take up with their texts. */
export function boundsOf(nodes: readonly FlowNode[]): { x: number; y: number; width: number; height: number } {
  const [xs, ys] = [nodes.map((node) => node.position.x), nodes.map((node) => node.position.y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) + NODE_BOX.width - x, height: Math.max(...ys) + NODE_BOX.height - y }
}
