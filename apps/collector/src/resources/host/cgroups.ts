import type { Observer } from '@sonde/shared/observation'
import type { Losses } from '../../health/losses.ts'
import type { Files } from '../detector.ts'
import { numberAfter, parseCpuStat, parsePressure } from './parse.ts'

const LIST_EVERY_NS = 30e9
/** Each is read every so many seconds, a part of them each second. */
const TURNS = 5
/** A host with more shows the outermost of them. */
const MOST_CGROUPS = 512
const MOST_CHILDREN = 256
const FILE_BYTES = 4096
/** Files of a control group itself; asking each whether it is a folder would be most of the work. */
const OWN_FILE = /^(cgroup|cpu|cpuset|memory|io|pids|hugetlb|rdma|misc|dmem|irq)\./

interface Sample {
  readonly at: number
  readonly totals: Totals
}
type Totals = ReturnType<Cgroups['totals']>

/** What control groups (v2) use: cpu.stat, memory.* and *.pressure, as far as their controllers are on. */
export class Cgroups {
  private root: string | undefined
  private paths: string[] = []
  private listedAt = -Infinity
  private turn = 0
  private samples = new Map<string, Sample>()
  private readonly files: Files
  private readonly emit: Observer
  private readonly losses: Losses

  constructor(files: Files, emit: Observer, losses: Losses) {
    this.files = files
    this.emit = emit
    this.losses = losses
  }

  /** Control groups read now and at most. */
  get bound(): readonly [number, number] {
    return [this.paths.length, MOST_CGROUPS]
  }

  /** To be called each second. */
  tick(now: number): void {
    if (now - this.listedAt >= LIST_EVERY_NS) this.list(now)
    this.turn = (this.turn + 1) % TURNS
    for (let i = this.turn; i < this.paths.length; i += TURNS) this.sample(this.paths[i]!, now)
  }

  /** Breadth first, so that what is left out lies deepest. */
  private list(now: number): void {
    this.listedAt = now
    this.root = /^\S+ (\S+) cgroup2 /m.exec(this.files.read('/proc/mounts', 65_536)?.toString('latin1') ?? '')?.[1]
    this.paths = []
    if (this.root === undefined) return
    const queue = ['']
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      if (this.paths.length === MOST_CGROUPS) {
        this.losses.count('resources.cgroups', 'more than are read', 'control groups', queue.length + 1)
        break
      }
      if (path !== '') this.paths.push(path)
      for (const name of this.files.list(`${this.root}${path}`, MOST_CHILDREN) ?? []) {
        if (OWN_FILE.test(name)) continue
        if (this.files.list(`${this.root}${path}/${name}`, 1) !== undefined) queue.push(`${path}/${name}`)
      }
    }
    for (const path of this.samples.keys()) if (!this.paths.includes(path)) this.samples.delete(path)
  }

  private read(path: string, file: string): string {
    return this.files.read(`${this.root}${path}/${file}`, FILE_BYTES)?.toString('latin1') ?? ''
  }

  private totals(path: string) {
    const pressure = (of: string) => parsePressure(this.read(path, `${of}.pressure`)).someNs
    return { ...parseCpuStat(this.read(path, 'cpu.stat')), oomKills: numberAfter(this.read(path, 'memory.events'), 'oom_kill'), cpuSomeNs: pressure('cpu'), memorySomeNs: pressure('memory'), ioSomeNs: pressure('io') }
  }

  private sample(path: string, now: number): void {
    const totals = this.totals(path)
    const last = this.samples.get(path)
    this.samples.set(path, { at: now, totals })
    if (!last || totals.cpuNs < last.totals.cpuNs) return // new, or made anew
    const since = (of: keyof Totals) => Math.max(0, totals[of] - last.totals[of])
    if (since('cpuNs') === 0 && since('throttledPeriods') === 0 && since('oomKills') === 0) return
    const memory = this.read(path, 'memory.current')
    const limit = this.read(path, 'memory.max')
    this.emit({
      kind: 'cgroup-used', at: now, intervalNs: now - last.at, cgroup: path, cpuNs: since('cpuNs'), throttledNs: since('throttledNs'), throttledPeriods: since('throttledPeriods'), periods: since('periods'),
      memoryBytes: memory === '' ? -1 : Number(memory), memoryLimitBytes: /^\d/.test(limit) ? Number(limit) : -1,
      oomKills: since('oomKills'), cpuSomeNs: since('cpuSomeNs'), memorySomeNs: since('memorySomeNs'), ioSomeNs: since('ioSomeNs'),
    })
  }
}
