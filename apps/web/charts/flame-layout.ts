import type { StackFrame } from '@sonde/shared/signal'
import { keyOf, pathHash, type FunctionHashes, type Hash } from './flame-hash.ts'

/**
 * Rectangles of a flame graph, laid out once for every zoom and size. Nodes stand row by row from the root down, in a row
 * from left to right, so a node's children are neighbours, and the widest of them comes first: what is too narrow to be
 * drawn is followed by brothers that are too. Widths and places are in samples.
 */
export interface FlameLayout {
  readonly functions: readonly StackFrame[]
  readonly count: number
  /** Index of the function; −1 for a root that stands for all. */
  readonly functionOf: Int32Array
  readonly parentOf: Int32Array
  readonly start: Float64Array
  readonly total: Float64Array
  readonly self: Float64Array
  /** Children of node n are `firstChild[n] … firstChild[n + 1]`. */
  readonly firstChild: Int32Array
  /** Nodes of row r are `rowStart[r] … rowStart[r + 1]`. */
  readonly rowStart: Int32Array
  readonly hashes: FunctionHashes
  /** Samples whose deeper frames were left out because the layout is bounded. */
  readonly cutSamples: number
}

export const rowCount = (layout: FlameLayout): number => layout.rowStart.length - 1

/** The row of a node. */
export function rowOf({ rowStart }: FlameLayout, node: number): number {
  let low = 0
  let high = rowStart.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (rowStart[middle]! <= node) low = middle
    else high = middle - 1
  }
  return low
}

/** The first of the nodes `from … to`, which stand in one row, that ends after `value`. */
export function firstEndingAfter({ start, total }: FlameLayout, from: number, to: number, value: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (start[middle]! + total[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}

/** The node of a row at a place, or −1. */
export function nodeAt(layout: FlameLayout, row: number, value: number): number {
  if (row < 0 || row >= rowCount(layout)) return -1
  const to = layout.rowStart[row + 1]!
  const node = firstEndingAfter(layout, layout.rowStart[row]!, to, value)
  return node < to && layout.start[node]! <= value ? node : -1
}

/** Nodes from the root to this one. */
export function pathTo({ parentOf }: FlameLayout, node: number): number[] {
  const path: number[] = []
  for (let at = node; at >= 0; at = parentOf[at]!) path.push(at)
  return path.reverse()
}

/** What names a node in a URL: the functions on its path, so that the same node in another answer has the same. */
export function nodeKey(layout: FlameLayout, node: number): string {
  let hash: Hash | undefined
  for (const at of pathTo(layout, node)) hash = pathHash(hash, layout.hashes.of(layout.functionOf[at]!))
  return hash ? keyOf(hash) : ''
}

/** The node a key names; −1 if it isn't in this layout. */
export function nodeOf(layout: FlameLayout, key: string | null): number {
  if (key === null || !/^[0-9a-f]{16}$/.test(key)) return -1
  const [first, second] = [Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8), 16)]
  const { count, parentOf, functionOf, hashes } = layout
  const paths: Hash[] = []
  for (let at = 0; at < count; at++) {
    const path = pathHash(paths[parentOf[at]!], hashes.of(functionOf[at]!))
    if (path[0] === first && path[1] === second) return at
    paths.push(path)
  }
  return -1
}
