import type { Process } from '../../live/index.ts'
import type { ServiceRow } from './rows.ts'

/** Something that changed in the range. */
export type Change =
  | { readonly kind: 'replaced' | 'started' | 'ended'; readonly atMs: number; readonly service: string; readonly process: Process; readonly before?: Process }
  | { readonly kind: 'workers'; readonly atMs: number; readonly service: string; readonly began: number; readonly ended: number }
  | { readonly kind: 'latency' | 'rate'; readonly atMs: number; readonly service: string; readonly row: ServiceRow }

/** A process that begins within so long of the end of an older one of its service replaces it. */
const REPLACES_MS = 30_000
const SHOWN = 12

/**
 * Processes of services that began or ended, and levels that moved, oldest first; the newest dozen. Workers come and go as
 * a service works, a process a connection with some: those that ended well are one row a service.
 */
export function changesOf(rows: readonly ServiceRow[], processes: readonly Process[], fromMs: number, toMs: number): { readonly changes: readonly Change[]; readonly more: number } {
  const talking = new Set(rows.map(({ name }) => name))
  const ours = processes.filter(({ service }) => service !== null && talking.has(service))
  const within = (instant: string | null) => instant !== null && Date.parse(instant) >= fromMs && Date.parse(instant) < toMs
  const workers = ours.filter(isWorkerAmong(ours))
  const all = [...changesOfMains(ours.filter((process) => !workers.includes(process)), within), ...changesOfWorkers(workers, within)]
  for (const row of rows) {
    for (const { what, sinceMs } of row.told) if (sinceMs !== undefined) all.push({ kind: what === 'rate' ? 'rate' : 'latency', atMs: sinceMs, service: row.name, row })
  }
  all.sort((a, b) => a.atMs - b.atMs)
  return { changes: all.slice(-SHOWN), more: Math.max(0, all.length - SHOWN) }
}

type Within = (instant: string | null) => boolean

/** Whether a process was begun by another of its service. */
function isWorkerAmong(processes: readonly Process[]): (process: Process) => boolean {
  const key = (host: string, pid: number, service: string | null) => `${host} ${pid} ${service}`
  const known = new Set(processes.map(({ host, pid, service }) => key(host, pid, service)))
  return ({ host, parentPid, service }) => known.has(key(host, parentPid, service))
}

function changesOfMains(processes: readonly Process[], within: Within): Change[] {
  const ended = processes.filter(({ exitedAt }) => within(exitedAt))
  const replaced = new Set<Process>()
  const all: Change[] = []
  for (const process of processes.filter(({ startedAt }) => within(startedAt)).toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))) {
    const atMs = Date.parse(process.startedAt)
    const before = ended.find((one) => one.service === process.service && one.host === process.host && !replaced.has(one) && Date.parse(one.startedAt) < atMs && Math.abs(Date.parse(one.exitedAt!) - atMs) < REPLACES_MS)
    if (before) replaced.add(before)
    all.push({ kind: before ? 'replaced' : 'started', atMs, service: process.service!, process, before })
  }
  for (const process of ended) if (!replaced.has(process)) all.push(endOf(process))
  return all
}

function changesOfWorkers(workers: readonly Process[], within: Within): Change[] {
  const failed = workers.filter(({ exitedAt, exitCode }) => within(exitedAt) && exitCode !== 0)
  const byService = Map.groupBy(workers, ({ service }) => service!)
  const turnover = [...byService].flatMap(([service, own]): Change[] => {
    const began = own.filter(({ startedAt }) => within(startedAt)).map(({ startedAt }) => startedAt)
    const ended = own.filter(({ exitedAt, exitCode }) => within(exitedAt) && exitCode === 0).map(({ exitedAt }) => exitedAt!)
    if (began.length + ended.length === 0) return []
    return [{ kind: 'workers', atMs: Math.max(...[...began, ...ended].map((instant) => Date.parse(instant))), service, began: began.length, ended: ended.length }]
  })
  return [...failed.map(endOf), ...turnover]
}

const endOf = (process: Process): Change => ({ kind: 'ended', atMs: Date.parse(process.exitedAt!), service: process.service!, process })
