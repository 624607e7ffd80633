import type { Observation } from '@sonde/shared/observation'
import { readFileSync } from 'node:fs'
import type { Losses } from '../health/losses.ts'

/** As many as `own_tgids` holds. */
const MOST = 256

/** Told of each own process that comes and goes. */
export interface OwnProcessListener {
  added(pid: number): void
  removed(pid: number): void
}

/** Sonde's own processes: the collector, the supervisor that started it, and all that descends from either. */
export class OwnProcesses {
  private readonly pids = new Set<number>()
  private readonly listeners = new Set<OwnProcessListener>()
  private readonly losses: Losses
  private readonly childrenOf: (pid: number) => readonly number[]

  /** `roots` are watched for descendants; `childrenOf` is given by tests. */
  constructor(roots: readonly number[], losses: Losses, childrenOf: (pid: number) => readonly number[] = readChildren) {
    this.losses = losses
    this.childrenOf = childrenOf
    for (const pid of roots) this.add(pid)
    this.rescan()
  }

  has(pid: number): boolean {
    return this.pids.has(pid)
  }

  /** Tells the listener of all there are, and then of changes, until the returned function is called. */
  subscribe(listener: OwnProcessListener): () => void {
    this.listeners.add(listener)
    for (const pid of this.pids) listener.added(pid)
    return () => this.listeners.delete(listener)
  }

  observe(o: Observation): void {
    if (o.kind === 'process-started') {
      if (this.pids.has(o.parentPid)) this.add(o.pid)
      else if (this.pids.has(o.pid) && !o.existing) this.remove(o.pid) // the number has gone to another
    } else if (o.kind === 'process-exited' && this.pids.has(o.pid)) {
      this.remove(o.pid)
    }
  }

  /** Looks for children that no probe told of: before the first one is attached, or while it is off. */
  rescan(): void {
    const unseen = [...this.pids]
    for (let pid = unseen.pop(); pid !== undefined; pid = unseen.pop()) {
      for (const child of this.childrenOf(pid)) {
        if (this.pids.has(child)) continue
        this.add(child)
        unseen.push(child)
      }
    }
  }

  private add(pid: number): void {
    if (this.pids.has(pid)) return
    if (this.pids.size >= MOST) return this.losses.count('kernel.own_processes', 'full', 'own traffic kept out')
    this.pids.add(pid)
    for (const listener of this.listeners) listener.added(pid)
  }

  private remove(pid: number): void {
    this.pids.delete(pid)
    for (const listener of this.listeners) listener.removed(pid)
  }
}

/** /proc/PID/task/TID/children of its threads (proc_pid_children(5)); none if the process is gone. */
function readChildren(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number)
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return []
    throw error
  }
}
