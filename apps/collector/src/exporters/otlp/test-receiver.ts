import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { Server as GrpcServer, ServerCredentials, type ServiceDefinition, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'

type Value = string | number | boolean | bigint
type Attributes = Record<string, Value>

export interface ReceivedSpan {
  readonly resource: Attributes
  readonly resourceSchemaUrl: string
  readonly scope: string
  readonly scopeSchemaUrl: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Attributes
  readonly status: number
}

export interface ReceivedPoint {
  readonly resource: Attributes
  readonly metric: string
  readonly unit: string
  /** 1 delta, 2 cumulative. */
  readonly temporality: number
  readonly attributes: Attributes
  readonly start: bigint
  readonly end: bigint
  readonly count: bigint
  readonly sum: number
  readonly bounds: number[]
  readonly buckets: bigint[]
}

/** What to answer: HTTP status with headers and body, or a gRPC code; undefined is success. */
export type Answer = { status?: number; headers?: Record<string, string>; body?: Buffer; grpcCode?: number } | undefined

/** An OTLP receiver for tests: decodes protobuf itself, over HTTP and gRPC. */
export class TestReceiver {
  readonly spans: ReceivedSpan[] = []
  readonly points: ReceivedPoint[] = []
  readonly headers: IncomingHttpHeaders[] = []
  exports = 0
  /** Decides the answer to the n-th export from 1. What is answered with an error is not kept. */
  answer: (n: number) => Answer = () => undefined
  private http: Server | undefined
  private grpc: GrpcServer | undefined

  async listenHttp(port: number): Promise<void> {
    this.http = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        this.headers.push(request.headers)
        const body = Buffer.concat(parts)
        const answer = this.take(request.url!.endsWith('/v1/traces'), request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
        response.writeHead(answer?.status ?? 200, { 'content-type': 'application/x-protobuf', ...answer?.headers })
        response.end(answer?.body ?? '')
      })
    })
    this.http.listen(port, '127.0.0.1')
    await once(this.http, 'listening')
  }

  async listenGrpc(port: number): Promise<void> {
    const grpc = new GrpcServer()
    const raw = (value: Buffer) => value
    const service = (path: string, isTraces: boolean) => {
      const definition: ServiceDefinition = { export: { path, requestStream: false, responseStream: false, requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw } }
      grpc.addService(definition, {
        export: (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
          const answer = this.take(isTraces, call.request)
          if (answer?.grpcCode) done({ code: answer.grpcCode, details: 'as the test wants' })
          else done(null, answer?.body ?? Buffer.alloc(0))
        },
      })
    }
    service('/opentelemetry.proto.collector.trace.v1.TraceService/Export', true)
    service('/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', false)
    await new Promise<void>((resolve, reject) => grpc.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())))
    this.grpc = grpc
  }

  async close(): Promise<void> {
    this.grpc?.forceShutdown()
    if (!this.http?.listening) return
    const closed = once(this.http, 'close')
    this.http.close()
    this.http.closeAllConnections()
    await closed
  }

  private take(isTraces: boolean, body: Buffer): Answer {
    const answer = this.answer(++this.exports)
    if ((answer?.status ?? 200) >= 300 || answer?.grpcCode) return answer
    if (isTraces) this.spans.push(...decodeSpans(body))
    else this.points.push(...decodePoints(body))
    return answer
  }
}

/** `ExportTraceServiceResponse` or `ExportMetricsServiceResponse` with a partial success. */
export function partialSuccess(rejected: number, message: string): Buffer {
  const text = Buffer.from(message)
  const inner = Buffer.concat([Buffer.from([0x08, rejected, 0x12, text.length]), text])
  return Buffer.concat([Buffer.from([0x0a, inner.length]), inner])
}

// ---- protobuf: opentelemetry/proto/{trace,metrics,common}/v1 -----------------------------------------------------------

/** Fields by number: varints and fixed widths as bigint, the rest as bytes. */
type Fields = Map<number, (bigint | Buffer)[]>

function fields(bytes: Buffer): Fields {
  const found: Fields = new Map()
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const take = (length: number) => bytes.subarray(at, (at += length))
  while (at < bytes.length) {
    const tag = Number(varint())
    const wire = tag & 7
    const value = wire === 0 ? varint() : wire === 1 ? take(8).readBigUInt64LE() : wire === 2 ? take(Number(varint())) : BigInt(take(4).readUInt32LE())
    found.set(tag >>> 3, [...(found.get(tag >>> 3) ?? []), value])
  }
  return found
}

const messages = (of: Fields, field: number): Fields[] => (of.get(field) ?? []).map((bytes) => fields(bytes as Buffer))
const text = (of: Fields | undefined, field: number): string => (of?.get(field)?.[0] as Buffer | undefined)?.toString('utf8') ?? ''
const hex = (of: Fields, field: number): string => (of.get(field)?.[0] as Buffer | undefined)?.toString('hex') ?? ''
const integer = (of: Fields | undefined, field: number): bigint => (of?.get(field)?.[0] as bigint | undefined) ?? 0n
const double = (bits: bigint): number => Buffer.from(new BigUint64Array([bits]).buffer).readDoubleLE()

function attributes(of: Fields | undefined, field: number): Attributes {
  const pairs = of ? messages(of, field) : []
  return Object.fromEntries(pairs.map((pair) => [text(pair, 1), anyValue(messages(pair, 2)[0]!)]))
}

function anyValue(value: Fields): Value {
  if (value.has(1)) return text(value, 1)
  if (value.has(2)) return integer(value, 2) === 1n
  if (value.has(3)) return Number(integer(value, 3))
  return double(integer(value, 4))
}

function decodeSpans(body: Buffer): ReceivedSpan[] {
  return messages(fields(body), 1).flatMap((resourceSpans) =>
    messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => ({
        resource: attributes(messages(resourceSpans, 1)[0], 1),
        resourceSchemaUrl: text(resourceSpans, 3),
        scope: text(messages(scopeSpans, 1)[0], 1),
        scopeSchemaUrl: text(scopeSpans, 3),
        traceId: hex(span, 1),
        spanId: hex(span, 2),
        parentSpanId: hex(span, 4),
        name: text(span, 5),
        kind: Number(integer(span, 6)),
        start: integer(span, 7),
        end: integer(span, 8),
        attributes: attributes(span, 9),
        status: Number(integer(messages(span, 15)[0], 3)),
      })),
    ),
  )
}

function packed(of: Fields, field: number): bigint[] {
  return (of.get(field) ?? []).flatMap((value) => {
    if (typeof value === 'bigint') return [value]
    return Array.from({ length: value.length / 8 }, (_, i) => value.readBigUInt64LE(i * 8))
  })
}

function decodePoints(body: Buffer): ReceivedPoint[] {
  return messages(fields(body), 1).flatMap((resourceMetrics) =>
    messages(resourceMetrics, 2).flatMap((scopeMetrics) =>
      messages(scopeMetrics, 2).flatMap((metric) =>
        messages(metric, 9).flatMap((histogram) =>
          messages(histogram, 1).map((point) => ({
            resource: attributes(messages(resourceMetrics, 1)[0], 1),
            metric: text(metric, 1),
            unit: text(metric, 3),
            temporality: Number(integer(histogram, 2)),
            attributes: attributes(point, 9),
            start: integer(point, 2),
            end: integer(point, 3),
            count: integer(point, 4),
            sum: double(integer(point, 5)),
            bounds: packed(point, 7).map(double),
            buckets: packed(point, 6),
          })),
        ),
      ),
    ),
  )
}
