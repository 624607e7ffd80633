import { processKey as keyOf } from '../../live/processes.ts'
import type { Process } from '../../live/resources.ts'
import type { Filter } from '../../live/selection.ts'

/** Rows of the page: processes, or services that gather theirs. Pure. */
export interface ProcessRow {
  readonly key: string
  /** How deep in the tree, 0 at the left. */
  readonly depth: number
  /** For each level to the left of the name: whether its line goes on below. */
  readonly guides: readonly boolean[]
  readonly process: Process | undefined
  /** A service: what its processes come to. */
  readonly group: { readonly name: string; readonly count: number; readonly cpuCores: number; readonly threads: number } | undefined
}

export type Arrangement = 'tree' | 'service' | 'flat'

/** Every word is somewhere in name, pid, service, user, unit, container or command. */
export function matching(processes: readonly Process[], text: string): readonly Process[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return processes
  return processes.filter((process) => {
    const { comm, pid, service, user, unit, container, commandLine } = process
    const all = `${comm}\n${pid}\n${service ?? ''}\n${user}\n${unit ?? ''}\n${container ?? ''}\n${commandLine}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
}

const byStart = (a: Process, b: Process) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.pid - b.pid
const flatRow = (process: Process): ProcessRow => ({ key: keyOf(process), depth: 0, guides: [], process, group: undefined })

export function arranged(processes: readonly Process[], arrangement: Arrangement): ProcessRow[] {
  if (arrangement === 'flat') return [...processes].sort(byStart).map(flatRow)
  return arrangement === 'tree' ? treeRows(processes) : serviceRows(processes)
}

/** Under its parent, in the order they began; what has no parent here is at the left. Each is shown once, whatever its parents claim. */
function treeRows(processes: readonly Process[]): ProcessRow[] {
  const living = new Map<string, Process[]>()
  for (const process of processes) {
    const id = `${process.host} ${process.pid}`
    living.set(id, [...(living.get(id) ?? []), process])
  }
  // A pid is used again: the parent is the one that lived when the child began.
  const parentOf = (child: Process) => living.get(`${child.host} ${child.parentPid}`)?.find((one) => one !== child && one.startedAt <= child.startedAt && (one.exitedAt === null || one.exitedAt >= child.startedAt))
  const children = new Map<string | undefined, Process[]>()
  for (const process of [...processes].sort(byStart)) {
    const parent = parentOf(process)
    const key = parent && keyOf(parent)
    children.set(key, [...(children.get(key) ?? []), process])
  }
  const rows: ProcessRow[] = []
  const seen = new Set<string>()
  // Whoever claims each other as parents have no root: they come last, at the left.
  const roots = [...(children.get(undefined) ?? []), ...processes]
  const stack = roots.map((process) => ({ process, depth: 0, guides: [] as boolean[] })).reverse()
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { process, depth, guides } = next
    const key = keyOf(process)
    if (seen.has(key)) continue
    seen.add(key)
    rows.push({ key, depth, guides, process, group: undefined })
    const below = children.get(key) ?? []
    for (let i = below.length - 1; i >= 0; i--) stack.push({ process: below[i]!, depth: depth + 1, guides: [...guides, i < below.length - 1] })
  }
  return rows
}

function serviceRows(processes: readonly Process[]): ProcessRow[] {
  const services = new Map<string, Process[]>()
  for (const process of processes) services.set(process.service ?? '', [...(services.get(process.service ?? '') ?? []), process])
  const named = [...services].sort(([a], [b]) => Number(a === '') - Number(b === '') || (a < b ? -1 : 1))
  return named.flatMap(([name, members]) => {
    const alive = members.filter(({ exitedAt }) => exitedAt === null)
    const sum = (of: (process: Process) => number | null) => alive.reduce((total, process) => total + (of(process) ?? 0), 0)
    const group = { name, count: alive.length, cpuCores: sum(({ cpuCores }) => cpuCores), threads: sum(({ threads }) => threads) }
    const sorted = [...members].sort(byStart)
    return [
      { key: `service ${name}`, depth: 0, guides: [], process: undefined, group },
      ...sorted.map((process, i): ProcessRow => ({ key: keyOf(process), depth: 1, guides: [i < sorted.length - 1], process, group: undefined })),
    ]
  })
}

/** Those of the hosts and services selected: one of each that is asked for, none that is excluded. */
export function selected(processes: readonly Process[], filters: readonly Filter[]): readonly Process[] {
  const admits = (key: Filter['key'], value: string | null) => {
    const mine = filters.filter((filter) => filter.key === key)
    const asked = mine.filter(({ not }) => !not)
    return !mine.some((filter) => filter.not && filter.value === value) && (asked.length === 0 || asked.some((filter) => filter.value === value))
  }
  return processes.filter(({ host, service }) => admits('host', host) && admits('service', service))
}

/** What the sentence above the table counts. */
export function totals(processes: readonly Process[], fromMs: number): { readonly alive: number; readonly threads: number; readonly started: number; readonly ended: number; readonly failed: number } {
  const alive = processes.filter(({ exitedAt }) => exitedAt === null)
  const ended = processes.filter(({ exitedAt }) => exitedAt !== null)
  return {
    alive: alive.length, threads: alive.reduce((sum, { threads }) => sum + (threads ?? 0), 0), started: processes.filter(({ startedAt }) => Date.parse(startedAt) >= fromMs).length,
    ended: ended.length, failed: ended.filter(({ exitCode }) => exitCode !== 0).length,
  }
}

const LEVEL_PX = 16
/** What all levels may take together, so that room for names is left. */
const LEVELS_PX = 112

/** Pixels a level of the tree is wide: the same in all its rows. */
export const levelPx = (rows: readonly ProcessRow[]): number => Math.max(3, Math.min(LEVEL_PX, Math.floor(LEVELS_PX / rows.reduce((deepest, { depth }) => Math.max(deepest, depth), 1))))
