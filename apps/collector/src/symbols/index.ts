import { Worker } from 'node:worker_threads'
import type { Losses } from '../health/losses.ts'
import { readMaps } from './files.ts'
import { UNNAMED, type NamedStacks, type Program, type Stack } from './frame.ts'
import type { Answered, Asked } from './messages.ts'
import type { NamerState } from './namer.ts'

export type { NamedStacks, Program, Stack } from './frame.ts'

/** Gives sampled stacks their functions. */
export interface Symbols {
  /** A program is sampled for the first time: what it has in memory is read now, while it lives. */
  sampled(program: Program): void
  /** Names stacks; always resolves, at worst with frames that say that they have no name. */
  name(stacks: readonly Stack[]): Promise<NamedStacks>
  /** Sizes of what is bounded: name → [now, limit]. */
  bounds(): Record<string, readonly [number, number]>
  /** What keeps functions from having names. */
  problems(): { readonly what: string; readonly detail: string; readonly fix: string }[]
  close(): Promise<void>
}

/** Most heap of the thread that names; what it keeps is bounded well below. */
const HEAP_MIB = 128
/** What a second's names leave behind is little, and a larger nursery is only filled. */
const YOUNG_MIB = 4
/** A thread that failed is started anew, so often at most. */
const MOST_STARTS = 5

/** Names by a thread of its own, which is started by the first sample. */
export function openSymbols(losses: Losses): Symbols {
  return new ThreadedSymbols(losses)
}

class ThreadedSymbols implements Symbols {
  private readonly losses: Losses
  private worker: Worker | undefined
  private readonly waiting = new Map<number, { readonly stacks: readonly Stack[]; readonly resolve: (named: NamedStacks) => void }>()
  private state: NamerState | undefined
  private failure: string | undefined
  private starts = 0
  private lastId = 0
  private closed = false

  constructor(losses: Losses) {
    this.losses = losses
  }

  sampled(program: Program): void {
    // Read here: the thread may be busy for longer than the program lives.
    this.post({ kind: 'sampled', program: { ...program, maps: readMaps(program.pid) } })
  }

  name(stacks: readonly Stack[]): Promise<NamedStacks> {
    const id = ++this.lastId
    return new Promise((resolve) => {
      this.waiting.set(id, { stacks, resolve })
      if (!this.post({ kind: 'name', id, stacks })) this.giveUp()
    })
  }

  bounds(): Record<string, readonly [number, number]> {
    return this.state?.bounds ?? {}
  }

  problems(): { what: string; detail: string; fix: string }[] {
    const problems: { what: string; detail: string; fix: string }[] = []
    if (this.state?.isKernelHidden) problems.push({ what: 'functions of the kernel have no names in flame graphs', detail: '/proc/kallsyms shows no addresses', fix: 'give the collector CAP_SYSLOG, or run it as root' })
    if (this.failure !== undefined) problems.push({ what: 'functions have no names in flame graphs', detail: this.failure, fix: 'report this, with the program that was sampled' })
    return problems
  }

  async close(): Promise<void> {
    this.closed = true
    this.giveUp()
    await this.worker?.terminate()
  }

  /** False if there is nobody to ask. */
  private post(asked: Asked): boolean {
    if (this.closed) return false
    this.worker ??= this.start()
    this.worker?.postMessage(asked)
    return this.worker !== undefined
  }

  private start(): Worker | undefined {
    if (this.starts >= MOST_STARTS) return undefined
    this.starts++
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB } })
    worker.unref()
    worker.on('message', (answered: Answered) => this.answer(answered))
    worker.on('error', (error: unknown) => {
      this.failure = error instanceof Error ? error.message : String(error)
      this.losses.count('symbols', 'the thread that names failed', 'function names')
      this.worker = undefined
      this.giveUp()
    })
    return worker
  }

  private answer({ id, named, state }: Answered): void {
    this.losses.set('symbols', 'evicted', 'function names', state.evicted)
    this.state = state
    this.waiting.get(id)?.resolve(named)
    this.waiting.delete(id)
  }

  private giveUp(): void {
    for (const { stacks, resolve } of this.waiting.values()) resolve({ frames: [UNNAMED], stacks: stacks.map(() => Uint32Array.of(0)) })
    this.waiting.clear()
  }
}
