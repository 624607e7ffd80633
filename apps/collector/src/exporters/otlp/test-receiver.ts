import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { Server as GrpcServer, ServerCredentials, type ServiceDefinition, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import { decodeExponentials, decodeNumbers, decodePoints, decodeSpans, type ReceivedExponential, type ReceivedNumber, type ReceivedPoint, type ReceivedSpan } from './test-decode.ts'

export type { ReceivedSpan } from './test-decode.ts'

/** What to answer: HTTP status with headers and body, or a gRPC code; undefined is success. */
export type Answer = { status?: number; headers?: Record<string, string>; body?: Buffer; grpcCode?: number } | undefined

/** An OTLP receiver for tests: decodes protobuf itself, over HTTP and gRPC. */
export class TestReceiver {
  readonly spans: ReceivedSpan[] = []
  readonly points: ReceivedPoint[] = []
  readonly numbers: ReceivedNumber[] = []
  readonly exponentials: ReceivedExponential[] = []
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
    else {
      this.points.push(...decodePoints(body))
      this.numbers.push(...decodeNumbers(body))
      this.exponentials.push(...decodeExponentials(body))
    }
    return answer
  }
}

/** `ExportTraceServiceResponse` or `ExportMetricsServiceResponse` with a partial success. */
export function partialSuccess(rejected: number, message: string): Buffer {
  const text = Buffer.from(message)
  const inner = Buffer.concat([Buffer.from([0x08, rejected, 0x12, text.length]), text])
  return Buffer.concat([Buffer.from([0x0a, inner.length]), inner])
}
