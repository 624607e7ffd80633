import type { Process } from '../../live/index.ts'
import type { ServiceRow } from './rows.ts'

/** Something that changed in the range. */
export type Change =
  | { readonly kind: 'replaced' | 'started' | 'ended'; readonly atMs: number; readonly service: string; readonly process: Process; readonly before?: Process }
  | { readonly kind: 'latency' | 'rate'; readonly atMs: number; readonly service: string; readonly row: ServiceRow }

/** A process that begins within so long after another of its service ended replaces it. */
const REPLACES_MS = 30_000
const SHOWN = 12

/** Processes of services that began or ended, and levels that moved, oldest first; the newest dozen. */
export function changesOf(rows: readonly ServiceRow[], processes: readonly Process[], fromMs: number, toMs: number): { readonly changes: readonly Change[]; readonly more: number } {
  const within = (instant: string | null) => instant !== null && Date.parse(instant) >= fromMs && Date.parse(instant) < toMs
  const talking = new Set(rows.map(({ name }) => name))
  const ours = processes.filter(({ service }) => service !== null && talking.has(service))
  const ended = ours.filter(({ exitedAt }) => within(exitedAt))
  const replaced = new Set<Process>()
  const all: Change[] = []
  for (const process of ours.filter(({ startedAt }) => within(startedAt))) {
    const atMs = Date.parse(process.startedAt)
    const before = ended.find((one) => one.service === process.service && one.host === process.host && !replaced.has(one) && Math.abs(Date.parse(one.exitedAt!) - atMs) < REPLACES_MS)
    if (before) replaced.add(before)
    all.push({ kind: before ? 'replaced' : 'started', atMs, service: process.service!, process, before })
  }
  for (const process of ended) if (!replaced.has(process)) all.push({ kind: 'ended', atMs: Date.parse(process.exitedAt!), service: process.service!, process })
  for (const row of rows) {
    for (const { what, sinceMs } of row.told) if (sinceMs !== undefined) all.push({ kind: what === 'rate' ? 'rate' : 'latency', atMs: sinceMs, service: row.name, row })
  }
  all.sort((a, b) => a.atMs - b.atMs)
  return { changes: all.slice(-SHOWN), more: Math.max(0, all.length - SHOWN) }
}
