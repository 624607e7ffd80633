import { setTimeout as sleep } from 'node:timers/promises'
import type { Losses } from '../health/losses.ts'
import { readMaps } from './files.ts'
import { UNNAMED, type NamedStacks, type Program, type Stack } from './frame.ts'
import { Namer } from './namer.ts'

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

/** A file that can't be read any more, of another machine's, keeps nobody from ending. */
const CLOSED_WITHIN_MS = 1000

/** Opens nothing before the first sample. */
export function openSymbols(losses: Losses): Symbols {
  return new NamedInTurn(losses)
}

/** Names one second's stacks after the other. */
class NamedInTurn implements Symbols {
  private readonly losses: Losses
  private readonly namer = new Namer()
  private last: Promise<unknown> = Promise.resolve()
  private failure: string | undefined
  private closed = false

  constructor(losses: Losses) {
    this.losses = losses
  }

  sampled(program: Program): void {
    // Read at once: the program may not live until its turn comes.
    if (!this.closed) this.namer.sampled({ ...program, maps: readMaps(program.pid) })
  }

  name(stacks: readonly Stack[]): Promise<NamedStacks> {
    const turn = this.last.then(() => (this.closed ? unnamed(stacks) : this.named(stacks)))
    this.last = turn
    return turn
  }

  bounds(): Record<string, readonly [number, number]> {
    return this.namer.state.bounds
  }

  problems(): { what: string; detail: string; fix: string }[] {
    const problems: { what: string; detail: string; fix: string }[] = []
    if (this.namer.state.isKernelHidden) problems.push({ what: 'functions of the kernel have no names in flame graphs', detail: '/proc/kallsyms shows no addresses', fix: 'give the collector CAP_SYSLOG, or run it as root' })
    if (this.failure !== undefined) problems.push({ what: 'functions have no names in flame graphs', detail: this.failure, fix: 'report this, with the program that was sampled' })
    return problems
  }

  async close(): Promise<void> {
    this.closed = true
    const isOver = await Promise.race([this.last.then(() => true), sleep(CLOSED_WITHIN_MS, false, { ref: false })])
    if (isOver) await this.namer.close()
  }

  /** A bug in naming costs a second's names, and is told. */
  private async named(stacks: readonly Stack[]): Promise<NamedStacks> {
    try {
      return await this.namer.name(stacks)
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error)
      this.losses.count('symbols', 'naming failed', 'function names', stacks.length)
      return unnamed(stacks)
    } finally {
      this.losses.set('symbols', 'evicted', 'function names', this.namer.state.evicted)
    }
  }
}

const unnamed = (stacks: readonly Stack[]): NamedStacks => ({ frames: [UNNAMED], stacks: stacks.map(() => Uint32Array.of(0)) })
