import { rowCount, rowOf, type FlameLayout } from './flame-layout.ts'

/** Where a key goes from a rectangle: ↓ to the widest above which it stands, ↑ back, ← → along the row over what `isSeen`. undefined: the key isn't ours. */
export function keyTarget(layout: FlameLayout, node: number, key: string, isSeen: (node: number) => boolean, upward = false): number | undefined {
  switch (key) {
    case 'ArrowDown': return upward ? outwards(layout, node) : inwards(layout, node)
    case 'ArrowUp': return upward ? inwards(layout, node) : outwards(layout, node)
    case 'ArrowLeft': return along(layout, node, -1, isSeen)
    case 'ArrowRight': return along(layout, node, 1, isSeen)
    case 'Home': return 0
    default: return undefined
  }
}

const outwards = ({ parentOf }: FlameLayout, node: number): number => Math.max(0, parentOf[node]!)

function inwards({ firstChild }: FlameLayout, node: number): number {
  return firstChild[node]! < firstChild[node + 1]! ? firstChild[node]! : node
}

function along(layout: FlameLayout, node: number, step: -1 | 1, isSeen: (node: number) => boolean): number {
  const row = rowOf(layout, node)
  const [from, to] = [layout.rowStart[row]!, layout.rowStart[row + 1]!]
  for (let at = node + step; at >= from && at < to; at += step) if (isSeen(at)) return at
  return node
}

/** The rows a box `heightPx` high shows when scrolled. */
export function rowsSeen(layout: FlameLayout, scrollPx: number, heightPx: number, rowPx: number, upward: boolean): { readonly firstRow: number; readonly endRow: number } {
  const rows = rowCount(layout)
  const first = Math.floor(scrollPx / rowPx)
  const end = Math.ceil((scrollPx + heightPx) / rowPx)
  return upward ? { firstRow: Math.max(0, rows - end), endRow: rows - Math.max(0, first) } : { firstRow: Math.max(0, first), endRow: Math.min(rows, end) }
}
