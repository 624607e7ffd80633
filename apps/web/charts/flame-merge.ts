import type { FlameLayout } from './flame-layout.ts'
import { totalsOf, type CallTree } from './flame-tree.ts'

/** Nodes laid out at most. Past it the deeper frames are left out, and their samples counted. */
export const MAX_NODES = 2_000_000

/** A list of nodes with weights that grows by doubling and is emptied without being freed. */
class Members {
  node = new Int32Array(1024)
  weight = new Float64Array(1024)
  count = 0

  push(node: number, weight: number): void {
    if (this.count === this.node.length) {
      const [node, weight] = [this.node, this.weight]
      this.node = new Int32Array(node.length * 2)
      this.node.set(node)
      this.weight = new Float64Array(weight.length * 2)
      this.weight.set(weight)
    }
    this.node[this.count] = node
    this.weight[this.count++] = weight
  }
}

/** What follows a node of the tree in the picture: pushes it, and gives the weight that ends here. */
type Step = (node: number, weight: number, into: Members) => number

/** Lays out a picture row by row: what follows the nodes of one rectangle is grouped by function, widest first. No recursion, however deep. */
class Builder {
  private readonly tree: CallTree
  private readonly step: Step
  private readonly functionOf: number[] = []
  private readonly parentOf: number[] = []
  private readonly start: number[] = []
  private readonly total: number[] = []
  private readonly self: number[] = []
  private readonly firstChild: number[] = []
  private readonly rowStart: number[] = [0]
  /** Group of a function among the followers being looked at, valid where the stamp is this rectangle's. */
  private readonly groupOf: Int32Array
  private readonly stampOf: Int32Array
  private readonly followers = new Members()
  // By group, used again for every rectangle.
  private readonly functions: number[] = []
  private readonly totals: number[] = []
  private readonly counts: number[] = []
  private readonly order: number[] = []
  private readonly offsets: number[] = []
  private readonly most: number
  private cutSamples = 0

  constructor(tree: CallTree, step: Step, most: number) {
    this.tree = tree
    this.step = step
    this.most = most
    this.groupOf = new Int32Array(tree.functions.length)
    this.stampOf = new Int32Array(tree.functions.length).fill(-1)
  }

  /** `first` pushes what follows the root and gives what ends in it. */
  build(rootFunction: number, first: (into: Members) => number): FlameLayout {
    this.place(rootFunction, -1, 0, 0)
    let members = new Members()
    let bounds = [0]
    this.followers.count = 0
    this.self[0] = first(this.followers)
    this.firstChild.push(1)
    this.group(0, 0, members, bounds)
    this.total[0] = this.self[0] + sum(this.followers)
    this.rowStart.push(1)
    let next = new Members()
    for (let from = 1; from < this.functionOf.length; ) {
      const to = this.functionOf.length
      const nextBounds = [0]
      next.count = 0
      for (let at = from; at < to; at++) this.expand(at, members, bounds[at - from]!, bounds[at - from + 1]!, next, nextBounds)
      this.rowStart.push(to)
      ;[members, next] = [next, members]
      bounds = nextBounds
      from = to
    }
    return this.finished()
  }

  /** Places the children of a rectangle whose nodes are `members[from … to]`. */
  private expand(at: number, members: Members, from: number, to: number, next: Members, nextBounds: number[]): void {
    this.firstChild.push(this.functionOf.length)
    if (this.functionOf.length >= this.most) {
      this.self[at] = this.total[at]!
      this.cutSamples += this.total[at]!
      return
    }
    this.followers.count = 0
    let self = 0
    for (let i = from; i < to; i++) self += this.step(members.node[i]!, members.weight[i]!, this.followers)
    this.self[at] = self
    if (this.followers.count > 0) this.group(at, this.start[at]!, next, nextBounds)
  }

