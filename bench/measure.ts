import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { proportionalBytes } from '../apps/collector/src/health/memory.ts'

/** Median and quartiles of a sample. */
export interface Quartiles {
  readonly q1: number
  readonly median: number
  readonly q3: number
  readonly n: number
}

export function quartiles(sample: readonly number[]): Quartiles {
  const sorted = [...sample].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return { q1: at(0.25), median: at(0.5), q3: at(0.75), n: sorted.length }
}

/** `0.88 (0.86–0.90, n = 7)` */
export function formatQuartiles({ q1, median, q3, n }: Quartiles, digits = 3): string {
  return `${median.toFixed(digits)} (${q1.toFixed(digits)}–${q3.toFixed(digits)}, n = ${n})`
}

/** Something that can be on or off while a load runs. */
export interface Configuration {
  readonly name: string
  /** Resolves when it is on; the answer ends it and resolves when it is off. */
  start(): Promise<() => Promise<void>>
}

export interface Interleaved {
  readonly name: string
  /** Rate with it over the mean of the rates before and after it. */
  readonly ratio: Quartiles
  /** Core-microseconds added to one request: (1 / ratio − 1) · cores / base rate. */
  readonly addedCoreUs: Quartiles
}

/**
 * Runs the load without, with the first, without, with the second, … and compares each only with its two neighbours,
 * because the machine's speed drifts by far more than what is measured.
 */
export async function interleave(
  configurations: readonly Configuration[],
  rounds: number,
  rate: () => Promise<number>,
  say: (line: string) => void,
): Promise<{ baseRate: Quartiles; results: Interleaved[] }> {
  const ratios = new Map(configurations.map((c) => [c.name, [] as number[]]))
  const added = new Map(configurations.map((c) => [c.name, [] as number[]]))
  const bases = [await rate()]
  for (let round = 0; round < rounds; round++) {
    for (const configuration of configurations) {
      const stop = await configuration.start()
      const on = await rate()
      await stop()
      const after = await rate()
      const base = (bases.at(-1)! + after) / 2
      bases.push(after)
      ratios.get(configuration.name)!.push(on / base)
      added.get(configuration.name)!.push(((base / on - 1) * cpus().length * 1e6) / base)
      say(`  round ${round + 1}/${rounds} ${configuration.name}: ${Math.round(base)} → ${Math.round(on)} a second (${(on / base).toFixed(3)})`)
    }
  }
  const results = configurations.map(({ name }) => ({ name, ratio: quartiles(ratios.get(name)!), addedCoreUs: quartiles(added.get(name)!) }))
  return { baseRate: quartiles(bases), results }
}

/** CPU time of a process and its threads so far, in microseconds; 0 if it is gone. */
export function cpuUs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /, '').split(' ')
    return ((Number(fields[11]) + Number(fields[12])) * 1e6) / 100
  } catch {
    return 0
  }
}

/** Watches how much memory processes take, each page counted once (PSS, decision 0013), every quarter of a second. */
export class MemoryWatch {
  private readonly pids: Readonly<Record<string, number>>
  private readonly peaks: Record<string, number> = {}
  private readonly timer: NodeJS.Timeout

  constructor(pids: Readonly<Record<string, number>>) {
    this.pids = pids
    this.timer = setInterval(() => this.look(), 250)
  }

  /** Ends; the most each was seen to take, in bytes. */
  end(): Readonly<Record<string, number>> {
    clearInterval(this.timer)
    this.look()
    return this.peaks
  }

  private look(): void {
    for (const [name, pid] of Object.entries(this.pids)) this.peaks[name] = Math.max(this.peaks[name] ?? 0, proportionalBytes(pid))
  }
}

/** What the figures were measured on. */
export function machine(): Record<string, string | number> {
  return {
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim(),
    date: new Date().toISOString(),
  }
}
