import { PROFILE_NODES, PROFILE_NODES_TOLD_EVERY_NS, PROFILES, TableBuilder, type StackFrame, type TableBatch } from '@sonde/shared/signal'
import type { BootNanoseconds } from '@sonde/shared/units'
import { BoundedMap } from '../health/bounded-map.ts'
import type { Losses } from '../health/losses.ts'
import type { ProfileSink, ProfileWindow, ProgramIdentity, SampledStack } from '../model/index.ts'
import type { NamedStacks, Symbols } from '../symbols/index.ts'
import { FrameHash, nodeIdOf, NO_NODE, type NodeId } from './node-id.ts'
import { append } from './rows.ts'
import { WallClock } from './wall-clock.ts'

/** Windows that wait for names; each is a second. */
export const MAX_WAITING_WINDOWS = 30
/** Nodes that are known to have been told. */
const MAX_TOLD = 131_072

export interface ProfileStreamOptions {
  /** Undefined where there is nothing to name from: a recording of another host. */
  readonly symbols: Symbols | undefined
  /** Wall minus boot time, in nanoseconds. */
  readonly wallOffset: () => bigint
  readonly losses: Losses
  readonly emit: (batch: TableBatch) => void
}

/** Sampled stacks in; rows of `profiles`, and of `profile_nodes` before them, out, as soon as their frames have names. */
export class ProfileStream implements ProfileSink {
  private readonly options: ProfileStreamOptions
  private readonly clock: WallClock
  private readonly nodes = new TableBuilder(PROFILE_NODES)
  private readonly rows = new TableBuilder(PROFILES)
  /** Nodes that were told, and when. One that leaves is told again, which costs a row. */
  private told = new BoundedMap<bigint, BootNanoseconds>({ capacity: MAX_TOLD, onEvict: () => {} })
  private waiting = 0
  private last: Promise<void> = Promise.resolve()

  constructor(options: ProfileStreamOptions) {
    this.options = options
    this.clock = new WallClock(options.wallOffset)
  }

  programSampled(program: ProgramIdentity): void {
    this.options.symbols?.sampled(program)
  }

  profile(window: ProfileWindow): void {
    const { symbols, losses } = this.options
    if (!symbols || this.waiting >= MAX_WAITING_WINDOWS) {
      const samples = window.stacks.reduce((sum, { count }) => sum + count, 0)
      return losses.count('streams.profiles', symbols ? 'naming is behind' : 'nothing to name from', 'profiles', samples)
    }
    this.waiting++
    this.last = symbols.name(window.stacks).then((named) => {
      this.waiting--
      this.write(window, named)
    })
  }

  /** A reader begins that may know nothing of what was told before. */
  tellAnew(): void {
    this.told = new BoundedMap({ capacity: MAX_TOLD, onEvict: () => {} })
  }

  /** Resolves when all windows are out, or `deadlineMs` has passed. */
  async settle(deadlineMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, deadlineMs)))
    await Promise.race([this.last, deadline])
    clearTimeout(timer)
  }

  bounds(): Record<string, readonly [number, number]> {
    return { 'seconds of samples waiting for names': [this.waiting, MAX_WAITING_WINDOWS], 'nodes of stacks': [this.told.size, MAX_TOLD] }
  }

  private write({ startsAt, stacks }: ProfileWindow, named: NamedStacks): void {
    this.clock.renew()
    const time = this.clock.wall(startsAt)
    const tree = new WindowTree(named, (id, parent, frame) => this.tell(startsAt, time, id, parent, named.frames[frame]!))
    stacks.forEach((stack, at) => this.addRow(time, stack, tree.leafOf(named.stacks[at]!)))
    for (const batch of [this.nodes.take(), this.rows.take()]) if (batch) this.options.emit(batch)
  }

  private addRow(time: bigint, stack: SampledStack, node: NodeId): void {
    const { program, tid, cpu, comm, count, valueNs } = stack
    append(this.rows, { time, valueNs, node: node.id, count, pid: program.pid, tid, cpu, type: 'cpu', service: stack.service.text, comm })
  }

  private tell(at: BootNanoseconds, time: bigint, id: bigint, parent: bigint, { name, binary, file, line, kind, nameSource }: NamedStacks['frames'][number]): void {
    const toldAt = this.told.get(id)
    if (toldAt !== undefined && at - toldAt < PROFILE_NODES_TOLD_EVERY_NS) return
    this.told.set(id, at)
    append(this.nodes, { time, id, parent, line, name, binary, file, kind, nameSource })
  }
}

/** Frames are the same from second to second. */
const hashes = new WeakMap<StackFrame, FrameHash>()

function hashOf(frame: StackFrame): FrameHash {
  let hash = hashes.get(frame)
  if (!hash) hashes.set(frame, (hash = new FrameHash(frame)))
  return hash
}

/** The stacks of one window as a tree of ids; each node is told once. */
class WindowTree {
  private readonly named: NamedStacks
  private readonly hashes: readonly FrameHash[]
  /** By the index of the caller's node and the frame. */
  private readonly known = new Map<number, number>()
  private readonly ids: NodeId[] = [NO_NODE]
  private readonly tell: (id: bigint, parent: bigint, frame: number) => void

  constructor(named: NamedStacks, tell: (id: bigint, parent: bigint, frame: number) => void) {
    this.named = named
    this.hashes = named.frames.map(hashOf)
    this.tell = tell
  }

  /** The innermost node of a stack whose frames are given outermost first. */
  leafOf(stack: Uint32Array): NodeId {
    let at = 0
    for (const frame of stack) {
      const key = at * this.named.frames.length + frame
      let next = this.known.get(key)
      if (next === undefined) {
        const parent = this.ids[at]!
        const node = nodeIdOf(parent, this.hashes[frame]!)
        next = this.ids.push(node) - 1
        this.known.set(key, next)
        this.tell(node.id, parent.id, frame)
      }
      at = next
    }
    return this.ids[at]!
  }
}
