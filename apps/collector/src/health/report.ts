import type { ExporterHealth, HealthReport, ProbeHealth, Problem } from '@sonde/shared/signal'
import type { Host } from './host.ts'
import { OwnCost } from './own-cost.ts'

/** Where the parts of a report come from; asked each time. */
export interface HealthSources {
  readonly host: Host
  readonly version: string
  readonly wallNow: () => bigint
  readonly probes: () => readonly ProbeHealth[]
  readonly exporters: () => readonly ExporterHealth[]
  readonly problems: () => readonly Problem[]
  readonly bounds: () => Readonly<Record<string, readonly [number, number]>>
  readonly clock: () => { readonly stepNs: number; readonly driftNs: number }
  readonly addedNsPerRequest: () => number | null
  readonly webCost?: (nowMs: number) => HealthReport['cost']['web']
  readonly costWindows: () => HealthReport['costWindows']
  readonly memoryCeilingBytes: number
}

/** The collector's state, told every second. */
export class Health {
  private readonly sources: HealthSources
  private readonly cost = new OwnCost()
  private readonly startedAt: string

  constructor(sources: HealthSources) {
    this.sources = sources
    this.startedAt = String(sources.wallNow())
  }

  report(): HealthReport {
    const { sources } = this
    const { cpuCores, memoryBytes } = this.cost.measure()
    const { stepNs, driftNs } = sources.clock()
    return {
      host: sources.host,
      version: sources.version,
      startedAt: this.startedAt,
      time: String(sources.wallNow()),
      probes: sources.probes(),
      exporters: sources.exporters(),
      problems: [...sources.problems(), ...overCeiling(memoryBytes, sources.memoryCeilingBytes)],
      cost: { cpuCores, memoryBytes, memoryCeilingBytes: sources.memoryCeilingBytes, addedNsPerRequest: sources.addedNsPerRequest(), web: sources.webCost?.(performance.now()) ?? null },
      costWindows: sources.costWindows(),
      bounds: sources.bounds(),
      clock: { stepNs, driftNs },
    }
  }
}

function overCeiling(memoryBytes: number, ceiling: number): Problem[] {
  if (memoryBytes <= ceiling) return []
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`
  return [{ what: 'the collector uses more memory than its ceiling', detail: `${mebibytes(memoryBytes)} of ${mebibytes(ceiling)}`, fix: 'report what it was watching; memory.ceilingBytes sets the ceiling' }]
}
