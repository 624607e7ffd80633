import { areaPath, linePath, type Point } from './path.ts'
import { median } from './scale.ts'

export type SparklineKind = 'rate' | 'errors' | 'p50' | 'p95' | 'p99'

export interface SparklineShape {
  /** Value at the top. */
  readonly top: number
  /** The line; '' for bars. */
  readonly line: string
  readonly area: string
  readonly bars: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[]
}

/**
 * Geometry of a sparkline. The domain is 0 … the greater of its own maximum and `max` (twice the usual, by whoever knows
 * the hour before; without it, twice the median drawn), so that a quiet row sits at half height and trouble rises.
 */
export function sparklineShape(points: readonly (number | null)[], kind: SparklineKind, width: number, height: number, max?: number): SparklineShape {
  let most = 0
  for (const value of points) if (value !== null && value > most) most = value
  const top = Math.max(most, max ?? (median(points) ?? 0) * 2) || 1
  const x = sparklineX(points.length, width)
  const y = (value: number) => height - 1.5 - (value / top) * (height - 4)
  if (kind === 'errors') return { top, line: '', area: '', bars: barsOf(points, width, height, x, y) }
  const places: Point[] = points.map((value, i) => (value === null ? null : [x(i), y(value)]))
  return { top, line: linePath(places), area: areaPath(places, height - 1), bars: [] }
}

/** Where point `i` of `count` stands: 1 px in from both edges. */
export function sparklineX(count: number, width: number): (i: number) => number {
  return count < 2 ? () => width / 2 : (i) => 1 + (i / (count - 1)) * (width - 2)
}

function barsOf(points: readonly (number | null)[], width: number, height: number, x: (i: number) => number, y: (value: number) => number): SparklineShape['bars'] {
  const wide = Math.max(0.8, width / Math.max(1, points.length) - 0.1)
  return points.flatMap((value, i) => (value !== null && value > 0 ? [{ x: x(i) - wide / 2, y: y(value), width: wide, height: height - 1 - y(value) }] : []))
}
