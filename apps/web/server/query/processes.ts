import { z } from '@hono/zod-openapi'
import type { StoredRow, TimeRange } from '../store/store.ts'
import { BadParameter } from './errors.ts'
import { Count, Host, instant, Instant, instantOrNull, textOrNull } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { momentAt, momentParam, rangeChanges, rangeParams, resolveRange, type Moment } from './range.ts'
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
  threads: Count.nullable().openapi({ description: 'null, like CPU and memory: never sampled, as it lived too short.' }),
  cpuCores: z.number().nullable(),
  residentBytes: Count.nullable(),
  host: Host,
}).openapi('Process')

export const processes = resource({
  name: 'processes',
  summary: 'Processes that run, ran at a time, or lived at some time in a range; last started first. Of those that ended, the 20,000 that started last.',
  params: z.strictObject({ at: momentParam('When: RFC 3339, `now` or `now-15m`. Default: now. Not together with `from` or `to`.', 'now').optional(), ...rangeParams, host: z.string().optional(), ...pageParams }),
  answer: z.object({ processes: z.array(Process), ...pageFields }).openapi('Processes'),
  changes: ({ at, from, to }, now) => rangeChanges({ to: isRange({ from, to }) ? to : at }, now),
  async run(context, params) {
    const now = context.now()
    const range = livedIn(params, now)
    const living = [...context.living.processes()].filter((row) => (row.startedAt as bigint) < range.to)
    const ended = range.from > now ? [] : await context.store.endedProcesses(range)
    const rows = [...living, ...ended].filter((row) => params.host === undefined || row.host === params.host)
    const { page, ...rest } = pageOf(rows, lastStartedFirst, params)
    return { processes: page.map(processAnswer), ...rest }
  },
})

interface Times {
  readonly at?: Moment | undefined
  readonly from?: Moment | undefined
  readonly to?: Moment | undefined
}

const isRange = ({ from, to }: Times): boolean => from !== undefined || to !== undefined

/** Whoever lived in it is asked for; a moment is the range of those that began by then and ended later. @throws BadParameter */
function livedIn(times: Times, now: bigint): TimeRange {
  if (!isRange(times)) {
    const at = times.at ? momentAt(times.at, now) : now
    return { from: at + 1n, to: at + 1n }
  }
  if (times.at) throw new BadParameter('at', 'a moment and a range can\'t be asked for together; leave out `at`, or `from` and `to`')
  return resolveRange(times, now)
}

const lastStartedFirst = (row: StoredRow): string => `${String(2n ** 63n - (row.startedAt as bigint)).padStart(20, '0')} ${String(row.pid).padStart(10, '0')} ${row.host}`

/** Null while it runs, and of one whose end was not seen. */
function exitCodeOf(row: StoredRow): number | null {
  const code = Number(row.exitCode) | 0
  return row.exitedAt === 0n || code === -1 ? null : code
}

function processAnswer(row: StoredRow): z.input<typeof Process> {
  const isSampled = Number(row.threads) > 0 // whatever runs has one
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
    exitCode: exitCodeOf(row),
    threads: isSampled ? Number(row.threads) : null,
    cpuCores: isSampled ? Number(row.cpuMilliCores) / 1000 : null,
    residentBytes: isSampled ? Number(row.residentBytes) : null,
    host: String(row.host),
  }
}
