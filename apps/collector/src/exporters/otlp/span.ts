import { SpanKind, SpanStatusCode, TraceFlags, type Attributes, type HrTime, type SpanContext, type SpanStatus } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import {
  CLIENT_ADDRESS, CLIENT_PORT, ERROR_TYPE, HTTP_REQUEST_METHOD, HTTP_REQUEST_METHOD_ORIGINAL, HTTP_RESPONSE_STATUS_CODE, NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT, PROCESS_PID, SCHEMA_URL, SERVER_ADDRESS, SERVER_PORT, SERVICE_PEER_NAME, SONDE_QUEUE_DURATION,
  SONDE_URL_TEMPLATE, THREAD_ID, URL_PATH, URL_QUERY, URL_SCHEME,
} from '@sonde/shared/semconv'
import { REQUEST_FLAG } from '@sonde/shared/signal'
import { httpRequest, OTHER_METHOD, type HttpRequest } from '../../metrics/index.ts'
import type { RequestRows } from '../../metrics/index.ts'
import { clientSpanId, hexOf } from './span-id.ts'
import { fullUrl, redactQuery } from './url.ts'

const URL_FULL = 'url.full'
const NS_PER_SECOND = 1_000_000_000
const NO_ITEMS: never[] = []

/** The scope of all that is ours. */
export const scopeOf = (version: string) => ({ name: 'sonde', version, schemaUrl: SCHEMA_URL })

/** A row of requests as a finished span, without a tracer in between: ids and nanoseconds are the row's own. */
class RequestSpan implements ReadableSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly startTime: HrTime
  readonly endTime: HrTime
  readonly duration: HrTime
  readonly status: SpanStatus
  readonly attributes: Attributes
  readonly parentSpanContext: SpanContext | undefined
  readonly resource: Resource
  readonly instrumentationScope: ReadableSpan['instrumentationScope']
  readonly ended = true
  readonly links = NO_ITEMS
  readonly events = NO_ITEMS
  readonly droppedAttributesCount = 0
  readonly droppedEventsCount = 0
  readonly droppedLinksCount = 0
  private readonly context: SpanContext

  constructor(rows: RequestRows, row: number, resource: Resource, scope: ReadableSpan['instrumentationScope']) {
    const request = httpRequest(rows, row)
    const start = rows.batch.columns.startTime[row] as bigint
    const traceId = idOf(rows, 'traceIdHigh', row) + idOf(rows, 'traceIdLow', row)
    const parent = parentOf(rows, row, request.isClient)
    this.name = request.method === OTHER_METHOD ? 'HTTP' : request.method // never the path: conventions, HTTP span name
    this.kind = request.isClient ? SpanKind.CLIENT : SpanKind.SERVER
    this.context = { traceId, spanId: idOf(rows, 'id', row), traceFlags: TraceFlags.SAMPLED }
    this.parentSpanContext = parent && { traceId, ...parent, traceFlags: TraceFlags.SAMPLED }
    this.startTime = [Number(start / 1_000_000_000n), Number(start % 1_000_000_000n)]
    this.duration = hrTime(0, request.durationNs)
    this.endTime = hrTime(this.startTime[0], this.startTime[1] + request.durationNs)
    // Each role's own rule is in `error`; an answer's own status says the rest, so there is no message.
    this.status = { code: request.errorType === '' ? SpanStatusCode.UNSET : SpanStatusCode.ERROR }
    this.attributes = attributesOf(rows, row, request)
    this.resource = resource
    this.instrumentationScope = scope
  }

  spanContext(): SpanContext {
    return this.context
  }
}

export function requestSpan(rows: RequestRows, row: number, resource: Resource, scope: ReadableSpan['instrumentationScope']): ReadableSpan {
  return new RequestSpan(rows, row, resource, scope)
}

function hrTime(seconds: number, nanoseconds: number): HrTime {
  const carry = Math.floor(nanoseconds / NS_PER_SECOND)
  return [seconds + carry, nanoseconds - carry * NS_PER_SECOND]
}

function idOf(rows: RequestRows, column: 'id' | 'traceIdHigh' | 'traceIdLow' | 'parentSpanId', row: number): string {
  const halves = rows.halvesOf(column)
  return hexOf(halves[row * 2 + 1]!, halves[row * 2]!)
}

/**
 * A server's parent is the client's end where that is seen; else, and for clients, whoever wrote `traceparent`.
 * `isRemote`: another process, as far as is known.
 */
function parentOf(rows: RequestRows, row: number, isClient: boolean): { spanId: string; isRemote: boolean } | undefined {
  if (!isClient && (rows.number('flags', row) & REQUEST_FLAG.peerWatched) !== 0) {
    const pair = rows.halvesOf('pairKey')
    return { spanId: clientSpanId(pair[row * 2 + 1]!, pair[row * 2]!), isRemote: true }
  }
  const spanId = idOf(rows, 'parentSpanId', row)
  return spanId === '0000000000000000' ? undefined : { spanId, isRemote: !isClient }
}

function attributesOf(rows: RequestRows, row: number, request: HttpRequest): Attributes {
  const attributes: Attributes = {
    ...rows.attributes(row),
    [HTTP_REQUEST_METHOD]: request.method,
    [URL_SCHEME]: request.scheme,
    [SERVER_ADDRESS]: request.serverAddress,
    [SERVER_PORT]: request.serverPort,
    [NETWORK_PEER_ADDRESS]: rows.text('remoteAddress', row),
    [NETWORK_PEER_PORT]: rows.number('remotePort', row),
    [PROCESS_PID]: rows.number('pid', row),
    [THREAD_ID]: rows.number('tid', row),
  }
  if (request.methodOriginal !== '') attributes[HTTP_REQUEST_METHOD_ORIGINAL] = request.methodOriginal
  if (request.status !== 0) attributes[HTTP_RESPONSE_STATUS_CODE] = request.status
  if (request.errorType !== '') attributes[ERROR_TYPE] = request.errorType
  const template = rows.text('template', row)
  if (template !== '') attributes[SONDE_URL_TEMPLATE] = template
  if (request.isClient) addClientAttributes(attributes, rows, row, request)
  else addServerAttributes(attributes, rows, row)
  return attributes
}

function addClientAttributes(attributes: Attributes, rows: RequestRows, row: number, request: HttpRequest): void {
  const url = fullUrl(request.scheme, request.serverAddress, request.serverPort, rows.text('target', row))
  if (url !== '') attributes[URL_FULL] = url
  delete attributes[URL_PATH]
  delete attributes[URL_QUERY]
  if ((rows.number('flags', row) & REQUEST_FLAG.peerNamed) !== 0) attributes[SERVICE_PEER_NAME] = rows.text('peer', row)
}

function addServerAttributes(attributes: Attributes, rows: RequestRows, row: number): void {
  const target = rows.text('target', row)
  const path = rows.text('path', row)
  const query = target.indexOf('?')
  if (path !== '') attributes[URL_PATH] = path
  if (query >= 0 && query + 1 < target.length) attributes[URL_QUERY] = redactQuery(target.slice(query + 1))
  attributes[CLIENT_ADDRESS] ??= rows.text('remoteAddress', row)
  attributes[CLIENT_PORT] ??= rows.number('remotePort', row)
  const readNs = rows.number('readNs', row)
  if (readNs >= 0) attributes[SONDE_QUEUE_DURATION] = readNs / NS_PER_SECOND
}
