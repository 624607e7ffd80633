import type { Files } from './detector.ts'
import { parseListeners } from './process/parse.ts'

const TABLE_LIMIT = 8 << 20
const MOST_DESCRIPTORS = 4096
/** How long a namespace's table is good for: the processes that ran before us are looked at in one go. */
const FRESH_NS = 500e6

/** Where processes listen that ran before Sonde did: their descriptors against their namespace's socket tables. */
export class Listening {
  private readonly tables = new Map<string, { at: number; ports: Map<string, number> }>()
  private readonly files: Files

  constructor(files: Files) {
    this.files = files
  }

  /** Ports that `pid` listens on, as /proc shows them; of a process with more than 4,096 descriptors the first of them count. */
  portsOf(pid: number, now: number): number[] {
    const table = this.tableOf(pid, now)
    if (table.size === 0) return []
    const ports = new Set<number>()
    for (const descriptor of this.files.list(`/proc/${pid}/fd`, MOST_DESCRIPTORS) ?? []) {
      const inode = /^socket:\[(\d+)\]$/.exec(this.files.link(`/proc/${pid}/fd/${descriptor}`) ?? '')?.[1]
      const port = inode === undefined ? undefined : table.get(inode)
      if (port !== undefined) ports.add(port)
    }
    return [...ports]
  }

  private tableOf(pid: number, now: number): ReadonlyMap<string, number> {
    const netns = this.files.link(`/proc/${pid}/ns/net`) ?? ''
    const known = this.tables.get(netns)
    if (known && now - known.at < FRESH_NS) return known.ports
    const ports = new Map<string, number>()
    for (const name of ['tcp', 'tcp6']) parseListeners(this.files.read(`/proc/${pid}/net/${name}`, TABLE_LIMIT)?.toString('latin1') ?? '', ports)
    if (this.tables.size >= 64) this.tables.clear()
    this.tables.set(netns, { at: now, ports })
    return ports
  }
}
