import { z } from '@hono/zod-openapi'
import { formatEndpoint, hex64 } from '@sonde/shared/units'
import type { StoredRow } from '../store/store.ts'
import { Count, Host, instant, Instant, instantOrNull } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { rangeChanges, rangeParams, resolveRange } from './range.ts'
import { resource } from './resource.ts'

const Listener = z.object({
  id: z.string(),
  service: z.string(),
  local: z.string(),
  openedAt: Instant.openapi({ description: 'When it began to listen, or was found doing so.' }),
  closedAt: Instant.nullable(),
  queueLength: Count.openapi({ description: 'Established connections that nobody has accepted yet; looked at every 5 s.' }),
  queueLimit: Count,
  longestQueue: Count.openapi({ description: 'The longest that was seen.' }),
  halfOpen: Count.openapi({ description: 'Handshakes that have begun and aren’t complete.' }),
  drops: Count.openapi({ description: 'Connections turned away since it listens, mostly because the accept queue was full.' }),
  pid: Count,
  host: Host,
}).openapi('Listener')

export const listeners = resource({
  name: 'connections/listeners',
  summary: 'Sockets that listened for TCP connections in the range, with their accept queues; those that turned most connections away first.',
  params: z.strictObject({ ...rangeParams, service: z.string().optional(), host: z.string().optional(), ...pageParams }),
  answer: z.object({ listeners: z.array(Listener), ...pageFields }).openapi('Listeners'),
  changes: rangeChanges,
  async run(context, { from, to, service, host, ...paging }) {
    const range = resolveRange({ from, to }, context.now())
    const living = [...context.living.listeners()].filter((row) => (row.openedAt as bigint) < range.to)
    const rows = [...living, ...(await context.store.closedListeners(range))].filter((row) => (service === undefined || row.service === service) && (host === undefined || row.host === host))
    const { page, ...rest } = pageOf(rows, mostTurnedAwayFirst, paging)
    return { listeners: page.map(listenerAnswer), ...rest }
  },
})

const mostTurnedAwayFirst = (row: StoredRow): string => `${String(2 ** 32 - Number(row.drops)).padStart(10, '0')} ${String(row.port).padStart(5, '0')} ${row.host} ${String(row.id)}`

function listenerAnswer(row: StoredRow): z.input<typeof Listener> {
  return {
    id: hex64(row.id as bigint),
    service: String(row.service),
    local: formatEndpoint(String(row.address), Number(row.port)),
    openedAt: instant(row.openedAt as bigint),
    closedAt: instantOrNull(row.closedAt),
    queueLength: Number(row.queueLength),
    queueLimit: Number(row.queueLimit),
    longestQueue: Number(row.longestQueue),
    halfOpen: Number(row.halfOpen),
    drops: Number(row.drops),
    pid: Number(row.pid),
    host: String(row.host),
  }
}

const Drop = z.object({
  reason: z.string().openapi({ description: 'The kernel’s name: `NETFILTER_DROP`; `OTHER` for one this version doesn’t know.' }),
  count: Count,
  lastAt: Instant,
  host: Host,
}).openapi('SegmentDrop')

export const segmentDrops = resource({
  name: 'connections/drops',
  summary: 'Segments of TCP sockets that the kernel dropped in the range, by its reason; most first.',
  params: z.strictObject({ ...rangeParams, host: z.string().optional() }),
  answer: z.object({ drops: z.array(Drop), total: Count.openapi({ description: 'All of them.' }) }).openapi('SegmentDrops'),
  changes: rangeChanges,
  async run(context, { from, to, host }) {
    const rows = (await context.store.segmentDrops(resolveRange({ from, to }, context.now()))).filter((row) => host === undefined || row.host === host)
    return { drops: rows.map(({ lastAt, ...row }) => ({ ...row, lastAt: instant(lastAt) })), total: rows.reduce((sum, { count }) => sum + count, 0) }
  },
})
