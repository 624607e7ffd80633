import type {
  ProcessDescribed, ProcessExecuted, ProcessExited, ProcessObservation, ProcessStarted, ProcessUsed,
} from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import type { Losses } from '../health/losses.ts'
import { Label } from '../protocols/protocol.ts'
import type { ModelSink, ServiceUsage } from './changes.ts'
import { Process } from './process.ts'

export const MAX_PROCESSES = 32_768
/** How long an exited process is kept, so that late records find its name: those that come least often tell of ten seconds. */
export const EXITED_KEPT_NS: Nanoseconds = 20e9
/** How long the end of a process that lived too short to be described waits for what is found out about it meanwhile. */
const DESCRIBED_WITHIN_NS: Nanoseconds = 2e9
export const USAGE_EVERY_NS: Nanoseconds = 5e9
/** /proc gives start times in clock ticks; no pid comes round again within two. */
const SAME_START_NS = 20e6

/** Every process that lives or lived a moment ago, by pid. */
export class ProcessTable {
  private readonly byPid = new Map<number, Process>()
  private readonly labels = new Map<string, Label>()
  /** Exited ones, oldest first. */
  private readonly exited = new Set<Process>()
  /** Of them those whose end is not told of yet. */
  private readonly undescribed = new Set<Process>()
  private usageSaidAt: BootNanoseconds = 0
  private readonly losses: Losses
  private readonly sink: ModelSink
  private readonly isOwn: (pid: number) => boolean

  constructor(options: { losses: Losses; sink: ModelSink; isOwn: (pid: number) => boolean }) {
    this.losses = options.losses
    this.sink = options.sink
    this.isOwn = options.isOwn
  }

  get size(): number {
    return this.byPid.size
  }

  /** The process that had this pid at that time, as far as it is known. */
  find(pid: number, at: BootNanoseconds): Process | undefined {
    const process = this.byPid.get(pid)
    if (process?.previous && at < process.startedAt) return process.previous
    return process
  }

  apply(observation: ProcessObservation): void {
    switch (observation.kind) {
      case 'process-started': return this.started(observation)
      case 'process-executed': return this.executed(observation)
      case 'process-exited': return this.ended(observation)
      case 'process-described': return this.describe(observation)
      case 'process-used': return this.used(observation)
      default: return observation satisfies never
    }
  }

  /** Living processes but Sonde's own. */
  living(): Process[] {
    return [...this.byPid.values()].filter((process) => !process.exitedAt && !process.own)
  }

  tick(now: BootNanoseconds): void {
    for (const process of this.undescribed) {
      if (process.exitedAt + DESCRIBED_WITHIN_NS > now) break
      this.sayEnd(process, now)
    }
    for (const process of this.exited) {
      if (process.exitedAt + EXITED_KEPT_NS > now) break
      this.forget(process)
    }
    if (this.usageSaidAt === 0) this.usageSaidAt = now
    if (now - this.usageSaidAt >= USAGE_EVERY_NS) this.sayUsage(now)
  }

  private started(o: ProcessStarted): void {
    const process = this.of(o.pid, o.startedAt)
    process.parentPid = o.parentPid
    process.netns = o.netns
    if (process.comm.text !== o.comm) process.comm = this.label(o.comm)
    if (!process.described) {
      // A child that hasn't exec'd runs its parent's program: a worker belongs where its parent does.
      const parent = o.existing ? undefined : this.find(o.parentPid, o.at)
      process.label = parent?.described ? parent.label : process.comm
    }
    if (!process.exitedAt) this.say(process, o.at)
  }

  private executed(o: ProcessExecuted): void {
    const process = this.of(o.pid, o.startedAt)
    process.parentPid = o.parentPid
    process.netns = o.netns
    process.comm = this.label(o.comm)
    process.label = process.comm
    process.described = false
    process.service = ''
    process.kind = ''
    process.commandLine = o.commandArgs.length > 0 ? o.commandArgs.join(' ') : o.filename
    if (!process.exitedAt) this.say(process, o.at)
  }

  private ended(o: ProcessExited): void {
    const process = this.of(o.pid, o.startedAt)
    if (process.exitedAt) return
    process.exitedAt = o.at
    process.exitCode = o.exitCode
    process.cpuMilliCores = 0
    this.exited.add(process)
    if (process.described) this.sayEnd(process, o.at)
    else this.undescribed.add(process)
  }

  /** Tells of all that has ended: there is nothing more to wait for. */
  drain(now: BootNanoseconds): void {
    for (const process of this.undescribed) this.sayEnd(process, now)
  }

