import { z } from '@hono/zod-openapi'
import type { StoredRow } from '../store/store.ts'
import { Count, Host, instant, Instant, instantOrNull, textOrNull } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { momentAt, momentParam } from './range.ts'
import { resource } from './resource.ts'

const Process = z.object({
  pid: Count,
  parentPid: Count,
  service: z.string().nullable(),
  serviceKind: z.string().nullable(),
  comm: z.string(),
  commandLine: z.string(),
  user: z.string(),
  container: z.string().nullable(),
  unit: z.string().nullable(),
  cgroup: z.string().nullable(),
  startedAt: Instant,
  exitedAt: Instant.nullable(),
  exitCode: z.int().nullable(),
  threads: Count,
  cpuCores: z.number(),
  residentBytes: Count,
  host: Host,
}).openapi('Process')

export const processes = resource({
  name: 'processes',
  summary: 'Processes that run, or ran at a time; last started first.',
  params: z.strictObject({ at: momentParam('When: RFC 3339, `now` or `now-15m`. Default: now.', 'now').optional(), host: z.string().optional(), ...pageParams }),
  answer: z.object({ processes: z.array(Process), ...pageFields }).openapi('Processes'),
  changes: ({ at }, now) => !at || !('at' in at) || at.at > now - 10_000_000_000n,
  async run(context, params) {
    const now = context.now()
    const at = params.at ? momentAt(params.at, now) : now
    const living = [...context.living.processes()].filter((row) => (row.startedAt as bigint) <= at)
    const ended = at >= now ? [] : await context.store.endedProcesses(at)
    const rows = [...living, ...ended].filter((row) => params.host === undefined || row.host === params.host)
    const { page, ...rest } = pageOf(rows, lastStartedFirst, params)
    return { processes: page.map(processAnswer), ...rest }
  },
})

const lastStartedFirst = (row: StoredRow): string => `${String(2n ** 63n - (row.startedAt as bigint)).padStart(20, '0')} ${String(row.pid).padStart(10, '0')} ${row.host}`

function processAnswer(row: StoredRow): z.input<typeof Process> {
  return {
    pid: Number(row.pid),
    parentPid: Number(row.parentPid),
    service: textOrNull(row.service),
    serviceKind: textOrNull(row.serviceKind),
    comm: String(row.comm),
    commandLine: String(row.commandLine),
    user: String(row.user),
    container: textOrNull(row.container),
    unit: textOrNull(row.unit),
    cgroup: textOrNull(row.cgroup),
    startedAt: instant(row.startedAt as bigint),
    exitedAt: instantOrNull(row.exitedAt),
    exitCode: row.exitedAt === 0n ? null : Number(row.exitCode) | 0,
    threads: Number(row.threads),
    cpuCores: Number(row.cpuMilliCores) / 1000,
    residentBytes: Number(row.residentBytes),
    host: String(row.host),
  }
}
