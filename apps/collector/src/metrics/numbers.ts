import type { Attributes, Metric, MetricDescriptor } from './metric.ts'
import { isOverflow, NumberSeries, SeriesSet, type SeriesLimits } from './series.ts'

const NONE: Attributes = Object.freeze({})

/** Counters and gauges of a catalogue. */
export class Numbers {
  private readonly sets = new Map<MetricDescriptor, SeriesSet<NumberSeries>>()
  private readonly onOverflow: () => void

  constructor(descriptors: Readonly<Record<string, MetricDescriptor>>, limits: SeriesLimits, onOverflow: () => void) {
    for (const descriptor of Object.values(descriptors)) {
      if (descriptor.kind !== 'histogram') this.sets.set(descriptor, new SeriesSet(descriptor, limits, (attributes) => new NumberSeries(attributes)))
    }
    this.onOverflow = onOverflow
  }

  /** Counts `by` up, 0 too: what can happen is known before it does. */
  add(descriptor: MetricDescriptor, service: string, by: number, attributes: Attributes = NONE): void {
    this.seriesOf(descriptor, service, attributes).value += by
  }

  /** Says how something stands at `atSeconds`. */
  set(descriptor: MetricDescriptor, service: string, value: number, atSeconds: number, attributes: Attributes = NONE): void {
    const series = this.seriesOf(descriptor, service, attributes)
    if (isOverflow(series)) return // many values and no sum
    series.value = value
    series.saidAt = atSeconds
  }

  clear(descriptor: MetricDescriptor): void {
    this.sets.get(descriptor)!.clear()
  }

  metrics(): Iterable<Metric> {
    return this.sets.values()
  }

  /** Sums begin anew. */
  clearCounters(): void {
    for (const [{ kind }, set] of this.sets) if (kind === 'counter') set.clear()
  }

  /** Forgets how things stood that nobody has spoken of since. */
  forgetBefore(seconds: number): void {
    for (const [{ kind }, set] of this.sets) if (kind !== 'counter') set.prune((series) => series.saidAt < seconds)
  }

  private seriesOf(descriptor: MetricDescriptor, service: string, attributes: Attributes): NumberSeries {
    const series = this.sets.get(descriptor)!.of(service, attributes)
    if (isOverflow(series)) this.onOverflow()
    return series
  }
}