  private describe(o: ProcessDescribed): void {
    const process = this.of(o.pid, o.startedAt)
    process.described = true
    process.service = o.service
    process.kind = o.serviceKind
    process.comm = this.label(o.comm)
    process.label = this.label(o.service || o.comm)
    process.commandLine = o.commandLine
    process.user = o.user
    process.container = o.container
    process.unit = o.unit
    process.cgroup = o.cgroup
    if (process.exitedAt) this.sayEnd(process, o.at)
    else this.say(process, o.at)
  }

  private used(o: ProcessUsed): void {
    const process = this.byPid.get(o.pid)
    if (!process || !sameStart(process.startedAt, o.startedAt)) return // it ended and was forgotten
    const milliCores = o.intervalNs > 0 ? Math.round((o.cpuNs / o.intervalNs) * 1000) : 0
    const changed = milliCores !== process.cpuMilliCores || o.residentBytes !== process.residentBytes || o.threads !== process.threads
    process.unsaidCpuNs += o.cpuNs
    if (process.exitedAt) return
    process.cpuMilliCores = milliCores
    process.residentBytes = o.residentBytes
    process.threads = o.threads
    if (changed) this.say(process, o.at)
  }

  /** The process (pid, startedAt), made if it is new; one that had the pid before gives way. */
  private of(pid: number, startedAt: BootNanoseconds): Process {
    const known = this.byPid.get(pid)
    if (known && sameStart(known.startedAt, startedAt)) return known
    if (known && startedAt < known.startedAt) return known.previous && sameStart(known.previous.startedAt, startedAt) ? known.previous : this.late(known, pid, startedAt)
    if (!known && this.byPid.size >= MAX_PROCESSES) this.evict()
    const process = new Process(pid, startedAt)
    process.own = this.isOwn(pid)
    if (known) {
      known.previous = undefined
      process.previous = known
    }
    this.byPid.set(pid, process)
    return process
  }

  /** Something about an earlier user of a pid that is taken again: it is known only as that. */
  private late(known: Process, pid: number, startedAt: BootNanoseconds): Process {
    const process = new Process(pid, startedAt)
    process.own = known.own
    if (!known.previous) known.previous = process
    return process
  }

  private evict(): void {
    const oldest = this.exited.values().next().value ?? this.byPid.values().next().value
    if (!oldest) return
    if (!oldest.exitedAt) this.losses.count('model.processes', 'evicted', 'processes')
    this.forget(oldest)
  }

  private forget(process: Process): void {
    if (this.undescribed.has(process)) this.sayEnd(process, process.exitedAt)
    this.exited.delete(process)
    const known = this.byPid.get(process.pid)
    if (known === process) this.byPid.delete(process.pid)
    else if (known?.previous === process) known.previous = undefined
  }

  private say(process: Process, at: BootNanoseconds): void {
    if (!process.own && this.isOwn(process.pid)) process.own = true
    if (!process.own && !process.endTold) this.sink.process(process, at)
  }

  private sayEnd(process: Process, at: BootNanoseconds): void {
    this.undescribed.delete(process)
    this.say(process, at)
    process.endTold = true
    letGoTexts(process)
  }

  private label(text: string): Label {
    let label = this.labels.get(text)
    if (label) return label
    // Names are few; a host that keeps making new ones (a comm a request) only loses the sharing.
    if (this.labels.size >= MAX_PROCESSES) this.labels.clear()
    this.labels.set(text, (label = new Label(text)))
    return label
  }

  private sayUsage(now: BootNanoseconds): void {
    const intervalNs = now - this.usageSaidAt
    this.usageSaidAt = now
    const services = new Map<string, { -readonly [K in keyof ServiceUsage]: ServiceUsage[K] }>()
    for (const process of this.byPid.values()) {
      if (process.own || process.service === '') continue
      let usage = services.get(process.service)
      if (!usage) services.set(process.service, (usage = { service: process.service, kind: process.kind, at: now, intervalNs, cpuNs: 0, residentBytes: 0, processCount: 0 }))
      usage.cpuNs += process.unsaidCpuNs
      process.unsaidCpuNs = 0
      if (process.exitedAt) continue
      usage.residentBytes += process.residentBytes
      usage.processCount++
    }
    for (const usage of services.values()) if (usage.processCount > 0 || usage.cpuNs > 0) this.sink.serviceUsage(usage)
  }
}

/** Of a process that is over nothing more is told but what it is filed under. A thousand a second may end. */
function letGoTexts(process: Process): void {
  process.commandLine = process.user = process.container = process.unit = process.cgroup = ''
}

function sameStart(a: BootNanoseconds, b: BootNanoseconds): boolean {
  return Math.abs(a - b) < SAME_START_NS
}
