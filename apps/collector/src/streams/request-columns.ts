import type { REQUESTS, TableBuilder } from '@sonde/shared/signal'

type Builder = TableBuilder<typeof REQUESTS>
type Column = keyof typeof REQUESTS.columns

const halves = (builder: Builder, column: Column) => builder.halvesOf(builder.column(column))
const words = (builder: Builder, column: Column) => builder.values(builder.column(column)) as Uint32Array
const shorts = (builder: Builder, column: Column) => builder.values(builder.column(column)) as Uint16Array
const bytes = (builder: Builder, column: Column) => builder.values(builder.column(column)) as Uint8Array

/**
 * The arrays of the batch of requests being built: i64 columns as halves, the others as they are. Fields written out one by
 * one: an object filled in a loop is a hash table to V8, and looking up 33 columns in it costs more than the whole row.
 */
export class RequestColumns {
  readonly id: Uint32Array
  readonly traceIdHigh: Uint32Array
  readonly traceIdLow: Uint32Array
  readonly parentSpanId: Uint32Array
  readonly pairKey: Uint32Array
  readonly startTime: Uint32Array
  readonly readNs: Uint32Array
  readonly requestEndNs: Uint32Array
  readonly firstByteNs: Uint32Array
  readonly durationNs: Uint32Array
  readonly requestBytes: Uint32Array
  readonly responseBytes: Uint32Array
  readonly connectionId: Uint32Array
  readonly turn: Uint32Array
  readonly sequence: Uint32Array
  readonly srttUs: Uint32Array
  readonly pid: Uint32Array
  readonly tid: Uint32Array
  readonly status: Uint16Array
  readonly localPort: Uint16Array
  readonly remotePort: Uint16Array
  readonly role: Uint8Array
  readonly error: Uint8Array
  readonly flags: Uint8Array
  readonly service: Uint32Array
  readonly peer: Uint32Array
  readonly protocol: Uint32Array
  readonly method: Uint32Array
  readonly target: Uint32Array
  readonly path: Uint32Array
  readonly template: Uint32Array
  readonly comm: Uint32Array
  readonly localAddress: Uint32Array
  readonly remoteAddress: Uint32Array
  readonly attributes: Uint32Array

  constructor(b: Builder) {
    this.id = halves(b, 'id')
    this.traceIdHigh = halves(b, 'traceIdHigh')
    this.traceIdLow = halves(b, 'traceIdLow')
    this.parentSpanId = halves(b, 'parentSpanId')
    this.pairKey = halves(b, 'pairKey')
    this.startTime = halves(b, 'startTime')
    this.readNs = halves(b, 'readNs')
    this.requestEndNs = halves(b, 'requestEndNs')
    this.firstByteNs = halves(b, 'firstByteNs')
    this.durationNs = halves(b, 'durationNs')
    this.requestBytes = halves(b, 'requestBytes')
    this.responseBytes = halves(b, 'responseBytes')
    this.connectionId = halves(b, 'connectionId')
    this.turn = words(b, 'turn')
    this.sequence = words(b, 'sequence')
    this.srttUs = words(b, 'srttUs')
    this.pid = words(b, 'pid')
    this.tid = words(b, 'tid')
    this.status = shorts(b, 'status')
    this.localPort = shorts(b, 'localPort')
    this.remotePort = shorts(b, 'remotePort')
    this.role = bytes(b, 'role')
    this.error = bytes(b, 'error')
    this.flags = bytes(b, 'flags')
    this.service = words(b, 'service')
    this.peer = words(b, 'peer')
    this.protocol = words(b, 'protocol')
    this.method = words(b, 'method')
    this.target = words(b, 'target')
    this.path = words(b, 'path')
    this.template = words(b, 'template')
    this.comm = words(b, 'comm')
    this.localAddress = words(b, 'localAddress')
    this.remoteAddress = words(b, 'remoteAddress')
    this.attributes = words(b, 'attributes')
  }
}