  /** Groups the followers by function; a rectangle a group, from `start` on, its nodes appended to `next`. */
  private group(parent: number, start: number, next: Members, bounds: number[]): void {
    const { followers, tree } = this
    // Most stacks go on in one way: nothing to sort.
    if (followers.count === 1) {
      this.place(tree.functionOf[followers.node[0]!]!, parent, start, followers.weight[0]!)
      next.push(followers.node[0]!, followers.weight[0]!)
      bounds.push(next.count)
      return
    }
    const { functions, totals, counts, order, offsets, groupOf } = this
    this.count(parent)
    if (order.length > 1) order.sort((a, b) => totals[b]! - totals[a]! || compare(tree, functions[a]!, functions[b]!))
    let offset = next.count
    for (const group of order) {
      this.place(functions[group]!, parent, start, totals[group]!)
      start += totals[group]!
      offsets[group] = offset
      offset += counts[group]!
      bounds.push(offset)
    }
    for (let i = 0; i < followers.count; i++) next.push(0, 0)
    for (let i = 0; i < followers.count; i++) {
      const to = offsets[groupOf[tree.functionOf[followers.node[i]!]!]!]!++
      next.node[to] = followers.node[i]!
      next.weight[to] = followers.weight[i]!
    }
  }

  /** Followers of each function, in groups that are numbered as they are met. */
  private count(stamp: number): void {
    const { followers, functions, totals, counts, order, groupOf, stampOf } = this
    functions.length = totals.length = counts.length = order.length = 0
    for (let i = 0; i < followers.count; i++) {
      const index = this.tree.functionOf[followers.node[i]!]!
      if (stampOf[index] !== stamp) {
        stampOf[index] = stamp
        groupOf[index] = functions.length
        order.push(functions.length)
        functions.push(index)
        totals.push(0)
        counts.push(0)
      }
      totals[groupOf[index]!]! += followers.weight[i]!
      counts[groupOf[index]!]!++
    }
  }

  private place(functionIndex: number, parent: number, start: number, total: number): void {
    this.functionOf.push(functionIndex)
    this.parentOf.push(parent)
    this.start.push(start)
    this.total.push(total)
    this.self.push(0)
  }

  private finished(): FlameLayout {
    const count = this.functionOf.length
    this.firstChild.push(count)
    const functionOf = Int32Array.from(this.functionOf)
    const parentOf = Int32Array.from(this.parentOf)
    return {
      functions: this.tree.functions, count, functionOf, parentOf,
      start: Float64Array.from(this.start), total: Float64Array.from(this.total), self: Float64Array.from(this.self),
      firstChild: Int32Array.from(this.firstChild), rowStart: Int32Array.from(this.rowStart),
      path: pathsOf(this.tree.hashes, functionOf, parentOf), cutSamples: this.cutSamples,
    }
  }
}

function sum(members: Members): number {
  let total = 0
  for (let i = 0; i < members.count; i++) total += members.weight[i]!
  return total
}

/** Of equal weights by name, so that the picture is the same for the same samples. */
function compare({ functions }: CallTree, a: number, b: number): number {
  const [left, right] = [functions[a]!.name, functions[b]!.name]
  return left < right ? -1 : left > right ? 1 : a - b
}

function pathsOf(hashes: Uint32Array, functionOf: Int32Array, parentOf: Int32Array): Uint32Array {
  const paths = new Uint32Array(functionOf.length * 2)
  for (let at = 0; at < functionOf.length; at++) {
    const parent = parentOf[at]!
    const index = functionOf[at]!
    for (let lane = 0; lane < 2; lane++) {
      const own = index < 0 ? 0x51ed270b : hashes[index * 2 + lane]!
      const above = parent < 0 ? 0x2545f491 : paths[parent * 2 + lane]!
      const mixed = Math.imul(above ^ (above >>> 15), lane === 0 ? 0x85ebca6b : 0xc2b2ae35) ^ own
      paths[at * 2 + lane] = Math.imul(mixed ^ (mixed >>> 16), 0x9e3779b1)
    }
  }
  return paths
}

