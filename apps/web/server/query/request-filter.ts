import { z } from '@hono/zod-openapi'
import { REQUEST_FLAG } from '@sonde/shared/signal'
import { parseHexId, type Condition, type NumberColumn, type TextColumn } from '../store/condition.ts'
import { wholeParam } from './paging.ts'

const MAX_VALUES = 50
const AGAIN = 'May be repeated: any of the values. A value that begins with `!` is excluded.'

/** One value or several of the same parameter. */
const values = (description: string, pattern = /^[\s\S]{0,4096}$/, complaint = 'too long') =>
  z.union([z.string().regex(pattern, complaint), z.array(z.string().regex(pattern, complaint)).max(MAX_VALUES)])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .openapi({ type: 'string', description: `${description} ${AGAIN}` })
    .optional()

const HEX = /^!?[0-9a-f]+$/i

/** The filters of requests. */
export const requestFilterParams = {
  service: values('Name of the service whose record it is.'),
  peer: values('Name or address of the other end.'),
  host: values('Id of the host.'),
  role: values('`server` or `client`.', /^!?(server|client)$/, 'not server or client'),
  protocol: values('`http`, … or `tcp` where it is not known.'),
  method: values('Request method.'),
  path: values('Exact, or a prefix if it ends with `*`.'),
  template: values('Guessed template of the path.'),
  target: values('The request as its protocol names it, query included.'),
  status: values('A status (`200`), a class (`4xx`), or `error` (by the rule of the role).', /^!?(\d{1,3}|[1-9]xx|error)$/, 'not a status (200), a class (4xx) or error'),
  pid: values('Process.', /^!?\d{1,10}$/, 'not a process id'),
  comm: values('Name of the thread’s program.'),
  connection: values('Id of the connection.', HEX, 'not an id'),
  traceId: values('Trace.', /^!?[0-9a-f]{32}$/i, 'not 32 hex digits'),
  link: values('How sure the link to the other end is: `exact` if it was seen there too, `unknown` if that end is not watched.', /^!?(exact|unknown)$/, 'not exact or unknown'),
  minDurationNs: wholeParam(0, Number.MAX_SAFE_INTEGER, 'Least duration, inclusive.').optional(),
  maxDurationNs: wholeParam(0, Number.MAX_SAFE_INTEGER, 'Greatest duration, inclusive.').optional(),
  q: z.string().max(1000).optional().openapi({ description: 'Free text: part of target, service, peer, method or program, in either case; or the id of a request or trace.' }),
}

const filterSchema = z.object(requestFilterParams)
export type RequestFilter = z.output<typeof filterSchema>

/** The record of the other end exists. */
export const BOTH_ENDS: Condition = { kind: 'bits', column: 'flags', mask: REQUEST_FLAG.peerWatched }

/** What the parameters ask for, all of it together. */
export function conditionOf(filter: RequestFilter): Condition {
  const parts: Condition[] = []
  const add = (asked: readonly string[] | undefined, one: (value: string) => Condition) => {
    if (!asked) return
    const wanted = asked.filter((value) => !value.startsWith('!')).map(one)
    if (wanted.length > 0) parts.push(wanted.length === 1 ? wanted[0]! : { kind: 'any', of: wanted })
    for (const value of asked) if (value.startsWith('!')) parts.push({ kind: 'not', of: one(value.slice(1)) })
  }
  for (const column of ['service', 'peer', 'host', 'protocol', 'method', 'template', 'target', 'comm'] as const) add(filter[column], (value) => text(column, value))
  add(filter.role, (value) => number('role', value === 'client' ? 1 : 0))
  add(filter.path, (value) => (value.endsWith('*') ? { kind: 'prefix', column: 'path', prefix: value.slice(0, -1) } : text('path', value)))
  add(filter.status, statusCondition)
  add(filter.pid, (value) => number('pid', Number(value)))
  add(filter.connection, (value) => number('connectionId', BigInt.asIntN(64, BigInt(`0x${value}`))))
  add(filter.traceId, traceCondition)
  add(filter.link, (value) => (value === 'exact' ? BOTH_ENDS : { kind: 'not', of: BOTH_ENDS }))
  if (filter.minDurationNs !== undefined || filter.maxDurationNs !== undefined) parts.push({ kind: 'between', column: 'durationNs', min: filter.minDurationNs ?? 0, max: filter.maxDurationNs })
  if (filter.q) parts.push({ kind: 'search', text: filter.q })
  return { kind: 'all', of: parts }
}

const text = (column: TextColumn, value: string): Condition => ({ kind: 'text', column, values: [value] })
const number = (column: NumberColumn, value: number | bigint): Condition => ({ kind: 'number', column, values: [value] })

export function traceCondition(traceId: string): Condition {
  const { high, low } = parseHexId(traceId)!
  return { kind: 'all', of: [number('traceIdHigh', high!), number('traceIdLow', low)] }
}

function statusCondition(value: string): Condition {
  if (value === 'error') return number('error', 1)
  if (value.endsWith('xx')) return { kind: 'between', column: 'status', min: Number(value[0]) * 100, max: Number(value[0]) * 100 + 99 }
  return number('status', Number(value))
}
