import { readFileSync } from 'node:fs'

/** The kernel walks all pages of the process for it: ≈ 0.5 ms for each 100 MiB. */
const EVERY_MS = 5000

/**
 * What a process takes of the machine's memory, in bytes, each page counted once (PSS): of a page that n mappings share each
 * has an nth. Resident memory (RSS) counts a ring buffer twice, as its data is mapped twice in a row, and Node's own code once
 * for each process that runs it. 0 if there is no such process. `read` gives a file's text, '' if there is none.
 */
export function proportionalBytes(pid: number, read: (path: string) => string = readText): number {
  // proc_pid_smaps(5)
  return Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024
}

/** `proportionalBytes` of one process, read now and then. */
export class ProportionalMemory {
  private readonly read: (path: string) => string
  private pid = 0
  private readAtMs = -Infinity
  private bytes = 0

  /** `read` gives a file's text, '' if there is none. */
  constructor(read: (path: string) => string = readText) {
    this.read = read
  }

  /** Bytes, as of at most five seconds ago; 0 if there is no such process. */
  of(pid: number, nowMs: number): number {
    if (pid === this.pid && nowMs - this.readAtMs < EVERY_MS) return this.bytes
    this.pid = pid
    this.readAtMs = nowMs
    return (this.bytes = proportionalBytes(pid, this.read))
  }
}

/** The text of a file of /proc; '' if it can't be had. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return '' // it has ended
    throw error
  }
}
