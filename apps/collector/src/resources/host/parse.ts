/** Reads the text that the kernel writes in /proc and in control groups. What isn't there is 0: kernels differ in what they count. */

/** Clock ticks of user space a second are 100 on every architecture of Linux we run on (USER_HZ). */
const NS_PER_TICK = 1e7

export interface CpuTimes {
  readonly userNs: number
  readonly systemNs: number
  readonly interruptNs: number
  readonly stealNs: number
  readonly ioWaitNs: number
  readonly idleNs: number
}

export interface Stat extends CpuTimes {
  readonly cpus: number
  readonly contextSwitches: number
  readonly forks: number
}

/** /proc/stat (proc_stat(5)). Guests' time is in user time already. */
export function parseStat(text: string): Stat {
  const ticks = (/^cpu +(.+)$/m.exec(text)?.[1] ?? '').split(' ').map((word) => Number(word) * NS_PER_TICK)
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = ticks
  return {
    userNs: user + nice, systemNs: system, interruptNs: irq + softIrq, stealNs: steal, ioWaitNs: ioWait, idleNs: idle,
    cpus: [...text.matchAll(/^cpu\d+ /gm)].length,
    contextSwitches: numberAfter(text, 'ctxt'),
    forks: numberAfter(text, 'processes'),
  }
}

/** The number that follows a word at the begin of a line; 0 if there is none. */
export function numberAfter(text: string, word: string): number {
  const line = text.startsWith(`${word} `) ? 0 : text.indexOf(`\n${word} `) + 1
  if (line === 0 && !text.startsWith(`${word} `)) return 0
  const value = Number.parseFloat(text.slice(line + word.length + 1))
  return Number.isFinite(value) ? value : 0
}

/** /proc/meminfo, in bytes. */
export function parseMeminfo(text: string) {
  const bytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024
  const swapTotalBytes = bytes('SwapTotal')
  return {
    memoryTotalBytes: bytes('MemTotal'), memoryAvailableBytes: bytes('MemAvailable'), memoryCachedBytes: bytes('Cached') + bytes('Buffers'),
    swapTotalBytes, swapUsedBytes: Math.max(0, swapTotalBytes - bytes('SwapFree')),
  }
}

/** Pressure stall information: nanoseconds waited, since boot. */
export function parsePressure(text: string): { readonly someNs: number; readonly fullNs: number } {
  const total = (which: string) => Number(new RegExp(`^${which} .*total=(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1000
  return { someNs: total('some'), fullNs: total('full') }
}

/** /proc/loadavg. */
export function parseLoad(text: string) {
  const [, load1, load5, load15, runnable, threads] = /^([\d.]+) ([\d.]+) ([\d.]+) (\d+)\/(\d+)/.exec(text) ?? []
  return { load1: Number(load1 ?? 0), load5: Number(load5 ?? 0), load15: Number(load15 ?? 0), runnable: Number(runnable ?? 0), threads: Number(threads ?? 0) }
}

/** What a device has done since boot. */
export interface DeviceCounts {
  readonly readBytes: number
  readonly writtenBytes: number
  readonly reads: number
  readonly writes: number
  readonly busyNs: number
  readonly waitNs: number
  readonly errors: number
  readonly drops: number
}

/** /proc/diskstats (iostats.rst); sectors are 512 bytes whatever the disk. */
export function parseDiskstats(text: string): Map<string, DeviceCounts> {
  const disks = new Map<string, DeviceCounts>()
  for (const line of text.split('\n')) {
    const [, , name, reads, , readSectors, readMs, writes, , writtenSectors, writeMs, , busyMs] = line.trim().split(/\s+/)
    if (name === undefined || busyMs === undefined) continue
    disks.set(name, {
      reads: Number(reads), writes: Number(writes), readBytes: Number(readSectors) * 512, writtenBytes: Number(writtenSectors) * 512,
      busyNs: Number(busyMs) * 1e6, waitNs: (Number(readMs) + Number(writeMs)) * 1e6, errors: 0, drops: 0,
    })
  }
  return disks
}

/** /proc/net/dev. */
export function parseNetDev(text: string): Map<string, DeviceCounts> {
  const interfaces = new Map<string, DeviceCounts>()
  for (const [, name, counts] of text.matchAll(/^ *([^\s:]+): *(.+)$/gm)) {
    const [readBytes = 0, reads = 0, readErrors = 0, readDrops = 0, , , , , writtenBytes = 0, writes = 0, writeErrors = 0, writeDrops = 0] = counts!.trim().split(/\s+/).map(Number)
    interfaces.set(name!, { readBytes, reads, writtenBytes, writes, busyNs: 0, waitNs: 0, errors: readErrors + writeErrors, drops: readDrops + writeDrops })
  }
  return interfaces
}

/** cpu.stat of a control group (cgroup-v2.rst), since it was made. */
export function parseCpuStat(text: string) {
  return {
    cpuNs: numberAfter(text, 'usage_usec') * 1000, throttledNs: numberAfter(text, 'throttled_usec') * 1000,
    throttledPeriods: numberAfter(text, 'nr_throttled'), periods: numberAfter(text, 'nr_periods'),
  }
}
