import { onLevelCurve } from './path.ts'

/** A box on the map by its middle. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An edge that wants a label on its curve. */
export interface Labelled {
  readonly id: string
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly width: number
}

export const LABEL_PX = 16
/** Along the curve, best first. */
const SHARES = [0.5, 0.6, 0.4, 0.68, 0.32, 0.76, 0.24, 0.84, 0.16]

/**
 * A place on each edge's own curve for its label, where it covers least of the nodes and of labels placed before it:
 * edges are taken in the given order, so the first get the best places.
 */
export function placeLabels(edges: readonly Labelled[], nodes: readonly Box[]): Map<string, readonly [x: number, y: number]> {
  const taken: Box[] = [...nodes]
  const places = new Map<string, readonly [number, number]>()
  for (const edge of edges) {
    let best: Box | undefined
    let least = Infinity
    for (const share of SHARES) {
      const [x, y] = onLevelCurve(edge.from, edge.to, share)
      const box = { x, y, width: edge.width, height: LABEL_PX }
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0)
      if (covered < least) {
        least = covered
        best = box
      }
      if (covered === 0) break
    }
    if (!best) continue
    taken.push(best)
    places.set(edge.id, [best.x, best.y])
  }
  return places
}

/** The area two boxes share. */
function overlap(a: Box, b: Box): number {
  const wide = (a.width + b.width) / 2 - Math.abs(a.x - b.x)
  const high = (a.height + b.height) / 2 - Math.abs(a.y - b.y)
  return wide > 0 && high > 0 ? wide * high : 0
}
