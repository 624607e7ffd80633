import type { FlameLayout } from './flame-layout.ts'
import { grownInts, grownNumbers, Members, sum } from './flame-members.ts'
import { totalsOf, type CallTree } from './flame-tree.ts'

/** Nodes laid out at most. Past it the deeper frames are left out, and their samples counted. */
export const MAX_NODES = 2_000_000

/** What follows a node of the tree in the picture: pushes it, and gives the weight that ends here. */
type Step = (node: number, weight: number, into: Members) => number

/** Lays out a picture row by row: what follows the nodes of one rectangle is grouped by function, widest first. No recursion, however deep. */
class Builder {
  private readonly tree: CallTree
  private readonly step: Step
  private functionOf: Int32Array
  private parentOf: Int32Array
  private start: Float64Array
  private total: Float64Array
  private self: Float64Array
  private firstChild: Int32Array
  /** Rectangles placed so far. */
  private placed = 0
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
    // From the root there are at most as many rectangles as nodes, and the one for all.
    const size = tree.nodeCount + 2
    this.functionOf = new Int32Array(size)
    this.parentOf = new Int32Array(size)
    this.start = new Float64Array(size)
    this.total = new Float64Array(size)
    this.self = new Float64Array(size)
    this.firstChild = new Int32Array(size)
  }

  /** `first` pushes what follows the root and gives what ends in it. */
  build(rootFunction: number, first: (into: Members) => number): FlameLayout {
    this.place(rootFunction, -1, 0, 0)
    let members = new Members()
    let bounds = [0]
    this.followers.count = 0
    this.self[0] = first(this.followers)
    this.firstChild[0] = 1
    this.group(0, 0, members, bounds)
    this.total[0] = this.self[0] + sum(this.followers)
    this.rowStart.push(1)
    let next = new Members()
    for (let from = 1; from < this.placed; ) {
      const to = this.placed
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
    this.firstChild[at] = this.placed
    if (this.placed >= this.most) {
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
    next.extend(followers.count)
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
    const at = this.placed++
    if (at + 2 > this.functionOf.length) this.grow()
    this.functionOf[at] = functionIndex
    this.parentOf[at] = parent
    this.start[at] = start
    this.total[at] = total
  }

  private grow(): void {
    const size = this.functionOf.length * 2
    this.functionOf = grownInts(this.functionOf, size)
    this.parentOf = grownInts(this.parentOf, size)
    this.firstChild = grownInts(this.firstChild, size)
    this.start = grownNumbers(this.start, size)
    this.total = grownNumbers(this.total, size)
    this.self = grownNumbers(this.self, size)
  }

  private finished(): FlameLayout {
    const count = this.placed
    this.firstChild[count] = count
    return {
      functions: this.tree.functions, count, functionOf: this.functionOf.slice(0, count), parentOf: this.parentOf.slice(0, count),
      start: this.start.slice(0, count), total: this.total.slice(0, count), self: this.self.slice(0, count),
      firstChild: this.firstChild.slice(0, count + 1), rowStart: Int32Array.from(this.rowStart),
      hashes: this.tree.hashes, cutSamples: this.cutSamples,
    }
  }
}

/** Of equal weights by name, so that the picture is the same for the same samples. */
function compare({ functions }: CallTree, a: number, b: number): number {
  const [left, right] = [functions[a]!.name, functions[b]!.name]
  return left < right ? -1 : left > right ? 1 : a - b
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
    return weights === tree ? tree.sampleCount - sum(into) : 0 // nothing, unless only what is wide is there
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
