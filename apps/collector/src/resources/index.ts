import { UNKNOWN_EXIT_CODE, type ConnectionClosed, type ConnectionOpened, type ListenerSeen, type Observation, type Observer, type ProcessExecuted, type ProcessExited, type ProcessStarted } from '@sonde/shared/observation'
import { BoundedMap } from '../health/bounded-map.ts'
import type { Losses } from '../health/losses.ts'
import type { ServiceRule } from './config/index.ts'
import { Describer } from './describe.ts'
import type { Files } from './detector.ts'
import { entryOf, isForgotten, KEPT_AFTER_EXIT_NS, STAYS_AFTER_NS, unannounced, type Entry } from './entry.ts'
import { hostFiles } from './files.ts'
import { Usage } from './usage.ts'
import { Vanished } from './vanished.ts'

export type { ServiceRule } from './config/index.ts'
export type { Files } from './detector.ts'
export { HostUsage } from './host/index.ts'
export { hostFiles } from './files.ts'

export interface ResourcesOptions {
  readonly rules: readonly ServiceRule[]
  /** Sonde's own processes are nobody's service. */
  readonly isOwn: (pid: number) => boolean
  readonly losses: Losses
  /** Where ProcessDescribed and ProcessUsed go, and ProcessExited for processes whose end nobody told. */
  readonly emit: Observer
  readonly files?: Files
}

const MOST_PROCESSES = 32_768
/** Most short-lived programs are over by then, and were not worth a look into /proc. */
const LOOK_AFTER_NS = 100e6
/** A server opens its listening sockets one after the other: its name waits for all of them. */
const PORTS_SETTLE_NS = 100e6
const LOOKS_PER_TICK = 64
const STAYS_SOUGHT_EVERY_NS = 1e9

/** Finds out whose processes are: observations of processes and sockets in, ProcessDescribed and ProcessUsed out. */
export class Resources {
  private readonly entries: BoundedMap<number, Entry>
  private readonly describer: Describer
  private readonly usage: Usage
  private readonly vanished: Vanished
  private readonly emit: Observer
  private readonly isOwn: (pid: number) => boolean
  /** Processes to look at, by when; each list is in order of time. */
  private readonly young = new Schedule()
  private readonly listening = new Schedule()
  private readonly exited = new Schedule()
  private existing: Entry[] = []
  private staysSoughtAt = 0

  constructor(options: ResourcesOptions) {
    const files = options.files ?? hostFiles
    this.isOwn = options.isOwn
    this.entries = new BoundedMap({ capacity: MOST_PROCESSES, onEvict: () => options.losses.count('resources', 'evicted', 'processes') })
    this.describer = new Describer({ rules: options.rules, files, emit: options.emit })
    this.usage = new Usage(files, options.emit)
    this.vanished = new Vanished(files)
    this.emit = options.emit
  }

  /** Entries now and at most, for the health report. */
  get bound(): readonly [number, number] {
    return [this.entries.size, MOST_PROCESSES]
  }

  /** Takes an observation before the model does, so that a process is named before its requests are. */
  observe(o: Observation): void {
    switch (o.kind) {
      case 'exchange':
        if (o.turn === 1) this.talks(o.pid, o.at)
        return
      case 'connection-strained':
        return this.talks(o.pid, o.at)
      case 'connection-opened':
      case 'connection-closed':
      case 'listener-seen':
        return this.connection(o)
      case 'process-started':
        return this.started(o)
      case 'process-executed':
        return this.executed(o)
      case 'process-exited':
        return this.ended(o)
      case 'process-described':
      case 'process-used':
      case 'stack-sampled':
      case 'connection-sampled':
      case 'connections-living':
      case 'accept-queue-measured':
      case 'segments-dropped':
      case 'name-resolved':
      case 'answer-malformed':
      case 'distribution-measured':
      case 'host-used':
      case 'device-used':
      case 'cgroup-used':
        return
      default:
        o satisfies never
    }
  }

  /** Other rules of the configuration: all that lives is looked at again. */
  setRules(rules: readonly ServiceRule[]): void {
    this.describer.setRules(rules)
    for (const entry of this.entries.values()) if (!entry.exitedAt && entry.said) this.existing.push(entry)
  }

  /** Does what is due at `now` (boot time): looks at new processes, samples what services use. */
  tick(now: number): void {
    if (this.existing.length > 0) this.admitExisting(now)
    const look = (entry: Entry): boolean => {
      const isDue = !entry.replaced && (entry.exitedAt === 0 || (!entry.said && !isForgotten(entry, now)))
      if (isDue) this.describe(entry, now)
      return isDue
    }
    let looks = this.listening.take(now, LOOKS_PER_TICK, look)
    looks += this.young.take(now, LOOKS_PER_TICK - looks, look)
    if (now >= this.staysSoughtAt + STAYS_SOUGHT_EVERY_NS) this.lookAtStaying(now, LOOKS_PER_TICK - looks)
    for (const { pid, startedAt } of this.vanished.find(now, this.entries.values())) this.vanish({ kind: 'process-exited', at: now, pid, startedAt, exitCode: UNKNOWN_EXIT_CODE })
    this.exited.take(now, Infinity, (entry) => this.entries.get(entry.pid) === entry && this.entries.delete(entry.pid))
    this.usage.tick(now, this.entries.values())
  }

