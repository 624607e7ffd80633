import { z } from '@hono/zod-openapi'
import { formatEndpoint, hex64 } from '@sonde/shared/units'
import type { StoredRow } from '../store/store.ts'
import { Count, DurationNs, Host, instant, Instant, nsOrNull, roleName, textOrNull } from './fields.ts'

export const RequestSchema = z.object({
  id: z.string().openapi({ description: 'Also the id of its span.', example: '00f067aa0ba902b7' }),
  traceId: z.string().openapi({ example: '4bf92f3577b34da6a3ce929d0e0e4736' }),
  startTime: Instant.openapi({ description: 'Arrival of the request at a server; the begin of its sending at a client.' }),
  durationNs: DurationNs.nullable().openapi({ description: 'To the last byte of the response; null if none was seen.' }),
  role: z.enum(['server', 'client']),
  service: z.string(),
  peer: z.string().openapi({ description: 'Name or address of the other end.' }),
  host: Host,
  protocol: z.string(),
  method: z.string().nullable(),
  target: z.string().nullable(),
  path: z.string().nullable(),
  template: z.string().nullable().openapi({ description: 'Guessed; never `http.route`.' }),
  status: z.int().nullable(),
  error: z.boolean().openapi({ description: 'By the rule of the role: a client counts 4xx, a server does not.' }),
  requestBytes: Count,
  responseBytes: Count,
  pid: Count,
  tid: Count,
  comm: z.string(),
  turn: Count.openapi({ description: 'The how-manieth exchange of its connection.' }),
  srttNs: DurationNs.nullable(),
  connection: z.object({ id: z.string(), local: z.string(), remote: z.string() }),
  attributes: z.record(z.string(), z.unknown()).openapi({ description: 'Further OpenTelemetry attributes.' }),
}).openapi('Request')

export type RequestAnswer = z.input<typeof RequestSchema>

/** A row as the API shows it. */
export function requestAnswer(row: StoredRow): RequestAnswer {
  return {
    id: hex64(row.id as bigint),
    traceId: traceIdOf(row),
    startTime: instant(row.startTime as bigint),
    durationNs: nsOrNull(row.durationNs),
    role: roleName(row.role),
    service: String(row.service),
    peer: String(row.peer),
    host: String(row.host),
    protocol: String(row.protocol),
    method: textOrNull(row.method),
    target: textOrNull(row.target),
    path: textOrNull(row.path),
    template: textOrNull(row.template),
    status: row.status === 0 ? null : Number(row.status),
    error: row.error !== 0,
    requestBytes: Number(row.requestBytes),
    responseBytes: Number(row.responseBytes),
    pid: Number(row.pid),
    tid: Number(row.tid),
    comm: String(row.comm),
    turn: Number(row.turn),
    srttNs: row.srttUs === 0 ? null : Number(row.srttUs) * 1000,
    connection: {
      id: hex64(row.connectionId as bigint),
      local: formatEndpoint(String(row.localAddress), Number(row.localPort)),
      remote: formatEndpoint(String(row.remoteAddress), Number(row.remotePort)),
    },
    attributes: parseAttributes(String(row.attributes)),
  }
}

export const traceIdOf = (row: StoredRow): string => hex64(row.traceIdHigh as bigint) + hex64(row.traceIdLow as bigint)

function parseAttributes(text: string): Record<string, unknown> {
  if (text === '' || text === '{}') return {}
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
  } catch {
    return {} // the collector writes this column; what it didn't write as an object has no meaning
  }
}

/** Moments of a request, in order; those that weren't seen are left out. */
export function timelineOf(row: StoredRow): { name: string; time: string; offsetNs: number }[] {
  const moments: [string, unknown][] = [['arrival', 0n], ['read', row.readNs], ['requestEnd', row.requestEndNs], ['firstByte', row.firstByteNs], ['lastByte', row.durationNs]]
  return moments
    .filter(([, offset]) => (offset as bigint) >= 0n)
    .map(([name, offset]) => ({ name, time: instant((row.startTime as bigint) + (offset as bigint)), offsetNs: Number(offset) }))
    .sort((a, b) => a.offsetNs - b.offsetNs)
}
