import type { ProfileNode, StoredProfile } from '../store/profile-store.ts'

export type ProfileFrame = Omit<ProfileNode, 'id' | 'parent'>

export interface TreeNode {
  /** Index of its frame. */
  readonly frame: number
  /** Index of its caller, which stands before it; −1 if it has none. */
  readonly parent: number
  /** Samples in it and in nothing it called; and all of it. */
  self: number
  total: number
  selfNs: number
}

export interface ProfileTree {
  readonly frames: readonly ProfileFrame[]
  readonly nodes: readonly TreeNode[]
  readonly sampleCount: number
  readonly valueNs: number
}

const LOST: ProfileFrame = { name: '[its stack was lost]', binary: '', file: '', line: 0, kind: 'unknown', nameSource: 'none' }
const EMPTY: ProfileFrame = { name: '[no stack]', binary: '', file: '', line: 0, kind: 'unknown', nameSource: 'none' }

/** The samples of a profile as one tree of calls. What calls a node whose caller is missing is the root `[its stack was lost]`. */
export function treeOf(profile: StoredProfile): ProfileTree {
  const tree = new Tree(profile.nodes)
  for (const { node, count, valueNs } of profile.stacks) tree.add(node, count, valueNs)
  return tree.finished()
}

class Tree {
  private readonly stored: ReadonlyMap<bigint, ProfileNode>
  private readonly placed = new Map<bigint, number>()
  private readonly frameIndex = new Map<string, number>()
  private readonly frames: ProfileFrame[] = []
  private readonly nodes: TreeNode[] = []
  private lost = -1
  private empty = -1

  constructor(nodes: readonly ProfileNode[]) {
    this.stored = new Map(nodes.map((node) => [node.id, node]))
  }

  add(leaf: bigint, count: number, valueNs: number): void {
    const node = this.nodes[leaf === 0n ? (this.empty = this.empty < 0 ? this.place(EMPTY, -1) : this.empty) : this.find(leaf)]!
    node.self += count
    node.selfNs += valueNs
  }

  finished(): ProfileTree {
    let sampleCount = 0
    let valueNs = 0
    for (let at = this.nodes.length - 1; at >= 0; at--) {
      const node = this.nodes[at]!
      sampleCount += node.self
      valueNs += node.selfNs
      node.total += node.self
      if (node.parent >= 0) this.nodes[node.parent]!.total += node.total
    }
    return { frames: this.frames, nodes: this.nodes, sampleCount, valueNs }
  }

  /** Index of a node, its callers placed before it. */
  private find(leaf: bigint): number {
    const missing: ProfileNode[] = []
    const seen = new Set<bigint>()
    let at = -1
    for (let id = leaf; id !== 0n; ) {
      const known = this.placed.get(id)
      const node = this.stored.get(id)
      if (known !== undefined || !node || seen.has(id)) {
        at = known ?? (this.lost = this.lost < 0 ? this.place(LOST, -1) : this.lost)
        break
      }
      seen.add(id)
      missing.push(node)
      id = node.parent
    }
    for (const node of missing.reverse()) this.placed.set(node.id, (at = this.place(node, at)))
    return at
  }

  private place({ name, binary, file, line, kind, nameSource }: ProfileFrame, parent: number): number {
    const key = `${name}\0${binary}\0${file}\0${line}\0${kind}\0${nameSource}`
    let frame = this.frameIndex.get(key)
    if (frame === undefined) this.frameIndex.set(key, (frame = this.frames.push({ name, binary, file, line, kind, nameSource }) - 1))
    return this.nodes.push({ frame, parent, self: 0, total: 0, selfNs: 0 }) - 1
  }
}

/** Frames of a node's stack, outermost first, as indices. */
export function stackOf({ nodes }: ProfileTree, at: number): number[] {
  const stack: number[] = []
  for (let node = nodes[at]; node; node = nodes[node.parent]) stack.push(node.frame)
  return stack.reverse()
}