  private started(o: ProcessStarted): void {
    if (this.isOwn(o.pid)) return
    const entry = entryOf(o, this.entries.get(o.parentPid), o.existing)
    const known = this.entries.get(o.pid)
    if (known && sameStart(known, o.startedAt)) return // told twice: by the iterator and by the fork
    if (known) this.leave(known, o.at)
    this.entries.set(o.pid, entry)
    if (o.existing) this.existing.push(entry)
    else this.announce(entry, o.at)
  }

  private executed(o: ProcessExecuted): void {
    if (this.isOwn(o.pid)) return
    const known = this.entries.get(o.pid)
    const entry = entryOf(o, this.entries.get(o.parentPid), false)
    if (known) {
      known.replaced = true
      this.leave(known, o.at)
    }
    this.entries.set(o.pid, entry)
    this.announce(entry, o.at)
  }

  private ended(o: ProcessExited): void {
    const entry = this.entries.get(o.pid)
    if (!entry || !sameStart(entry, o.startedAt)) return
    this.leave(entry, o.at)
    this.exited.add(o.at + KEPT_AFTER_EXIT_NS, entry)
  }

  private vanish(o: ProcessExited): void {
    this.ended(o)
    this.emit(o)
  }

  private connection(o: ListenerSeen | ConnectionOpened | ConnectionClosed): void {
    if (o.pid === 0) return
    if (o.kind !== 'listener-seen') return this.talks(o.pid, o.at)
    const entry = this.entries.get(o.pid) ?? this.meet(o.pid)
    if (!entry) return
    entry.talks = true
    if (entry.instance) {
      entry.instance.ports.add(o.socket.localPort)
      entry.instance.talks = true
    } else {
      entry.ports.push(o.socket.localPort)
    }
    this.listening.add(o.at + PORTS_SETTLE_NS, entry)
  }

  /** A process was seen to use a connection: it is needed by name, now. */
  private talks(pid: number, at: number): void {
    if (pid === 0) return
    const entry = this.entries.get(pid) ?? this.meet(pid)
    if (!entry || (entry.said !== undefined && entry.said.service !== '' && entry.instance?.settled !== false)) return
    if (entry.talks && entry.said !== undefined && (entry.instance === undefined || entry.instance.ports.size === 0)) return
    entry.talks = true
    this.describe(entry, at)
  }

  private describe(entry: Entry, now: number): void {
    this.describer.describe(entry, now)
    // Met on a socket and not found: nobody would say when it ended.
    if (entry.startedAt === 0 && this.entries.get(entry.pid) === entry) this.entries.delete(entry.pid)
  }

  private meet(pid: number): Entry | undefined {
    if (this.isOwn(pid)) return undefined
    const entry = unannounced(pid)
    this.entries.set(pid, entry)
    return entry
  }

  private announce(entry: Entry, at: number): void {
    this.young.add(at + LOOK_AFTER_NS, entry)
  }

  /** Who has lived for a while is a service even if it doesn't talk. */
  private lookAtStaying(now: number, most: number): void {
    this.staysSoughtAt = now
    let looks = 0
    for (const entry of this.entries.values()) {
      if (entry.exitedAt || entry.stays || entry.said?.service !== '' || now - entry.startedAt < STAYS_AFTER_NS) continue
      if (looks++ === most) return
      entry.stays = true
      this.describe(entry, now)
    }
  }

  /** Oldest first, so that of two with one name the same one keeps it each time Sonde starts. */
  private admitExisting(now: number): void {
    for (const entry of this.existing.toSorted((a, b) => a.startedAt - b.startedAt)) {
      this.young.add(now, entry)
    }
    this.existing = []
  }

  /** A process ended, or became another program. */
  private leave(entry: Entry, at: number): void {
    if (entry.exitedAt) return
    entry.exitedAt = at
    this.describer.leave(entry)
  }
}

function sameStart(entry: Entry, startedAt: number): boolean {
  return Math.abs(entry.startedAt - startedAt) <= 20e6
}

/** A queue of entries by time. Times are added nearly in order; one that is out of order is done a little late. */
class Schedule {
  private queue: { readonly at: number; readonly entry: Entry }[] = []
  private head = 0

  add(at: number, entry: Entry): void {
    this.queue.push({ at, entry })
  }

  /** Gives those that are due to `use`, which says if it had anything to do, until that was so `most` times; how often it was. */
  take(now: number, most: number, use: (entry: Entry) => boolean): number {
    let used = 0
    while (used < most && this.head < this.queue.length && this.queue[this.head]!.at <= now) if (use(this.queue[this.head++]!.entry)) used++
    if (this.head > 1024 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head)
      this.head = 0
    }
    return used
  }
}
