import {
  ERROR_TYPE, HTTP_REQUEST_METHOD, HTTP_REQUEST_METHOD_ORIGINAL, SERVER_ADDRESS, SERVER_PORT, URL_SCHEME,
} from '@sonde/shared/semconv'
import { REQUEST_FLAG } from '@sonde/shared/signal'
import type { RequestRows } from './request-rows.ts'

/** RFC 9110 and RFC 5789, as the HTTP conventions list them; QUERY by their `http.request.method`. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'])

export const OTHER_METHOD = '_OTHER'
const CLIENT = 1

/** What spans and metrics say alike about a request (HTTP conventions, stable). */
export interface HttpRequest {
  readonly isClient: boolean
  readonly method: string
  /** As it was sent, if that isn't `method`; else ''. */
  readonly methodOriginal: string
  readonly scheme: string
  /** 0 if unanswered. */
  readonly status: number
  /** '' if it did not fail. */
  readonly errorType: string
  readonly serverAddress: string
  readonly serverPort: number
  /** From the arrival of the request to the last byte of its answer; to the last that was seen, if unanswered. */
  readonly durationNs: number
}

export function httpRequest(rows: RequestRows, row: number): HttpRequest {
  const attributes = rows.attributes(row)
  const isClient = rows.number('role', row) === CLIENT
  const sent = rows.text('method', row)
  const given = String(attributes[HTTP_REQUEST_METHOD] ?? sent)
  const method = KNOWN_METHODS.has(given) ? given : OTHER_METHOD
  const original = String(attributes[HTTP_REQUEST_METHOD_ORIGINAL] ?? sent)
  const status = rows.number('status', row)
  return {
    isClient,
    method,
    methodOriginal: original === method || original === OTHER_METHOD ? '' : original,
    scheme: String(attributes[URL_SCHEME] ?? 'http'),
    status,
    errorType: errorType(rows, row, status),
    serverAddress: String(attributes[SERVER_ADDRESS] ?? rows.text(isClient ? 'remoteAddress' : 'localAddress', row)),
    serverPort: Number(attributes[SERVER_PORT] ?? rows.number(isClient ? 'remotePort' : 'localPort', row)),
    durationNs: rows.durationNs(row),
  }
}

/** The status code for failures the answer tells of, else what happened; low in cardinality. */
function errorType(rows: RequestRows, row: number, status: number): string {
  const given = rows.attributes(row)[ERROR_TYPE]
  if (given !== undefined) return String(given)
  if (status === 0 && (rows.number('flags', row) & REQUEST_FLAG.unanswered) !== 0) return 'no_response'
  if (rows.number('error', row) === 0) return ''
  return status === 0 ? OTHER_METHOD : String(status)
}
