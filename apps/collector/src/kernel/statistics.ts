import { BpfError, enableStats, type BpfObject } from '@sonde/libbpf'

const FIRST_AFTER_MS = 5_000
const EVERY_MS = 60_000
const WINDOW_MS = 1_000

/** What programs cost in one window. */
export interface Cost {
  readonly nsPerRun: number
  /** A second. */
  readonly runs: number
  /** Of one core. */
  readonly cpuShare: number
  /** Time in the probe's programs for each record it made; undefined if it made none. */
  readonly nsPerRecord: number | undefined
}

export interface Measured {
  readonly object: BpfObject
  /** Programs that stand on a hook. Attached or not: what listens now and then is both. */
  readonly programs: readonly string[]
  readonly records: number
}

interface Reading {
  readonly object: BpfObject
  readonly runs: number
  readonly timeNs: number
  readonly records: number
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
  private beganAtMs = 0
  private readonly probes: () => ReadonlyMap<string, Measured>
  private readonly onRefused: (error: BpfError) => void
  private readonly onBegin: (windowMs: number) => void

  /** `onBegin`: a window begins, and who only listens now and then should listen. */
  constructor(options: { probes: () => ReadonlyMap<string, Measured>; onRefused: (error: BpfError) => void; onBegin: (windowMs: number) => void }) {
    this.onBegin = options.onBegin
    this.probes = options.probes
    this.onRefused = options.onRefused
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
    this.beganAtMs = performance.now()
    this.timer = setTimeout(() => this.end(), WINDOW_MS)
  }

  private end(): void {
    const windowNs = (performance.now() - this.beganAtMs) * 1e6
    const after = this.read()
    this.disable?.()
    this.disable = undefined
    for (const [name, now] of after) {
      const before = this.before.get(name)
      if (before?.object === now.object) this.costs.set(name, costOf(before, now, windowNs)) // else it was loaded meanwhile
    }
    this.timer = setTimeout(() => this.begin(), EVERY_MS - WINDOW_MS)
  }

  private read(): Map<string, Reading> {
    return new Map([...this.probes()].map(([name, measured]) => [name, { object: measured.object, records: measured.records, ...timesOf(measured) }]))
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

function costOf(before: Reading, now: Reading, windowNs: number): Cost {
  const runs = now.runs - before.runs
  const timeNs = now.timeNs - before.timeNs
  const records = now.records - before.records
  return {
    nsPerRun: runs > 0 ? timeNs / runs : 0,
    runs: runs / (windowNs / 1e9),
    cpuShare: timeNs / windowNs,
    nsPerRecord: records > 0 ? timeNs / records : undefined,
  }
}
