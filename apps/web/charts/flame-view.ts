import type { FlameLayout } from './flame-layout.ts'

/** A stretch of a layout's width, in shares of it: the same while samples come. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export const WHOLE: Stretch = { from: 0, to: 1 }
/** The narrowest stretch: with more, neighbouring places were the same number. */
const LEAST = 1e-9

/** The stretch of a node. */
export function stretchOf({ start, total }: FlameLayout, node: number): Stretch {
  const whole = total[0]!
  return whole > 0 ? { from: start[node]! / whole, to: (start[node]! + total[node]!) / whole } : WHOLE
}

/** Closer by `factor` (below 1) or further, with the place at `share` of the stretch kept where it is. */
export function scaled({ from, to }: Stretch, factor: number, share: number): Stretch {
  const length = Math.min(1, Math.max(LEAST, (to - from) * factor))
  const fixed = from + (to - from) * share
  return held(fixed - length * share, length)
}

/** Moved by a share of its own length. */
export const moved = ({ from, to }: Stretch, share: number): Stretch => held(from + (to - from) * share, to - from)

/** Moved as little as shows a node, if it doesn't touch it. */
export function showing(stretch: Stretch, node: Stretch): Stretch {
  const length = stretch.to - stretch.from
  if (node.from < stretch.to && node.to > stretch.from) return stretch
  return held(node.from + (node.to - node.from) / 2 - length / 2, length)
}

function held(from: number, length: number): Stretch {
  const begin = Math.min(Math.max(0, from), 1 - length)
  return { from: begin, to: begin + length }
}
