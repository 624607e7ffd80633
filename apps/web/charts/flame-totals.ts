import type { CallTree } from './flame-tree.ts'

/** A function's own samples, and those of stacks it is in: each once, also where it called itself. */
export interface FunctionTotals {
  readonly index: number
  readonly self: number
  readonly total: number
}

/** Every function that was sampled, most own samples first. Walks without recursion: stacks may be thousands deep. */
export function functionTotals(tree: CallTree, { selfOf, totalOf }: Pick<CallTree, 'selfOf' | 'totalOf'> = tree): FunctionTotals[] {
  const { functions, nodeCount, functionOf, childStart, children } = tree
  const self = new Float64Array(functions.length)
  const total = new Float64Array(functions.length)
  const onPath = new Int32Array(functions.length)
  const path: number[] = [nodeCount]
  const next: number[] = [childStart[nodeCount]!]
  while (path.length > 0) {
    const node = path.at(-1)!
    const at = next.at(-1)!
    if (at === childStart[node + 1]!) {
      path.pop()
      next.pop()
      if (node < nodeCount) onPath[functionOf[node]!]!--
      continue
    }
    next[next.length - 1] = at + 1
    const child = children[at]!
    const index = functionOf[child]!
    self[index]! += selfOf[child]!
    if (onPath[index] === 0) total[index]! += totalOf[child]!
    onPath[index]!++
    path.push(child)
    next.push(childStart[child]!)
  }
  const found = functions.map((_, index) => ({ index, self: self[index]!, total: total[index]! })).filter((one) => one.total > 0)
  return found.sort((a, b) => b.self - a.self || b.total - a.total || a.index - b.index)
}
