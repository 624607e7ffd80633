import type { Problem } from '@sonde/shared/signal'
import { formatInstant, type BootNanoseconds, type WallNanoseconds } from '@sonde/shared/units'

/** Readings of the machine's clocks; injected, so that steps can be tested. */
export interface Clocks {
  bootNs(): number
  wallNs(): WallNanoseconds
  monotonicNs(): number
}

export interface ClockStep {
  /** How far wall time jumped, in nanoseconds: positive is forward. */
  readonly byNs: number
  /** When it was seen. */
  readonly at: BootNanoseconds
}

/** Slewing moves wall time by at most 0.5 ms a second (adjtimex(2)); more between two readings is a step. */
const STEP_NS = 1_000_000
const READINGS = 5

/** Wall time against boot time: the kernel stamps records with one, people read the other. */
export class Clock {
  /** Wall minus boot time, nanoseconds. */
  wallOffset: bigint
  /** Boot minus monotonic time: how long the host slept. */
  bootMinusMonotonicNs = 0
  /** Sum of the steps seen since the start. */
  stepNs = 0
  steps = 0
  lastStep: ClockStep | undefined
  /** Sum of what changed without a step since the start. */
  driftNs = 0
  private readonly clocks: Clocks

  constructor(clocks: Clocks) {
    this.clocks = clocks
    this.wallOffset = this.readOffset()
    this.readSleep()
  }

  /** To be called every second; gives the step if there was one since the last time. */
  measure(): ClockStep | undefined {
    const offset = this.readOffset()
    const byNs = Number(offset - this.wallOffset)
    this.wallOffset = offset
    this.readSleep()
    if (Math.abs(byNs) <= STEP_NS) {
      this.driftNs += byNs
      return undefined
    }
    this.stepNs += byNs
    this.steps++
    this.lastStep = { byNs, at: this.clocks.bootNs() }
    return this.lastStep
  }

  /** Between two readings of boot time that stand closest together: a wall reading belongs in their middle. */
  private readOffset(): bigint {
    let best = Infinity
    let offset = 0n
    for (let i = 0; i < READINGS; i++) {
      const before = this.clocks.bootNs()
      const wall = this.clocks.wallNs()
      const gap = this.clocks.bootNs() - before
      if (gap >= best) continue
      best = gap
      offset = wall - BigInt(Math.round(before + gap / 2))
    }
    return offset
  }

  /** The two clocks run alike but for sleep, so a difference within the reading's own length is none. */
  private readSleep(): void {
    const before = this.clocks.bootNs()
    const monotonic = this.clocks.monotonicNs()
    const after = this.clocks.bootNs()
    if (monotonic >= before && monotonic <= after) this.bootMinusMonotonicNs = 0
    else if (Math.abs(before - monotonic - this.bootMinusMonotonicNs) > STEP_NS) this.bootMinusMonotonicNs = Math.round((before + after) / 2 - monotonic)
  }
}

/** A range of the pages' own length: so long anybody may look at times from both sides of a step. */
const STEP_TOLD_NS = 900e9

/** That wall time jumped lately, for people; nothing if it didn't. */
export function clockProblem({ lastStep, wallOffset }: Pick<Clock, 'lastStep' | 'wallOffset'>, now: BootNanoseconds): Problem[] {
  if (!lastStep || now - lastStep.at > STEP_TOLD_NS) return []
  const seconds = `${lastStep.byNs > 0 ? '+' : '−'}${(Math.abs(lastStep.byNs) / 1e9).toFixed(3)} s`
  return [{ what: 'the clock of this host was set', detail: `by ${seconds}, seen at ${formatInstant(wallOffset + BigInt(Math.round(lastStep.at)))}`, fix: 'times before and after it do not compare; durations are right' }]
}
