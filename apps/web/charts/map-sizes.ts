/** Sizes and steps of the map, in CSS pixels; see interface/README.md, "Exact numbers". */

/** Radius of a node: its rate against the highest on the map. */
export function nodeRadius(rate: number, maxRate: number): number {
  return 9 + 15 * Math.sqrt(share(rate, maxRate))
}

/** Width of an edge: its rate against the highest on the map. */
export function edgeWidth(rate: number, maxRate: number): number {
  return 1 + 4 * Math.sqrt(share(rate, maxRate))
}

/** How much of the ring is red: twice the root of the share of errors, at least 3 % if there is any. */
export function errorArc(errorShare: number): number {
  return errorShare > 0 ? Math.min(1, Math.max(0.03, 2 * Math.sqrt(errorShare))) : 0
}

/** Slowness against its own normal: 0 below 1.2×, 1 below 2×, 2 below 4×, 3 from there. 0 when either isn't known. */
export function slowness(now: number | null, normal: number | null): 0 | 1 | 2 | 3 {
  if (now === null || normal === null || normal <= 0) return 0
  const ratio = now / normal
  return ratio >= 4 ? 3 : ratio >= 2 ? 2 : ratio >= 1.2 ? 1 : 0
}

/** The colour of slowness for text: the first step is a mark's, too weak for 11 px on a light surface. */
export function slowInk(level: 0 | 1 | 2 | 3): string {
  if (level === 0) return 'var(--text-2)'
  return level === 1 ? 'color-mix(in srgb, var(--slow-1) 75%, var(--text-1))' : `var(--slow-${level})`
}

const share = (value: number, max: number) => (max > 0 ? Math.min(1, Math.max(0, value / max)) : 0)
