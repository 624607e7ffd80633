import { REQUEST_FLAG, REQUESTS, TableBuilder, type TableBatch } from '@sonde/shared/signal'
import { RequestIds, type Label, type Request } from '../model/index.ts'
import { RequestColumns } from './request-columns.ts'
import type { WallClock } from './wall-clock.ts'

const TWO_32 = 4294967296

/** Batches begun in this process, of any instance: labels are shared by all. */
let batches = 0

/**
 * Writes requests into columns. This runs for every request there is: cells are set on the arrays themselves, each of one
 * type, and texts go by the id their label remembers.
 */
export class RequestRows {
  private readonly builder: TableBuilder<typeof REQUESTS>
  private readonly clock: WallClock
  private readonly ids = new RequestIds()
  private arrays: RequestColumns
  private layout: number
  /** The batch being built, as labels know it. */
  private batch = ++batches

  constructor(clock: WallClock, capacity: number) {
    this.builder = new TableBuilder(REQUESTS, capacity)
    this.clock = clock
    this.arrays = new RequestColumns(this.builder)
    this.layout = this.builder.layout
  }

  get rowCount(): number {
    return this.builder.rowCount
  }

  get stringCount(): number {
    return this.builder.stringCount
  }

  take(): TableBatch | undefined {
    this.batch = ++batches
    return this.builder.take()
  }

  recycle(batch: TableBatch): void {
    this.builder.recycle(batch)
  }

  add(request: Request): void {
    const { builder } = this
    const row = builder.addRow()
    if (this.layout !== builder.layout) {
      this.arrays = new RequestColumns(builder)
      this.layout = builder.layout
    }
    this.writeIds(request, row)
    this.writeTimes(request, row)
    this.writeTexts(request, row)
    this.writeNumbers(request, row)
  }

  private writeIds(request: Request, row: number): void {
    const { ids, arrays } = this
    const { connection } = request
    ids.make(connection.tupleHigh, connection.tupleLow, request.sequence, connection.role === 'server' ? 0 : 1)
    const low = row * 2
    const high = low + 1
    arrays.id[low] = ids.low
    arrays.id[high] = ids.high
    arrays.pairKey[low] = ids.pairLow
    arrays.pairKey[high] = ids.pairHigh
    const trace = request.traced ? request.traceId : ids.trace
    arrays.traceIdHigh[high] = trace[0]!
    arrays.traceIdHigh[low] = trace[1]!
    arrays.traceIdLow[high] = trace[2]!
    arrays.traceIdLow[low] = trace[3]!
    if (!request.traced) return
    arrays.parentSpanId[high] = request.parentId[0]
    arrays.parentSpanId[low] = request.parentId[1]
  }

  private writeTimes(request: Request, row: number): void {
    const { arrays, clock } = this
    const start = request.arrivedAt
    clock.at(start)
    arrays.startTime[row * 2] = clock.low
    arrays.startTime[row * 2 + 1] = clock.high
    setSince(arrays.readNs, row, request.readAt, start)
    setSince(arrays.requestEndNs, row, request.endAt, start)
    setSince(arrays.firstByteNs, row, request.responseStartAt, start)
    setSince(arrays.durationNs, row, request.responseEndAt, start)
  }

  private writeTexts(request: Request, row: number): void {
    const { arrays } = this
    const { connection } = request
    arrays.service[row] = this.text(request.service)
    arrays.peer[row] = this.text(request.peer)
    arrays.protocol[row] = this.text(request.protocol)
    arrays.method[row] = this.text(request.method)
    arrays.target[row] = this.text(request.target)
    arrays.path[row] = this.text(request.path)
    arrays.template[row] = this.text(request.template)
    arrays.comm[row] = this.text(request.comm)
    arrays.localAddress[row] = this.text(connection.localAddress)
    arrays.remoteAddress[row] = this.text(connection.remoteAddress)
    arrays.attributes[row] = this.text(request.attributes)
  }

  private writeNumbers(request: Request, row: number): void {
    const { arrays } = this
    const { connection } = request
    setWhole(arrays.requestBytes, row, request.requestBytes)
    setWhole(arrays.responseBytes, row, request.responseBytes)
    setWhole(arrays.connectionId, row, connection.cookie)
    arrays.turn[row] = request.turn
    arrays.sequence[row] = request.sequence
    arrays.srttUs[row] = request.srttUs
    arrays.pid[row] = request.pid
    arrays.tid[row] = request.tid
    arrays.status[row] = request.status
    arrays.localPort[row] = connection.localPort
    arrays.remotePort[row] = connection.remotePort
    arrays.role[row] = connection.role === 'server' ? 0 : 1
    arrays.error[row] = request.error ? 1 : 0
    arrays.flags[row] =
      (request.traced ? REQUEST_FLAG.traceparent : 0) | (request.peerWatched ? REQUEST_FLAG.peerWatched : 0) |
      (request.unanswered ? REQUEST_FLAG.unanswered : 0) | (request.peerNamed ? REQUEST_FLAG.peerNamed : 0)
  }

  private text(label: Label): number {
    if (label.batch === this.batch) return label.id
    label.batch = this.batch
    return (label.id = this.builder.intern(label.text))
  }
}

/** Sets a duration since `start`; −1 for a time that wasn't seen. A clock that seems to go back is taken as standing still. */
function setSince(halves: Uint32Array, row: number, at: number, start: number): void {
  if (at === 0) halves[row * 2] = halves[row * 2 + 1] = 0xffffffff
  else setWhole(halves, row, at > start ? at - start : 0)
}

/** Sets a whole number from 0 to 2^53. */
function setWhole(halves: Uint32Array, row: number, value: number): void {
  halves[row * 2] = value
  halves[row * 2 + 1] = value < TWO_32 ? 0 : Math.floor(value / TWO_32)
}
