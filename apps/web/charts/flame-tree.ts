import type { StackFrame } from '@sonde/shared/signal'

/** Sampled stacks as the API gives them: nodes after their callers. */
export interface SampledStacks {
  readonly frames: readonly StackFrame[]
  readonly nodes: readonly { readonly frame: number; readonly parent: number; readonly self: number }[]
}

/**
 * The same in columns, a row a node. Frames that are one function (same name, binary and kind, from several lines) are one
 * function here; nodes are not merged, layouts do that.
 */
export interface CallTree {
  readonly functions: readonly StackFrame[]
  /** Of each function two hashes of 32 bits: what names it in a URL, whatever its index in this answer. */
  readonly hashes: Uint32Array
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
  const { functions, hashes, indexOf } = uniqueFunctions(frames)
  const count = nodes.length
  const functionOf = new Int32Array(count)
  const parentOf = new Int32Array(count)
  const selfOf = new Float64Array(count)
  let brokenNodes = 0
  for (let at = 0; at < count; at++) {
    const { frame, parent, self } = nodes[at]!
    const isWhole = frame >= 0 && frame < frames.length && parent >= -1 && parent < at
    if (!isWhole) brokenNodes++
    functionOf[at] = indexOf[frame] ?? functions.length - 1
    parentOf[at] = parent >= 0 && parent < at ? parent : -1
    selfOf[at] = self > 0 ? self : 0
  }
  const totalOf = totalsOf(parentOf, selfOf)
  let sampleCount = 0
  for (let at = 0; at < count; at++) sampleCount += selfOf[at]!
  return { functions, hashes, nodeCount: count, functionOf, parentOf, selfOf, totalOf, ...childrenOf(parentOf), sampleCount, brokenNodes }
}

/** Each node's own samples and those of all it called. */
export function totalsOf(parentOf: Int32Array, selfOf: Float64Array): Float64Array {
  const totals = selfOf.slice()
  for (let at = totals.length - 1; at >= 0; at--) if (parentOf[at]! >= 0) totals[parentOf[at]!]! += totals[at]!
  return totals
}

/** Functions of frames, then one for frames that aren't there. */
function uniqueFunctions(frames: readonly StackFrame[]) {
  const functions: StackFrame[] = []
  const known = new Map<string, number>()
  const indexOf = frames.map((frame) => {
    const key = `${frame.name}\0${frame.binary}\0${frame.kind}`
    let index = known.get(key)
    if (index === undefined) known.set(key, (index = functions.push(frame) - 1))
    else if (functions[index]!.file === '' && frame.file !== '') functions[index] = frame
    return index
  })
  functions.push(UNKNOWN)
  const hashes = new Uint32Array(functions.length * 2)
  functions.forEach(({ name, binary }, at) => hashInto(`${name}\0${binary}`, hashes, at * 2))
  return { functions, hashes, indexOf }
}

/** FNV-1a over UTF-16 in two lanes that begin apart and multiply by different primes. */
function hashInto(text: string, into: Uint32Array, at: number): void {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
  }
  into[at] = a ^ (a >>> 15)
  into[at + 1] = b ^ (b >>> 13)
}

/** Children of each node by counting: two passes, no list a node. */
function childrenOf(parentOf: Int32Array): { childStart: Int32Array; children: Int32Array } {
  const count = parentOf.length
  const childStart = new Int32Array(count + 2)
  const slot = (at: number) => (parentOf[at]! < 0 ? count : parentOf[at]!)
  for (let at = 0; at < count; at++) childStart[slot(at) + 1]!++
  for (let at = 0; at <= count; at++) childStart[at + 1]! += childStart[at]!
  const next = childStart.slice()
  const children = new Int32Array(count)
  for (let at = 0; at < count; at++) children[next[slot(at)]!++] = at
  return { childStart, children }
}

/** What names a function in a URL. */
export const functionKey = ({ hashes }: CallTree, index: number): string => keyOf(hashes[index * 2]!, hashes[index * 2 + 1]!)

/** Two hashes of 32 bits as 16 hexadecimal digits. */
export const keyOf = (first: number, second: number): string => first.toString(16).padStart(8, '0') + second.toString(16).padStart(8, '0')

/** The function a key names, or −1. */
export function functionAt(tree: CallTree, key: string | null): number {
  if (key === null) return -1
  for (let at = 0; at < tree.functions.length; at++) if (functionKey(tree, at) === key) return at
  return -1
}
