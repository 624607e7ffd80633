import type { StackFrame } from '@sonde/shared/signal'
import { FunctionHashes, keyOf } from './flame-hash.ts'

/** Sampled stacks as the API gives them in columns: nodes after their callers. */
export interface SampledStacks {
  readonly frames: readonly StackFrame[]
  readonly nodes: { readonly frame: readonly number[]; readonly parent: readonly number[]; readonly self: readonly number[] }
}

/** The same with the sums that the API gives with them. */
export interface SummedStacks extends SampledStacks {
  readonly sampleCount: number
  readonly nodes: SampledStacks['nodes'] & { readonly total: readonly number[] }
}

/**
 * The same in columns, a row a node. Frames that are one function (same name, binary and kind, from several lines) are one
 * function here; nodes are not merged, layouts do that.
 */
export interface CallTree {
  readonly functions: readonly StackFrame[]
  readonly hashes: FunctionHashes
  readonly nodeCount: number
  readonly functionOf: Int32Array
  /** −1 for roots. Callers stand before what they call. */
  readonly parentOf: Int32Array
  readonly selfOf: Float64Array
  readonly totalOf: Float64Array
  /** Children of node n are `children[childStart[n] … childStart[n + 1]]`; those of `nodeCount` are the roots. */
  readonly childStart: Int32Array
  readonly children: Int32Array
  readonly sampleCount: number
  /** Nodes that named a caller or frame which isn't there: they are roots, or left out with their samples counted in none. */
  readonly brokenNodes: number
}

const UNKNOWN: StackFrame = { name: '[broken frame]', binary: '', file: '', line: 0, kind: 'unknown', nameSource: 'none' }

export function callTree({ frames, nodes }: SampledStacks): CallTree {
  const count = nodes.frame.length
  const frameOf = new Int32Array(count)
  const parentOf = new Int32Array(count)
  const selfOf = new Float64Array(count)
  let brokenNodes = 0
  let sampleCount = 0
  for (let at = 0; at < count; at++) {
    const frame = nodes.frame[at]!
    const parent = nodes.parent[at]!
    const self = nodes.self[at]!
    const isFrame = frame >= 0 && frame < frames.length
    const isParent = parent >= -1 && parent < at
    if (!isFrame || !isParent) brokenNodes++
    frameOf[at] = isFrame ? frame : frames.length
    parentOf[at] = isParent ? parent : -1
    if (self > 0) sampleCount += selfOf[at] = self
  }
  return { ...functionsOf(frames, frameOf), nodeCount: count, parentOf, selfOf, totalOf: totalsOf(parentOf, selfOf), ...childrenOf(parentOf), sampleCount, brokenNodes }
}

/**
 * Only nodes with at least so many samples, as wide as they are among all, and of so many rows from the roots on: what is
 * seen of a large profile, for a first picture in a tenth of the time that all of it takes.
 */
export function wideTree({ frames, nodes, sampleCount }: SummedStacks, least: number, rows = Infinity): CallTree {
  const { frame, parent, self, total } = nodes
  const count = total.length
  /** Of each node its place among those that are kept, from 1 on; 0 of those that aren't. */
  const places = new Int32Array(count)
  const kept = new Int32Array(count)
  const rowOf = new Int32Array(count)
  let found = 0
  for (let at = 0; at < count; at++) {
    if (!(total[at]! >= least)) continue
    const caller = parent[at]!
    const isCalled = caller >= 0 && caller < at
    if (isCalled && (places[caller] === 0 || rowOf[caller] === rows)) continue
    rowOf[at] = isCalled ? rowOf[caller]! + 1 : 1
    kept[found] = at
    places[at] = ++found
  }
  const frameOf = new Int32Array(found)
  const parentOf = new Int32Array(found)
  const selfOf = new Float64Array(found)
  const totalOf = new Float64Array(found)
  for (let to = 0; to < found; to++) {
    const at = kept[to]!
    const caller = parent[at]!
    frameOf[to] = frame[at]! >= 0 && frame[at]! < frames.length ? frame[at]! : frames.length
    parentOf[to] = caller >= 0 && caller < at ? places[caller]! - 1 : -1
    selfOf[to] = self[at]!
    totalOf[to] = total[at]!
  }
  return { ...functionsOf(frames, frameOf), nodeCount: found, parentOf, selfOf, totalOf, ...childrenOf(parentOf), sampleCount, brokenNodes: 0 }
}

/** Each node's own samples and those of all it called. */
export function totalsOf(parentOf: Int32Array, selfOf: Float64Array): Float64Array {
  const totals = selfOf.slice()
  for (let at = totals.length - 1; at >= 0; at--) if (parentOf[at]! >= 0) totals[parentOf[at]!]! += totals[at]!
  return totals
}

/** The functions of nodes, given by their frames; one that isn't there is the last of all. */
function functionsOf(frames: readonly StackFrame[], frameOf: Int32Array): Pick<CallTree, 'functions' | 'hashes' | 'functionOf'> {
  const known = new KnownFunctions()
  const indexOf = new Int32Array(frames.length + 1).fill(-1)
  const functionOf = new Int32Array(frameOf.length)
  for (let at = 0; at < frameOf.length; at++) {
    const frame = frameOf[at]!
    let index = indexOf[frame]!
    if (index < 0) indexOf[frame] = index = known.indexOf(frames[frame] ?? UNKNOWN)
    functionOf[at] = index
  }
  return { functions: known.functions, hashes: new FunctionHashes(known.functions), functionOf }
}

/** Frames that are one function: the same name, binary and kind. The one with a file stands for them. */
class KnownFunctions {
  readonly functions: StackFrame[] = []
  /** The first function of a name, and after each the next of the same name. Without joining texts: there are thousands, and little time. */
  private readonly named = new Map<string, number>()
  private readonly next: number[] = []

  indexOf(frame: StackFrame): number {
    const { functions, named, next } = this
    const first = named.get(frame.name) ?? -1
    let last = -1
    for (let at = first; at >= 0; at = next[at]!) {
      const one = functions[at]!
      if (one.binary === frame.binary && one.kind === frame.kind) {
        if (one.file === '' && frame.file !== '') functions[at] = frame
        return at
      }
      last = at
    }
    const index = functions.push(frame) - 1
    next.push(-1)
    if (last < 0) named.set(frame.name, index)
    else next[last] = index
    return index
  }
}

/** Children of each node by counting: two passes, no list a node. Roots are the children of the node after the last. */
function childrenOf(parentOf: Int32Array): { childStart: Int32Array; children: Int32Array } {
  const count = parentOf.length
  const childStart = new Int32Array(count + 2)
  for (let at = 0; at < count; at++) {
    const parent = parentOf[at]!
    childStart[parent < 0 ? count + 1 : parent + 1]!++
  }
  for (let at = 0; at <= count; at++) childStart[at + 1]! += childStart[at]!
  const next = childStart.slice()
  const children = new Int32Array(count)
  for (let at = 0; at < count; at++) {
    const parent = parentOf[at]!
    children[next[parent < 0 ? count : parent]!++] = at
  }
  return { childStart, children }
}

/** What names a function in a URL. */
export const functionKey = ({ hashes }: CallTree, index: number): string => keyOf(hashes.of(index))

/** The function a key names, or −1. */
export function functionAt(tree: CallTree, key: string | null): number {
  if (key === null) return -1
  for (let at = 0; at < tree.functions.length; at++) if (functionKey(tree, at) === key) return at
  return -1
}
