import { ProportionalMemory, readText } from './memory.ts'

const SCRIPT = 'apps/web/server/main.ts'
/** Clock ticks of user space a second are 100 on every architecture of Linux we run on (USER_HZ). */
const US_PER_TICK = 10_000

interface Sample {
  readonly pid: number
  readonly cpuUs: number
  readonly atMs: number
}

/** What the web process costs. It is the collector's sibling: a child of their supervisor, known by the script it runs. */
export class WebCost {
  private readonly supervisorPid: number
  private readonly read: (path: string) => string
  private readonly memory: ProportionalMemory
  private last: Sample | undefined

  /** `read` gives a file's text, '' if there is none. */
  constructor(supervisorPid: number, read: (path: string) => string = readText) {
    this.supervisorPid = supervisorPid
    this.read = read
    this.memory = new ProportionalMemory(read)
  }

  /** Since it was last asked; null the first time, and while there is no web process here. */
  measure(nowMs: number): { cpuCores: number; memoryBytes: number } | null {
    const { last } = this
    const pid = last && this.isWeb(last.pid) ? last.pid : this.find()
    const cpuUs = pid === undefined ? undefined : parseCpuUs(this.read(`/proc/${pid}/stat`))
    this.last = pid === undefined || cpuUs === undefined ? undefined : { pid, cpuUs, atMs: nowMs }
    if (!this.last || last?.pid !== pid || nowMs <= last!.atMs) return null
    return { cpuCores: (this.last.cpuUs - last!.cpuUs) / 1000 / (nowMs - last!.atMs), memoryBytes: this.memory.of(this.last.pid, nowMs) }
  }

  private find(): number | undefined {
    const children = this.read(`/proc/${this.supervisorPid}/task/${this.supervisorPid}/children`)
    return children.split(' ').filter((word) => word !== '').map(Number).find((pid) => this.isWeb(pid))
  }

  private isWeb(pid: number): boolean {
    return this.read(`/proc/${pid}/cmdline`).includes(SCRIPT)
  }
}

/** proc_pid_stat(5): utime and stime, counted from behind the name, which may hold anything. */
function parseCpuUs(text: string): number | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])]
  return userTicks >= 0 && systemTicks >= 0 ? (userTicks + systemTicks) * US_PER_TICK : undefined
}
