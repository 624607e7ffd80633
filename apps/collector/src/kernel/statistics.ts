import { BpfError, bootNanoseconds, enableStats, type BpfObject } from '@sonde/libbpf'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'

const FIRST_AFTER_MS = 5_000
const EVERY_MS = 60_000
const WINDOW_MS = 1_000

/** What programs cost in one window. */
export interface Cost {
  /** Of the last window in which any ran; undefined before. */
  readonly nsPerRun: number | undefined
  /** A second. */
  readonly runs: number
  /** Of one core. */
  readonly cpuShare: number
  /** Time in the probe's programs for each thing it saw (`Probe.unit`): `nsPerRun` × runs for each. Of the last window in which it saw any. */
  readonly nsPerUnit: number | undefined
}

/** When costs are measured. Announced, since measuring costs too. */
export interface CostWindows {
  readonly forNs: Nanoseconds
  readonly everyNs: Nanoseconds
  readonly isOpen: boolean
  /** Begin of the last window that is over; undefined before there was one. */
  readonly lastAt: BootNanoseconds | undefined
  readonly nextAt: BootNanoseconds
}

export interface Measured {
  readonly object: BpfObject
  /** Programs that stand on a hook. Attached or not: what listens now and then is both. */
  readonly programs: readonly string[]
  readonly units: number
}

interface Reading {
  readonly object: BpfObject
  readonly runs: number
  readonly timeNs: number
  readonly units: number
}

/**
 * The kernel's run statistics, on for one second of each minute, since while they are on each run costs ≈ 20 ns more.
 * Figures are of the last window, and contain what measuring adds.
 */
export class Statistics {
  readonly costs = new Map<string, Cost>()
  private timer: NodeJS.Timeout
  private disable: (() => void) | undefined
  private before = new Map<string, Reading>()
  private beganAt: BootNanoseconds = 0
  private lastAt: BootNanoseconds | undefined
  private nextAt: BootNanoseconds
  private readonly probes: () => ReadonlyMap<string, Measured>
  private readonly onRefused: (error: BpfError) => void
  private readonly onBegin: (windowMs: number) => void

  /** `onBegin`: a window begins, and who only listens now and then should listen. */
  constructor(options: { probes: () => ReadonlyMap<string, Measured>; onRefused: (error: BpfError) => void; onBegin: (windowMs: number) => void }) {
    this.onBegin = options.onBegin
    this.probes = options.probes
    this.onRefused = options.onRefused
    this.nextAt = bootNanoseconds() + FIRST_AFTER_MS * 1e6
    this.timer = setTimeout(() => this.begin(), FIRST_AFTER_MS)
  }

  get windows(): CostWindows {
    return { forNs: WINDOW_MS * 1e6, everyNs: EVERY_MS * 1e6, isOpen: this.disable !== undefined, lastAt: this.lastAt, nextAt: this.nextAt }
  }

  /** A probe was just loaded: it needn't wait for the next minute to be measured. */
  soon(): void {
    if (this.disable || this.nextAt <= bootNanoseconds() + FIRST_AFTER_MS * 1e6) return
    clearTimeout(this.timer)
    this.nextAt = bootNanoseconds() + FIRST_AFTER_MS * 1e6
    this.timer = setTimeout(() => this.begin(), FIRST_AFTER_MS)
  }

  close(): void {
    clearTimeout(this.timer)
    this.disable?.()
  }

  private begin(): void {
    try {
      this.disable = enableStats()
    } catch (error) {
      if (!(error instanceof BpfError)) throw error
      return this.onRefused(error)
    }
    this.onBegin(WINDOW_MS * 2) // still at its end
    this.before = this.read()
    this.beganAt = bootNanoseconds()
    this.timer = setTimeout(() => this.end(), WINDOW_MS)
  }

  private end(): void {
    const windowNs = bootNanoseconds() - this.beganAt
    const after = this.read()
    this.lastAt = this.beganAt
    this.nextAt = this.beganAt + EVERY_MS * 1e6
    this.disable?.()
    this.disable = undefined
    for (const [name, now] of after) {
      const before = this.before.get(name)
      if (before?.object === now.object) this.costs.set(name, costOf(before, now, windowNs, this.costs.get(name))) // else it was loaded meanwhile
    }
    this.timer = setTimeout(() => this.begin(), EVERY_MS - WINDOW_MS)
  }

  private read(): Map<string, Reading> {
    return new Map([...this.probes()].map(([name, measured]) => [name, { object: measured.object, units: measured.units, ...timesOf(measured) }]))
  }
}

function timesOf({ object, programs }: Measured): { runs: number; timeNs: number } {
  let runs = 0
  let timeNs = 0
  for (const name of programs) {
    try {
      const info = object.programInfo(name)
      runs += info.runCount
      timeNs += info.runTimeNs
    } catch (error) {
      if (!(error instanceof BpfError)) throw error // an optional program that isn't loaded
    }
  }
  return { runs, timeNs }
}

function costOf(before: Reading, now: Reading, windowNs: number, last: Cost | undefined): Cost {
  const runs = now.runs - before.runs
  const timeNs = now.timeNs - before.timeNs
  const units = now.units - before.units
  return {
    nsPerRun: runs > 0 ? timeNs / runs : last?.nsPerRun,
    runs: runs / (windowNs / 1e9),
    cpuShare: timeNs / windowNs,
    nsPerUnit: units > 0 ? timeNs / units : last?.nsPerUnit,
  }
}
