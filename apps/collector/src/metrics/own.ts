import type { ExporterHealth, HealthReport, ProbeHealth } from '@sonde/shared/signal'
import type { Losses } from '../health/losses.ts'
import { OWN } from './catalogue.ts'
import type { Attributes, Metric, MetricDescriptor, Point } from './metric.ts'

const NONE: Attributes = Object.freeze({})

/** Sonde's own state as metrics: the last report, and losses as they stand. Made when it is asked for. */
export class OwnMetrics {
  private readonly losses: Losses
  private last: HealthReport | undefined

  constructor(losses: Losses) {
    this.losses = losses
  }

  report(report: HealthReport): void {
    this.last = report
  }

  *metrics(): Iterable<Metric> {
    if (!this.last) return
    const { cost, probes, exporters, problems, bounds } = this.last
    yield one(OWN.cpu, cost.cpuCores)
    yield one(OWN.memory, cost.memoryBytes)
    yield one(OWN.memoryCeiling, cost.memoryCeilingBytes)
    if (cost.web) {
      yield one(OWN.webCpu, cost.web.cpuCores)
      yield one(OWN.webMemory, cost.web.memoryBytes)
    }
    if (cost.addedNsPerRequest !== null) yield one(OWN.addedTime, cost.addedNsPerRequest / 1e9)
    yield one(OWN.problems, problems.length)
    yield many(OWN.losses, Array.from(this.losses.all(), ({ where, reason, affects, count }) => ({ attributes: { where, reason, affects }, value: count })))
    yield many(OWN.bound, Object.entries(bounds).map(([bound, [size]]) => ({ attributes: { bound }, value: size })))
    yield many(OWN.boundLimit, Object.entries(bounds).map(([bound, [, limit]]) => ({ attributes: { bound }, value: limit })))
    for (const [descriptor, of] of PROBE) yield many(descriptor, pointsOf(probes, 'probe', of))
    for (const [descriptor, of] of EXPORTER) yield many(descriptor, pointsOf(exporters, 'exporter', of))
  }
}

const PROBE: readonly (readonly [MetricDescriptor, (probe: ProbeHealth) => number | null])[] = [
  [OWN.probeAttached, ({ state }) => (state === 'attached' || state === 'partial' ? 1 : 0)],
  [OWN.probeRecords, ({ records }) => records],
  [OWN.probeLost, ({ lost }) => lost],
  [OWN.probeRunTime, ({ nsPerRun }) => nsPerRun && nsPerRun / 1e9],
  [OWN.probeRuns, ({ runs }) => runs],
  [OWN.probeCpu, ({ cpuShare }) => cpuShare],
  [OWN.probeListened, ({ state, observedShare }) => (state === 'attached' || state === 'partial' ? (observedShare ?? 1) : 0)],
  [OWN.ringFill, ({ ringFill }) => ringFill],
]

const EXPORTER: readonly (readonly [MetricDescriptor, (exporter: ExporterHealth) => number])[] = [
  [OWN.exporterSent, ({ sent }) => sent],
  [OWN.exporterDropped, ({ dropped }) => dropped],
  [OWN.exporterQueued, ({ queued }) => queued],
  [OWN.exporterConnected, ({ state }) => (state === 'connected' ? 1 : 0)],
]

function pointsOf<T extends { readonly name: string }>(all: readonly T[], attribute: string, of: (one: T) => number | null): Point[] {
  const points: Point[] = []
  for (const one of all) {
    const value = of(one)
    if (value !== null) points.push({ attributes: { [attribute]: one.name }, value })
  }
  return points
}

function one(descriptor: MetricDescriptor, value: number): Metric {
  return many(descriptor, [{ attributes: NONE, value }])
}

function many(descriptor: MetricDescriptor, points: readonly Point[]): Metric {
  return { descriptor, services: () => (points.length > 0 ? [''] : []), points: (service) => (service === '' ? points : []) }
}
