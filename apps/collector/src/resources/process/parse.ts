/** Of /proc/PID/stat, see proc_pid_stat(5). */
export interface Stat {
  readonly comm: string
  readonly kernelThread: boolean
  /** User and system time, in hundredths of a second. */
  readonly cpuTicks: number
  readonly threads: number
  /** Since boot, in hundredths of a second. */
  readonly startedAtTicks: number
  readonly residentPages: number
}

/** PF_KTHREAD in include/linux/sched.h. */
const KERNEL_THREAD = 0x00200000

/** Undefined if it isn't one. The name may hold spaces and brackets: it ends at the last `)`. */
export function parseStat(line: string): Stat | undefined {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const fields = line.slice(close + 2).trimEnd().split(' ')
  if (fields.length < 22) return undefined
  const field = (number: number) => Number(fields[number - 3])
  return {
    comm: line.slice(open + 1, close),
    kernelThread: (field(9) & KERNEL_THREAD) !== 0,
    cpuTicks: field(14) + field(15),
    threads: field(20),
    startedAtTicks: field(22),
    residentPages: field(24),
  }
}

/** The effective user of /proc/PID/status. */
export function parseStatus(status: string): { uid: number } | undefined {
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(status)
  return uid ? { uid: Number(uid[1]) } : undefined
}

/**
 * The one path of /proc/PID/cgroup that says most: of the unified hierarchy (`0::`) if it isn't the root, else of
 * systemd's (`name=systemd`), else the longest.
 */
export function parseCgroup(lines: string): string {
  let systemd = ''
  let longest = ''
  for (const line of lines.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (path === undefined || path === '/') continue
    if (controllers === '') return path
    if (controllers === 'name=systemd') systemd = path
    if (path.length > longest.length) longest = path
  }
  return systemd || longest
}

/** NUL-separated strings; the NULs (or, of a title written over them, the spaces) at the end are no arguments. */
export function splitNul(text: string): string[] {
  const trimmed = text.replace(/[\0 ]+$/, '')
  return trimmed === '' ? [] : trimmed.split('\0')
}

/** Inodes of listening sockets → port, from /proc/PID/net/tcp and tcp6. */
export function parseListeners(table: string, into: Map<string, number>): void {
  for (const line of table.split('\n')) {
    const parts = line.trim().split(/\s+/)
    // sl local_address rem_address st … inode; 0A is TCP_LISTEN
    if (parts[3] !== '0A' || parts[9] === undefined) continue
    const port = Number.parseInt(parts[1]!.slice(parts[1]!.lastIndexOf(':') + 1), 16)
    if (port > 0) into.set(parts[9], port)
  }
}
