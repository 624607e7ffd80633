import { OVERFLOW, type Attributes, type Metric, type MetricDescriptor, type Point, type Value } from './metric.ts'

/** How many series a metric may have. Beyond, a service's go into one overflow series, and those of further services into one of nobody's. */
export interface SeriesLimits {
  readonly perService: number
  readonly perMetric: number
  readonly services: number
}

/** A series whose value is counted up or set. */
export class NumberSeries implements Point {
  readonly attributes: Attributes
  value = 0
  /** Of one that says how things stand: when that was last said, in the metrics' own count of seconds. */
  saidAt = 0

  constructor(attributes: Attributes) {
    this.attributes = attributes
  }
}

interface OfService<S> {
  readonly series: Map<string, S>
  overflow: S | undefined
}

/** The series of one metric, within limits. Finding one makes a text of its attributes: who does it for each request remembers what it found. */
export class SeriesSet<S extends { readonly attributes: Attributes; readonly value: Value }> implements Metric {
  readonly descriptor: MetricDescriptor
  private readonly limits: SeriesLimits
  private readonly make: (attributes: Attributes) => S
  private readonly byService = new Map<string, OfService<S>>()
  private size = 0

  constructor(descriptor: MetricDescriptor, limits: SeriesLimits, make: (attributes: Attributes) => S) {
    this.descriptor = descriptor
    this.limits = limits
    this.make = make
  }

  /** The series of a service with these attributes, or the one that takes its place: `isOverflow` tells. */
  of(service: string, attributes: Attributes): S {
    const own = this.ownOf(service)
    if (!own) return this.overflowOf(this.ownOf('')!)
    const key = JSON.stringify(attributes)
    let found = own.series.get(key)
    if (found) return found
    if (own.series.size >= this.limits.perService - 1 || this.size >= this.limits.perMetric) return this.overflowOf(own)
    this.size++
    own.series.set(key, (found = this.make(attributes)))
    return found
  }

  /** All begin anew. */
  clear(): void {
    this.byService.clear()
    this.size = 0
  }

  /** Drops the series that `isOver` names. */
  prune(isOver: (series: S) => boolean): void {
    for (const [service, own] of this.byService) {
      for (const [key, series] of own.series) if (isOver(series) && own.series.delete(key)) this.size--
      if (own.series.size === 0 && !own.overflow) this.byService.delete(service)
    }
  }

  services(): Iterable<string> {
    return this.byService.keys()
  }

  *points(service: string): Iterable<S> {
    const own = this.byService.get(service)
    if (own) yield* own.series.values()
    if (own?.overflow) yield own.overflow
  }

  /** Undefined for one service too many. '' always has room. */
  private ownOf(service: string): OfService<S> | undefined {
    let own = this.byService.get(service)
    if (own) return own
    if (service !== '' && this.byService.size >= this.limits.services) return undefined
    this.byService.set(service, (own = { series: new Map(), overflow: undefined }))
    return own
  }

  private overflowOf(own: OfService<S>): S {
    return (own.overflow ??= this.make({ [OVERFLOW]: true }))
  }
}

export function isOverflow(series: { readonly attributes: Attributes }): boolean {
  return series.attributes[OVERFLOW] === true
}
