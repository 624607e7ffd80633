import type { ELK as Elk, ElkNode } from 'elkjs/lib/elk-api.js'
import { COLUMN_PX, ROW_PX, type Place, type Talk } from '../../charts/map-places.ts'

/** What is laid out: names, who calls whom, and which are outside. */
export interface LayoutInput {
  readonly nodes: readonly { readonly id: string; readonly outside: boolean }[]
  readonly edges: readonly Talk[]
}

const NODE_WIDTH = 132
const NODE_HEIGHT = 76

/**
 * The graph for ELK: layered, left to right, callers outside in the first layer. Nodes and edges are in the order of
 * names and the seed is fixed, so the same services give the same places.
 */
export function elkGraph({ nodes, edges }: LayoutInput): ElkNode {
  const called = new Set(edges.filter((edge) => edge.from !== edge.to).map((edge) => edge.to))
  return {
    id: 'map',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.randomSeed': '1',
      'elk.spacing.nodeNode': String(ROW_PX - NODE_HEIGHT),
      'elk.spacing.componentComponent': String(ROW_PX - NODE_HEIGHT),
      'elk.layered.spacing.nodeNodeBetweenLayers': String(COLUMN_PX - NODE_WIDTH),
      'elk.layered.spacing.edgeNodeBetweenLayers': '8',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.edgeRouting': 'SPLINES',
    },
    children: [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, outside }) => ({
      id, width: NODE_WIDTH, height: NODE_HEIGHT,
      ...(outside && !called.has(id) && { layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' } }),
    })),
    edges: unique(edges).map(({ from, to }) => ({ id: `${from}\n${to}`, sources: [from], targets: [to] })),
  }
}

/** One edge for each pair; what talks to itself has no say in where it stands. */
function unique(edges: readonly Talk[]): Talk[] {
  const pairs = new Map(edges.filter((edge) => edge.from !== edge.to).map((edge) => [`${edge.from}\n${edge.to}`, edge]))
  return [...pairs.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge)
}

/** Middles of nodes from what ELK answered. */
export function placesOf(laidOut: ElkNode): Map<string, Place> {
  return new Map((laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x: x + NODE_WIDTH / 2, y: y + NODE_HEIGHT / 2 }]))
}

let elk: Promise<Elk> | undefined

/** Lays out in a worker, which is loaded when it is first needed. */
export async function layOut(input: LayoutInput): Promise<Map<string, Place>> {
  elk ??= import('elkjs/lib/elk-api.js').then(({ default: ELK }) => new ELK({ workerFactory: () => new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' }) }))
  return placesOf(await (await elk).layout(elkGraph(input)))
}
