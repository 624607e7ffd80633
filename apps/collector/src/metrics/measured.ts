import { ERROR_TYPE } from '@sonde/shared/semconv'
import { BUCKET_COUNT, bucketLowerNs, type TableBatch } from '@sonde/shared/signal'
import { MEASURED } from './catalogue.ts'
import { Cells } from './cells.ts'
import { Distribution } from './distribution.ts'
import { attributeText, serviceText, type Attributes, type Metric, type MetricDescriptor } from './metric.ts'
import { Numbers } from './numbers.ts'
import { isOverflow, SeriesSet, type SeriesLimits } from './series.ts'

/** Powers of 4 from 1 µs to 69 s, in nanoseconds: bounds of the kernel's histogram too, so that no bucket of it is divided. */
const BOUNDS_NS = Array.from({ length: 14 }, (_, i) => 2 ** (10 + 2 * i))
const BOUNDS_S = BOUNDS_NS.map((ns) => ns / 1e9)
const COARSE = Uint8Array.from({ length: BUCKET_COUNT }, (_, bucket) => BOUNDS_NS.filter((bound) => bound <= bucketLowerNs(bucket)).length)

interface DistributionSeries {
  readonly attributes: Attributes
  readonly value: Distribution
}

/** Durations that the kernel counted, summed over the processes of a service. Nothing is scaled by the share of the time that was listened to. */
export class MeasuredMetrics {
  private readonly numbers: Numbers
  private readonly syscalls: SeriesSet<DistributionSeries>
  private readonly runQueue: SeriesSet<DistributionSeries>
  private readonly blockIo: SeriesSet<DistributionSeries>
  private readonly onOverflow: () => void

  constructor(limits: SeriesLimits, onOverflow: () => void) {
    const set = (descriptor: MetricDescriptor) => new SeriesSet<DistributionSeries>(descriptor, limits, (attributes) => ({ attributes, value: new Distribution(BOUNDS_S) }))
    this.numbers = new Numbers(MEASURED, limits, onOverflow)
    this.syscalls = set(MEASURED.syscall)
    this.runQueue = set(MEASURED.runQueue)
    this.blockIo = set(MEASURED.blockIo)
    this.onOverflow = onOverflow
  }

  accept(batch: TableBatch): void {
    const cells = new Cells(batch)
    for (; cells.row < batch.rowCount; cells.row++) this.take(cells)
  }

  *metrics(): Iterable<Metric> {
    yield* this.numbers.metrics()
    yield* [this.syscalls, this.runQueue, this.blockIo]
  }

  clearCounters(): void {
    this.numbers.clearCounters()
    for (const set of [this.syscalls, this.runQueue, this.blockIo]) set.clear()
  }

  private take(cells: Cells): void {
    const what = cells.text('what')
    const name = attributeText(cells.text('name'))
    const isNobodys = cells.number('pid') === 0
    if (name === '' && cells.number('count') === 0 && isNobodys) return this.interval(what, cells)
    const service = isNobodys ? '' : serviceText(cells.text('service'))
    if (what === 'syscall') this.syscall(service, name, cells)
    else if (what === 'block_io') this.add(this.blockIo.of(service, { 'system.device': name, operation: cells.text('operation') }), cells)
    else if (what === 'run_queue' && !isNobodys) this.add(this.runQueue.of(service, {}), cells) // those of a CPU are the same waits once more
  }

  private interval(what: string, cells: Cells): void {
    this.numbers.add(MEASURED.listened, '', cells.seconds('observedNs'), { what })
    this.numbers.add(MEASURED.elapsed, '', cells.seconds('intervalNs'), { what })
  }

  private syscall(service: string, syscall: string, cells: Cells): void {
    this.add(this.syscalls.of(service, { syscall }), cells)
    for (const [error, count] of pairs(cells.text('errors'))) this.numbers.add(MEASURED.syscallErrors, service, count, { syscall, [ERROR_TYPE]: error })
  }

  private add(series: DistributionSeries, cells: Cells): void {
    for (const [bucket, count] of pairs(cells.text('histogram'))) series.value.addBucket(COARSE[Number(bucket)] ?? BOUNDS_NS.length, count)
    series.value.sum += cells.seconds('sumNs')
    if (isOverflow(series)) this.onOverflow()
  }
}

/** `a:1 b:2`. */
function pairs(text: string): [string, number][] {
  if (text === '') return []
  return text.split(' ').map((pair) => {
    const at = pair.lastIndexOf(':')
    return [pair.slice(0, at), Number(pair.slice(at + 1))]
  })
}
