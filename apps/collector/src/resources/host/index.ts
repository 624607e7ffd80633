import type { Observer } from '@sonde/shared/observation'
import type { Losses } from '../../health/losses.ts'
import type { Files } from '../detector.ts'
import { Cgroups } from './cgroups.ts'
import { parseDiskstats, parseLoad, parseMeminfo, parseNetDev, parsePressure, parseStat, type DeviceCounts } from './parse.ts'

const EVERY_NS = 1e9
const DISKS_EVERY_NS = 30e9
/** Disks and interfaces each; a host with more shows the first of them. */
const MOST_DEVICES = 256
const FILE_BYTES = 256 * 1024

type Totals = ReturnType<HostUsage['totals']>

/** What the host uses, from /proc, once a second: CPU, memory, pressure, load; disks and interfaces; control groups by turns. */
export class HostUsage {
  private nextAt = 0
  private before: { readonly at: number; readonly totals: Totals; readonly disks: Map<string, DeviceCounts>; readonly interfaces: Map<string, DeviceCounts> } | undefined
  private disks: ReadonlySet<string> = new Set()
  private disksReadAt = -Infinity
  private readonly cgroups: Cgroups
  private readonly files: Files
  private readonly emit: Observer
  private readonly losses: Losses

  constructor(files: Files, emit: Observer, losses: Losses) {
    this.files = files
    this.emit = emit
    this.losses = losses
    this.cgroups = new Cgroups(files, emit, losses)
  }

  /** Control groups read now and at most, for the health report. */
  get bound(): readonly [number, number] {
    return this.cgroups.bound
  }

  /** Does what is due at `now` (boot time). */
  tick(now: number): void {
    if (now < this.nextAt) return
    this.nextAt = now + EVERY_NS
    this.readDisks(now)
    const { before } = this
    const present = { at: now, totals: this.totals(), disks: parseDiskstats(this.read('/proc/diskstats')), interfaces: parseNetDev(this.read('/proc/net/dev')) }
    this.before = present
    if (before) {
      this.emitHost(now, now - before.at, before.totals, present.totals)
      this.emitDevices('disk', now - before.at, before.disks, present.disks, (name) => this.disks.has(name))
      this.emitDevices('network', now - before.at, before.interfaces, present.interfaces, () => true)
    }
    this.cgroups.tick(now)
  }

  private read(path: string): string {
    return this.files.read(path, FILE_BYTES)?.toString('latin1') ?? ''
  }

  /** Partitions are in /proc/diskstats beside the disks they are of. */
  private readDisks(now: number): void {
    if (now - this.disksReadAt < DISKS_EVERY_NS) return
    this.disksReadAt = now
    this.disks = new Set(this.files.list('/sys/block', MOST_DEVICES) ?? [])
  }

  private totals() {
    const pressure = (of: string) => parsePressure(this.read(`/proc/pressure/${of}`))
    return { ...parseStat(this.read('/proc/stat')), cpu: pressure('cpu'), memory: pressure('memory'), io: pressure('io') }
  }

  private emitHost(at: number, intervalNs: number, before: Totals, now: Totals): void {
    /** Idle and I/O wait times of a CPU may go back a little (proc_stat(5)). */
    const since = (of: (totals: Totals) => number) => Math.max(0, of(now) - of(before))
    this.emit({
      kind: 'host-used', at, intervalNs, cpus: now.cpus,
      userNs: since((t) => t.userNs), systemNs: since((t) => t.systemNs), interruptNs: since((t) => t.interruptNs), stealNs: since((t) => t.stealNs), ioWaitNs: since((t) => t.ioWaitNs), idleNs: since((t) => t.idleNs),
      ...parseMeminfo(this.read('/proc/meminfo')),
      cpuSomeNs: since((t) => t.cpu.someNs), memorySomeNs: since((t) => t.memory.someNs), memoryFullNs: since((t) => t.memory.fullNs), ioSomeNs: since((t) => t.io.someNs), ioFullNs: since((t) => t.io.fullNs),
      ...parseLoad(this.read('/proc/loadavg')),
      contextSwitches: since((t) => t.contextSwitches), forks: since((t) => t.forks),
    })
  }

  /** Those through which something passed. */
  private emitDevices(device: 'disk' | 'network', intervalNs: number, before: Map<string, DeviceCounts>, now: Map<string, DeviceCounts>, wanted: (name: string) => boolean): void {
    let told = 0
    for (const [name, counts] of now) {
      const last = before.get(name)
      if (!last || !wanted(name) || counts.reads < last.reads || counts.writes < last.writes) continue // new, or made anew
      if (counts.reads === last.reads && counts.writes === last.writes && counts.drops === last.drops && counts.errors === last.errors) continue
      if (++told > MOST_DEVICES) {
        this.losses.count('resources.devices', 'more than are told in a second', 'devices')
        continue
      }
      const since = (of: keyof DeviceCounts) => counts[of] - last[of]
      this.emit({
        kind: 'device-used', at: this.before!.at, intervalNs, device, name, readBytes: since('readBytes'), writtenBytes: since('writtenBytes'),
        reads: since('reads'), writes: since('writes'), busyNs: since('busyNs'), waitNs: since('waitNs'), errors: since('errors'), drops: since('drops'),
      })
    }
  }
}
