import { ERROR_TYPE, HTTP_DURATION_BOUNDS_S } from '@sonde/shared/semconv'
import type { TableBatch } from '@sonde/shared/signal'
import { TCP } from './catalogue.ts'
import { Cells } from './cells.ts'
import { Distribution } from './distribution.ts'
import { serviceText, type Attributes, type Metric } from './metric.ts'
import { Numbers } from './numbers.ts'
import { isOverflow, SeriesSet, type SeriesLimits } from './series.ts'

/** Connections whose totals are remembered; ≈ 100 bytes each. */
const MOST_CONNECTIONS = 65_536
const CLIENT = 1
/** Sent, received, sent again: the totals of the last row. */
const TOTALS = 3
const SENT = { 'network.io.direction': 'transmit' }
const RECEIVED = { 'network.io.direction': 'receive' }
/** Loopback connects in microseconds; else the convention's bounds for durations. */
const CONNECT_BOUNDS_S = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, ...HTTP_DURATION_BOUNDS_S]

export interface TcpMetricsOptions {
  readonly limits: SeriesLimits
  readonly onOverflow: () => void
  /** A connection is not remembered, and what it carries is in no metric. */
  readonly onTooMany: () => void
}

/** Rows of connections tell totals so far; metrics count what came since a connection's last row. */
export class TcpMetrics {
  private readonly numbers: Numbers
  private readonly connect: SeriesSet<{ readonly attributes: Attributes; readonly value: Distribution }>
  private readonly slots = new Map<number, number>()
  private readonly free: number[] = []
  /** By slot; '' until a row names it. */
  private readonly serviceOf: string[] = []
  private readonly live = new Map<string, number>()
  private totals = new Float64Array(1024 * TOTALS)
  private readonly options: TcpMetricsOptions

  constructor(options: TcpMetricsOptions) {
    this.options = options
    this.numbers = new Numbers(TCP, options.limits, options.onOverflow)
    this.connect = new SeriesSet(TCP.connect, options.limits, (attributes) => ({ attributes, value: new Distribution(CONNECT_BOUNDS_S) }))
  }

  get size(): number {
    return this.slots.size
  }

  accept(batch: TableBatch): void {
    const cells = new Cells(batch)
    for (; cells.row < batch.rowCount; cells.row++) this.take(cells)
  }

  *metrics(): Iterable<Metric> {
    this.numbers.clear(TCP.live)
    for (const [service, connections] of this.live) this.numbers.set(TCP.live, service, connections, 0)
    yield* this.numbers.metrics()
    yield this.connect
  }

  clearCounters(): void {
    this.numbers.clearCounters()
    this.connect.clear()
  }

  private take(cells: Cells): void {
    const id = cells.number('id')
    const state = cells.text('state')
    const service = cells.text('service')
    const failure = cells.text('failure')
    const isOver = state !== 'established'
    if (isOver && failure !== '') this.numbers.add(TCP.failed, serviceText(service), 1, { [ERROR_TYPE]: failure })
    if (state === 'failed') return
    const slot = this.slots.get(id) ?? this.begin(id, cells, isOver)
    if (slot === undefined) return
    if (this.serviceOf[slot] === '' && (service !== '' || isOver)) this.name(slot, serviceText(service), cells)
    if (this.serviceOf[slot] !== '') this.count(slot, cells)
    if (isOver) this.end(id, slot)
  }

  /** What a connection had carried when it was first told of is not counted, unless that is all there is to it. */
  private begin(id: number, cells: Cells, isOver: boolean): number | undefined {
    if (this.slots.size >= MOST_CONNECTIONS) {
      this.options.onTooMany()
      return undefined
    }
    const slot = this.free.pop() ?? this.slots.size
    this.slots.set(id, slot)
    this.serviceOf[slot] = ''
    if ((slot + 1) * TOTALS > this.totals.length) {
      const grown = new Float64Array(this.totals.length * 2)
      grown.set(this.totals)
      this.totals = grown
    }
    if (isOver) this.totals.fill(0, slot * TOTALS, (slot + 1) * TOTALS)
    else this.totals.set(totalsOf(cells), slot * TOTALS)
    return slot
  }

  private name(slot: number, service: string, cells: Cells): void {
    this.serviceOf[slot] = service
    this.live.set(service, (this.live.get(service) ?? 0) + 1)
    const isClient = cells.number('role') === CLIENT
    this.numbers.add(TCP.opened, service, 1, { role: isClient ? 'client' : 'server' })
    const connectNs = cells.number('connectNs')
    if (connectNs < 0) return
    const series = this.connect.of(service, {})
    series.value.record(connectNs / 1e9)
    if (isOverflow(series)) this.options.onOverflow()
  }

  private count(slot: number, cells: Cells): void {
    const service = this.serviceOf[slot]!
    const at = slot * TOTALS
    const now = totalsOf(cells)
    const since = now.map((total, i) => Math.max(0, total - this.totals[at + i]!))
    this.totals.set(now, at)
    this.numbers.add(TCP.io, service, since[0]!, SENT)
    this.numbers.add(TCP.io, service, since[1]!, RECEIVED)
    this.numbers.add(TCP.retransmits, service, since[2]!)
  }

  private end(id: number, slot: number): void {
    const service = this.serviceOf[slot]!
    const left = (this.live.get(service) ?? 1) - 1
    if (left > 0) this.live.set(service, left)
    else this.live.delete(service)
    this.slots.delete(id)
    this.free.push(slot)
  }
}

function totalsOf(cells: Cells): [number, number, number] {
  return [cells.number('bytesSent'), cells.number('bytesReceived'), cells.number('retransmits')]
}
