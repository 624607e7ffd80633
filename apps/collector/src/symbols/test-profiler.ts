import { probes } from '@sonde/bpf-programs'
import type { StackFrame } from '@sonde/shared/signal'
import { Losses } from '../health/losses.ts'
import { attach, OwnProcesses, type Kernel } from '../kernel/index.ts'
import { createModel, type Model, type ProfileWindow, type SampledStack } from '../model/index.ts'
import { openSymbols, type Symbols } from './index.ts'

/** Twenty times the probe's own, so that shares are sure within seconds. */
const SAMPLES_A_SECOND = 997

/** A sample with names. */
export interface NamedSample {
  readonly pid: number
  readonly comm: string
  readonly count: number
  /** Outermost first. */
  readonly frames: readonly StackFrame[]
}

/** The whole line from the kernel's clock to named stacks, without store or hub, for tests. */
export class TestProfiler {
  readonly samples: NamedSample[] = []
  private readonly kernel: Kernel
  private readonly model: Model
  private readonly symbols: Symbols
  private readonly timer: NodeJS.Timeout
  private naming: Promise<void> = Promise.resolve()

  constructor() {
    const losses = new Losses()
    this.symbols = openSymbols(losses)
    this.model = createModel({
      losses, isOwn: () => false, peerNames: () => undefined,
      sink: { request() {}, connection() {}, process() {}, serviceUsage() {}, listener() {}, dropped() {}, measured() {}, host() {} },
      profiles: { programSampled: (program) => this.symbols.sampled(program), profile: (window) => this.take(window) },
    })
    const wanted = probes
      .filter(({ name }) => name === 'process_lifecycle' || name === 'cpu_profile')
      .map((probe) => (probe.perfEvents ? { ...probe, perfEvents: { cpu_profile_tick: SAMPLES_A_SECOND } } : probe))
    this.kernel = attach(wanted, {
      losses, own: new OwnProcesses([], losses), probes: { cpu_profile: { enabled: true } }, statistics: false,
      observe: (observation) => this.model.apply(observation),
    })
    this.timer = setInterval(() => this.model.tick(this.kernel.now()), 100)
  }

  /** Samples of a program so far. */
  of(pid: number): NamedSample[] {
    return this.samples.filter((sample) => sample.pid === pid)
  }

  /** Ends it; all samples are named then. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    this.kernel.close()
    this.model.drain(this.kernel.now())
    await this.naming
    await this.symbols.close()
  }

  private take({ stacks }: ProfileWindow): void {
    this.naming = this.symbols.name(stacks).then((named) => {
      stacks.forEach(({ program, comm, count }: SampledStack, at) => this.samples.push({ pid: program.pid, comm, count, frames: Array.from(named.stacks[at]!, (frame) => named.frames[frame]!) }))
    })
  }
}

/** Share of samples, 0–1, in which a frame passes. */
export function shareOf(samples: readonly NamedSample[], passes: (frame: StackFrame) => boolean): number {
  const sum = (list: readonly NamedSample[]) => list.reduce((total, { count }) => total + count, 0)
  return sum(samples.filter(({ frames }) => frames.some(passes))) / sum(samples)
}
