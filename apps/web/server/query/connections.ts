import { z } from '@hono/zod-openapi'
import { formatEndpoint, hex64 } from '@sonde/shared/units'
import type { ConnectionFilter, StoredRow, TimeRange } from '../store/store.ts'
import { Count, DurationNs, Host, instant, Instant, instantOrNull, nsOrNull, roleName, textOrNull } from './fields.ts'
import { cursorBigint, decodeCursor, encodeCursor, pageFields, pageParams } from './paging.ts'
import { rangeChanges, rangeParams, resolveRange } from './range.ts'
import { resource } from './resource.ts'

const Ends = z.enum(['local', 'remote', 'both']).nullable()

const Connection = z.object({
  id: z.string(),
  service: z.string(),
  peer: z.string(),
  role: z.enum(['server', 'client']),
  local: z.string(),
  remote: z.string(),
  state: z.string().openapi({ description: '`established`, `closed`, `failed`, or `lost`: it is over, and its end was not seen.' }),
  openedAt: Instant,
  closedAt: Instant.nullable(),
  connectNs: DurationNs.nullable(),
  srttNs: DurationNs.nullable(),
  retransmits: Count,
  bytesSent: Count,
  bytesReceived: Count,
  failure: z.string().nullable().openapi({ description: '`refused`, `reset`, `timeout`, `unreachable`, `aborted`.' }),
  host: Host,
  pid: Count,
  protocol: z.string(),
  undecoded: z.boolean().openapi({ description: 'It carries bytes no protocol here reads.' }),
  drops: Count.openapi({ description: 'Segments of it that this host dropped, either way.' }),
  dropReason: z.string().nullable().openapi({ description: 'Of the last one, the kernel’s name: `NETFILTER_DROP`.' }),
  resetBy: Ends.openapi({ description: 'Which end sent RST.' }),
  zeroWindow: Ends.openapi({ description: 'Whose receive window is closed now: that end takes nothing more.' }),
  windowLimitedNs: DurationNs.nullable().openapi({ description: 'How long it had more to send than the peer’s window let it, in all. null: not known.' }),
  bufferLimitedNs: DurationNs.nullable().openapi({ description: 'How long it had more to send than its send buffer took.' }),
  unreadNs: DurationNs.openapi({ description: 'How long received bytes have lain unread, at least (known to 5 s); 0: none do.' }),
  unreadMostNs: DurationNs.openapi({ description: 'The longest that received bytes lay unread.' }),
  unreadBytes: Count,
  unackedBytes: Count.openapi({ description: 'Written by the program and not acknowledged by the peer.' }),
}).openapi('Connection')

const several = (description: string) => z.union([z.string(), z.array(z.string()).max(50)]).transform((value) => [value].flat()).optional().openapi({ type: 'string', description: `${description} May be repeated: any of the values.` })

const filters = {
  service: several('Name of the service whose end it is.'),
  peer: several('Name or address of the other end.'),
  state: several('`established`, `closed`, `failed` or `lost`.'),
  failure: several('Why it failed or ended badly.'),
  host: several('Id of the host.'),
  protocol: several('Protocol it carries.'),
}

export const connections = resource({
  name: 'connections',
  summary: 'TCP connections that were open in the range, last opened first.',
  params: z.strictObject({ ...rangeParams, ...filters, ...pageParams }),
  answer: z.object({ connections: z.array(Connection), ...pageFields }).openapi('Connections'),
  changes: rangeChanges,
  async run(context, { from, to, limit = 100, cursor, ...asked }) {
    const place = cursor === undefined ? undefined : decodeCursor(cursor, ['value', 'id', 'from', 'to'])
    const range = place ? { from: cursorBigint(place.from), to: cursorBigint(place.to) } : resolveRange({ from, to }, context.now())
    const after = place && { value: cursorBigint(place.value), id: cursorBigint(place.id) }
    const filter = Object.fromEntries(Object.entries(asked).filter(([, values]) => values !== undefined)) as ConnectionFilter
    const open = [...context.living.connections()].filter((row) => isAsked(row, filter, range))
    const ended = await context.store.closedConnections(range, filter, after, limit + 1)
    const isAfter = (row: StoredRow) => !after || (row.openedAt as bigint) < after.value || (row.openedAt === after.value && (row.id as bigint) < after.id)
    const rows = [...open.filter(isAfter), ...ended.rows].sort(lastOpenedFirst)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const nextCursor = rows.length > limit && last ? encodeCursor({ value: String(last.openedAt), id: String(last.id), from: String(range.from), to: String(range.to) }) : undefined
    return { connections: page.map(connectionAnswer), total: open.length + ended.total, ...(nextCursor && { nextCursor }) }
  },
})

function isAsked(row: StoredRow, filter: ConnectionFilter, range: TimeRange): boolean {
  return (row.openedAt as bigint) < range.to && Object.entries(filter).every(([column, values]) => values.includes(String(row[column])))
}

function lastOpenedFirst(a: StoredRow, b: StoredRow): number {
  if (a.openedAt !== b.openedAt) return (a.openedAt as bigint) < (b.openedAt as bigint) ? 1 : -1
  return (a.id as bigint) < (b.id as bigint) ? 1 : -1
}

function connectionAnswer(row: StoredRow): z.input<typeof Connection> {
  return {
    id: hex64(row.id as bigint),
    service: String(row.service),
    peer: String(row.peer),
    role: roleName(row.role),
    local: formatEndpoint(String(row.localAddress), Number(row.localPort)),
    remote: formatEndpoint(String(row.remoteAddress), Number(row.remotePort)),
    state: String(row.state),
    openedAt: instant(row.openedAt as bigint),
    closedAt: instantOrNull(row.closedAt),
    connectNs: nsOrNull(row.connectNs),
    srttNs: row.srttNs === 0n ? null : Number(row.srttNs),
    retransmits: Number(row.retransmits),
    bytesSent: Number(row.bytesSent),
    bytesReceived: Number(row.bytesReceived),
    failure: textOrNull(row.failure),
    host: String(row.host),
    pid: Number(row.pid),
    protocol: String(row.protocol),
    undecoded: row.undecoded !== 0,
    drops: Number(row.drops),
    dropReason: textOrNull(row.dropReason),
    resetBy: endsOrNull(row.resets),
    zeroWindow: endsOrNull(row.zeroWindows),
    windowLimitedNs: nsOrNull(row.windowLimitedNs),
    bufferLimitedNs: nsOrNull(row.bufferLimitedNs),
    unreadNs: Number(row.unreadNs),
    unreadMostNs: Number(row.unreadMostNs),
    unreadBytes: Number(row.unreadBytes),
    unackedBytes: Number(row.unackedBytes),
  }
}

const endsOrNull = (ends: unknown): z.input<typeof Ends> => (ends === '' ? null : (ends as z.input<typeof Ends>))
