/** A node's middle. */
export interface Place {
  readonly x: number
  readonly y: number
}

export interface Talk {
  readonly from: string
  readonly to: string
}

/** Between columns and rows of nodes, so that labels have room. */
export const COLUMN_PX = 212
export const ROW_PX = 104

/**
 * Places for nodes that came after the map was laid out, beside what they talk to: a column right of their caller (or
 * left of what they call), in the nearest free row. Places given stay as they are: positions never jump.
 */
export function placeNewcomers(nodes: readonly string[], edges: readonly Talk[], placed: ReadonlyMap<string, Place>): Map<string, Place> {
  const places = new Map(placed)
  let waiting = nodes.filter((node) => !places.has(node)).sort()
  while (waiting.length > 0) {
    const next = waiting.find((node) => edges.some((edge) => isBeside(edge, node, places))) ?? waiting[0]!
    places.set(next, freePlace(wanted(next, edges, places), places))
    waiting = waiting.filter((node) => node !== next)
  }
  return places
}

function isBeside(edge: Talk, node: string, places: ReadonlyMap<string, Place>): boolean {
  return (edge.from === node && places.has(edge.to)) || (edge.to === node && places.has(edge.from))
}

function wanted(node: string, edges: readonly Talk[], places: ReadonlyMap<string, Place>): Place {
  const of = (list: readonly string[]) => list.flatMap((name) => places.get(name) ?? [])
  const callers = of(edges.filter((edge) => edge.to === node && edge.from !== node).map((edge) => edge.from))
  const callees = of(edges.filter((edge) => edge.from === node && edge.to !== node).map((edge) => edge.to))
  const mean = (list: readonly Place[]) => list.reduce((sum, place) => sum + place.y, 0) / list.length
  if (callers.length > 0) return { x: Math.max(...callers.map((place) => place.x)) + COLUMN_PX, y: mean(callers) }
  if (callees.length > 0) return { x: Math.min(...callees.map((place) => place.x)) - COLUMN_PX, y: mean(callees) }
  const all = [...places.values()]
  if (all.length === 0) return { x: 0, y: 0 }
  return { x: Math.min(...all.map((place) => place.x)), y: Math.max(...all.map((place) => place.y)) + ROW_PX }
}

/** The nearest row, down or up, in which nothing stands within a node's room. */
function freePlace(want: Place, places: ReadonlyMap<string, Place>): Place {
  const taken = [...places.values()].filter((place) => Math.abs(place.x - want.x) < COLUMN_PX * 0.6)
  for (let step = 0; ; step++) {
    const y = want.y + (step % 2 === 1 ? 1 : -1) * Math.ceil(step / 2) * (ROW_PX / 2)
    if (taken.every((place) => Math.abs(place.y - y) >= ROW_PX * 0.9)) return { x: want.x, y }
  }
}

/** Which nodes and edges stay bright while one is pointed at: itself and what it touches. */
export function neighbourhood(id: string, edges: readonly (Talk & { readonly id: string })[]): ReadonlySet<string> {
  const near = new Set([id])
  for (const edge of edges) {
    if (edge.id !== id && edge.from !== id && edge.to !== id) continue
    near.add(edge.id).add(edge.from).add(edge.to)
  }
  return near
}

/**
 * The edge an arrow key walks to from an edge: right goes on from where it ends, left back to where it begins, up and
 * down to the edge beside it, by height, of the same caller, else of the same callee. The same edge if there is none.
 */
export function walk<E extends Talk & { readonly id: string }>(edges: readonly E[], places: ReadonlyMap<string, Place>, from: E, key: 'left' | 'right' | 'up' | 'down'): E {
  const y = (name: string) => places.get(name)?.y ?? 0
  const heightOf = (edge: E) => y(edge.from) + y(edge.to)
  const byHeight = [...edges].sort((a, b) => heightOf(a) - heightOf(b) || (a.id < b.id ? -1 : 1))
  const nearest = (list: readonly E[]) => list.toSorted((a, b) => Math.abs(heightOf(a) - heightOf(from)) - Math.abs(heightOf(b) - heightOf(from)))[0]
  const others = edges.filter((edge) => edge.id !== from.id)
  if (key === 'right') return nearest(others.filter((edge) => edge.from === from.to)) ?? from
  if (key === 'left') return nearest(others.filter((edge) => edge.to === from.from)) ?? from
  const beside = (list: readonly E[]) => list[list.findIndex((edge) => edge.id === from.id) + (key === 'down' ? 1 : -1)]
  return beside(byHeight.filter((edge) => edge.from === from.from)) ?? beside(byHeight.filter((edge) => edge.to === from.to)) ?? beside(byHeight) ?? from
}