/** Samples of nodes in a picture that shows a part of them. */
interface Weights {
  readonly selfOf: Float64Array
  readonly totalOf: Float64Array
}

function pushChildren(tree: CallTree, { totalOf }: Weights, node: number, into: Members): void {
  for (let i = tree.childStart[node]!; i < tree.childStart[node + 1]!; i++) {
    const child = tree.children[i]!
    if (totalOf[child]! > 0) into.push(child, totalOf[child]!)
  }
}

const downwards = (tree: CallTree, weights: Weights): Step => (node, _weight, into) => {
  pushChildren(tree, weights, node, into)
  return weights.selfOf[node]!
}

const upwards = (tree: CallTree): Step => (node, weight, into) => {
  const parent = tree.parentOf[node]!
  if (parent < 0) return weight
  into.push(parent, weight)
  return 0
}

/** Callers above what they call. */
export const fromRoot = (tree: CallTree, weights: Weights = tree, most = MAX_NODES): FlameLayout =>
  new Builder(tree, downwards(tree, weights), most).build(-1, (into) => {
    pushChildren(tree, weights, tree.nodeCount, into)
    return 0
  })

/** What ran above what called it: the innermost functions first. */
export const reversed = (tree: CallTree, weights: Weights = tree, most = MAX_NODES): FlameLayout =>
  new Builder(tree, upwards(tree), most).build(-1, (into) => {
    for (let node = 0; node < tree.nodeCount; node++) if (weights.selfOf[node]! > 0) into.push(node, weights.selfOf[node]!)
    return 0
  })

/** All that a function called. One that called itself stands for all its samples once, at the outermost call. */
export const calleesOf = (tree: CallTree, functionIndex: number, most = MAX_NODES): FlameLayout =>
  new Builder(tree, downwards(tree, tree), most).build(functionIndex, (into) => {
    let self = 0
    for (const node of outermost(tree, functionIndex)) {
      pushChildren(tree, tree, node, into)
      self += tree.selfOf[node]!
    }
    return self
  })

/** All that led to a function, nearest first; as wide as `calleesOf`. */
export const callersOf = (tree: CallTree, functionIndex: number, most = MAX_NODES): FlameLayout =>
  new Builder(tree, upwards(tree), most).build(functionIndex, (into) => {
    let ends = 0
    for (const node of outermost(tree, functionIndex)) {
      if (tree.parentOf[node]! < 0) ends += tree.totalOf[node]!
      else into.push(tree.parentOf[node]!, tree.totalOf[node]!)
    }
    return ends
  })

/** Nodes of a function that it didn't call itself, directly or not. */
function outermost(tree: CallTree, functionIndex: number): number[] {
  const nodes: number[] = []
  const inside = new Uint8Array(tree.nodeCount)
  for (let node = 0; node < tree.nodeCount; node++) {
    const parent = tree.parentOf[node]!
    const isBelow = parent >= 0 && inside[parent] === 1
    const isIt = tree.functionOf[node] === functionIndex
    if (isIt && !isBelow) nodes.push(node)
    inside[node] = isBelow || isIt ? 1 : 0
  }
  return nodes
}

/** Samples whose stacks have a function: what `fromRoot` and `reversed` show of them. */
export function through(tree: CallTree, functionIndex: number): Weights {
  const inside = new Uint8Array(tree.nodeCount)
  const selfOf = new Float64Array(tree.nodeCount)
  for (let node = 0; node < tree.nodeCount; node++) {
    const parent = tree.parentOf[node]!
    inside[node] = tree.functionOf[node] === functionIndex || (parent >= 0 && inside[parent] === 1) ? 1 : 0
    selfOf[node] = inside[node] === 1 ? tree.selfOf[node]! : 0
  }
  return { selfOf, totalOf: totalsOf(tree.parentOf, selfOf) }
}
