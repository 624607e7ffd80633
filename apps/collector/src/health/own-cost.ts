import { ProportionalMemory } from './memory.ts'

/** Readings of this process; injected, so that they can be tested. */
export interface CostReadings {
  /** User and system time so far, in microseconds. */
  cpuUs(): number
  /** Each page counted once. */
  memoryBytes(): number
  nowMs(): number
}

const memory = new ProportionalMemory()

export const processReadings: CostReadings = {
  cpuUs() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  memoryBytes: () => memory.of(process.pid, performance.now()),
  nowMs: () => performance.now(),
}

/** What the collector itself costs, since it was last asked. */
export class OwnCost {
  private readonly readings: CostReadings
  private cpuUs: number
  private atMs: number

  constructor(readings: CostReadings = processReadings) {
    this.readings = readings
    this.cpuUs = readings.cpuUs()
    this.atMs = readings.nowMs()
  }

  measure(): { cpuCores: number; memoryBytes: number } {
    const cpuUs = this.readings.cpuUs()
    const atMs = this.readings.nowMs()
    const elapsedMs = atMs - this.atMs
    const cpuCores = elapsedMs > 0 ? (cpuUs - this.cpuUs) / 1000 / elapsedMs : 0
    this.cpuUs = cpuUs
    this.atMs = atMs
    return { cpuCores, memoryBytes: this.readings.memoryBytes() }
  }
}
