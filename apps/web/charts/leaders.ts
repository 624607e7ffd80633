/** A part that is too narrow for its own name, at `x`, and how wide its label is. */
export interface Pointed {
  readonly x: number
  readonly labelWidth: number
}

/** Where its label stands: `textX` by `anchor`, in row `row` counted away from the lane. */
export interface Leader {
  readonly textX: number
  readonly anchor: 'start' | 'end'
  readonly row: number
}

const INSET = 5
const APART = 10

/**
 * Places labels of narrow parts in rows, so that none covers another and no leader crosses a label. Labels right of the
 * middle stand left of their leader. Those nearest to an edge come in the first row; order of the result is the input's.
 */
export function placeLeaders(parts: readonly Pointed[], left: number, right: number): readonly Leader[] {
  const middle = (left + right) / 2
  const starts = parts.map((part) => part.x + INSET + part.labelWidth <= right && (part.x <= middle || part.x - INSET - part.labelWidth < left))
  // A leader drops straight past the rows above its own: so of neighbours, the one further on takes the nearer row.
  const order = parts.map((_, i) => i).sort((a, b) => rank(parts, starts, a) - rank(parts, starts, b))
  const rows: { readonly from: number; readonly to: number }[][] = []
  const leaders: Leader[] = []
  for (const i of order) {
    const { x, labelWidth } = parts[i]!
    const from = starts[i] ? x : x - INSET - labelWidth
    const to = starts[i] ? x + INSET + labelWidth : x
    let row = 0
    while (!isFree(rows, row, from, to, x)) row++
    ;(rows[row] ??= []).push({ from, to })
    leaders[i] = { textX: starts[i] ? x + INSET : x - INSET, anchor: starts[i] ? 'start' : 'end', row }
  }
  return leaders
}

/** Rightmost first of those whose label goes right, leftmost first of the others. */
function rank(parts: readonly Pointed[], starts: readonly boolean[], i: number): number {
  return starts[i] ? -parts[i]!.x : parts[i]!.x
}

function isFree(rows: readonly (readonly { readonly from: number; readonly to: number }[])[], row: number, from: number, to: number, x: number): boolean {
  const covered = (rows[row] ?? []).some((label) => from < label.to + APART && to > label.from - APART)
  const crossed = rows.slice(0, row).some((labels) => labels.some((label) => x > label.from + 1 && x < label.to - 1))
  if (crossed && row > 8) return true
  return !covered && !crossed
}
