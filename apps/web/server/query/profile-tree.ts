import { FRAME_KINDS, NAME_SOURCES, type FrameKind, type NameSource, type StackFrame } from '@sonde/shared/signal'
import type { ProfileNode, StoredProfile } from '../store/profile-store.ts'

export interface TreeNode {
  /** Index of its frame. */
  readonly frame: number
  /** Index of its caller, which stands before it; −1 if it has none. */
  readonly parent: number
  /** Samples in it and in nothing it called; and all of it. */
  readonly self: number
  readonly total: number
  readonly selfNs: number
}

export interface ProfileTree {
  readonly frames: readonly StackFrame[]
  readonly nodes: readonly TreeNode[]
  readonly sampleCount: number
  readonly valueNs: number
}

const LOST: StackFrame = { name: '[its stack was lost]', binary: '', file: '', line: 0, kind: 'unknown', nameSource: 'none' }
const EMPTY: StackFrame = { name: '[no stack]', binary: '', file: '', line: 0, kind: 'unknown', nameSource: 'none' }

/** The samples of a profile as one tree of calls. What calls a node whose caller is missing is the root `[its stack was lost]`. */
export function treeOf(profile: StoredProfile): ProfileTree {
  const tree = new GrowingTree()
  tree.tell(profile.nodes)
  for (const { node, count, valueNs } of profile.stacks) tree.add(tree.placeOf(node), count, valueNs)
  return tree.taken()
}

/** A tree of calls that samples are added to and taken from again; each node is placed once, after its caller. */
export class GrowingTree {
  private readonly told = new Map<bigint, ProfileNode>()
  private readonly placed = new Map<bigint, number>()
  private readonly frameIndex = new Map<string, number>()
  private readonly frames: StackFrame[] = []
  private readonly frameOf: number[] = []
  private readonly parentOf: number[] = []
  private readonly selfOf: number[] = []
  private readonly selfNsOf: number[] = []
  private lost = -1
  private empty = -1

  /** Nodes that stacks may have from now on. */
  tell(nodes: readonly ProfileNode[]): void {
    for (const node of nodes) this.told.set(node.id, node)
  }

  /** True if a node of a stack is not known. */
  lacks(leaf: bigint): boolean {
    for (let id = leaf, steps = 0; id !== 0n && !this.placed.has(id); steps++) {
      const node = this.told.get(id)
      if (!node || steps > this.told.size) return !node
      id = node.parent
    }
    return false
  }

  /** Place of a stack's innermost node, its callers placed before it. */
  placeOf(leaf: bigint): number {
    if (leaf === 0n) return (this.empty = this.empty < 0 ? this.place(EMPTY, -1) : this.empty)
    const missing: ProfileNode[] = []
    const seen = new Set<bigint>()
    let at = -1
    for (let id = leaf; id !== 0n; ) {
      const known = this.placed.get(id)
      const node = this.told.get(id)
      if (known !== undefined || !node || seen.has(id)) {
        at = known ?? (this.lost = this.lost < 0 ? this.place(LOST, -1) : this.lost)
        break
      }
      seen.add(id)
      missing.push(node)
      id = node.parent
    }
    for (const node of missing.reverse()) this.placed.set(node.id, (at = this.place(frameOf(node), at)))
    return at
  }

  /** Adds samples to a place, or takes them away (both negative). */
  add(place: number, count: number, valueNs: number): void {
    this.selfOf[place]! += count
    this.selfNsOf[place]! += valueNs
  }

  /** What has samples now. */
  taken(): ProfileTree {
    const { frameOf, parentOf, selfOf, selfNsOf } = this
    const totalOf = selfOf.slice()
    let [sampleCount, valueNs] = [0, 0]
    for (let at = totalOf.length - 1; at >= 0; at--) {
      sampleCount += selfOf[at]!
      valueNs += selfNsOf[at]!
      if (parentOf[at]! >= 0) totalOf[parentOf[at]!]! += totalOf[at]!
    }
    const nodes: TreeNode[] = []
    const frames: StackFrame[] = []
    // −1 stands for what is not given.
    const nodeAt = new Int32Array(frameOf.length).fill(-1)
    const frameAt = new Int32Array(this.frames.length).fill(-1)
    for (let at = 0; at < frameOf.length; at++) {
      if (totalOf[at] === 0) continue
      const index = frameOf[at]!
      if (frameAt[index]! < 0) frameAt[index] = frames.push(this.frames[index]!) - 1
      const parent = parentOf[at]! < 0 ? -1 : nodeAt[parentOf[at]!]!
      nodeAt[at] = nodes.push({ frame: frameAt[index]!, parent, self: selfOf[at]!, total: totalOf[at]!, selfNs: selfNsOf[at]! }) - 1
    }
    return { frames, nodes, sampleCount, valueNs }
  }

  private place(frame: StackFrame, parent: number): number {
    const key = `${frame.name}\0${frame.binary}\0${frame.file}\0${frame.line}\0${frame.kind}\0${frame.nameSource}`
    let index = this.frameIndex.get(key)
    if (index === undefined) this.frameIndex.set(key, (index = this.frames.push(frame) - 1))
    this.parentOf.push(parent)
    this.selfOf.push(0)
    this.selfNsOf.push(0)
    return this.frameOf.push(index) - 1
  }
}

const kinds = new Set<string>(FRAME_KINDS)
const sources = new Set<string>(NAME_SOURCES)

/** A node's frame; what a newer collector may call a kind or a source is none that is known here. */
const frameOf = ({ name, binary, file, line, kind, nameSource }: ProfileNode): StackFrame => ({
  name, binary, file, line, kind: kinds.has(kind) ? (kind as FrameKind) : 'unknown', nameSource: sources.has(nameSource) ? (nameSource as NameSource) : 'none',
})

/** Frames of a node's stack, outermost first, as indices. */
export function stackOf({ nodes }: ProfileTree, at: number): number[] {
  const stack: number[] = []
  for (let node = nodes[at]; node; node = nodes[node.parent]) stack.push(node.frame)
  return stack.reverse()
}
