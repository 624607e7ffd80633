import type { Observer } from '@sonde/shared/observation'
import type { Files } from './detector.ts'
import type { Entry } from './entry.ts'
import { NS_PER_TICK } from './process/index.ts'
import { parseStat } from './process/parse.ts'

const EVERY_NS = 5e9
/** Read each round; with more processes than this each is read every second, third … round, and its interval says so. */
export const MOST_A_ROUND = 2000
const PAGE_BYTES = 4096
/** A round is spread over so many ticks, so that none of them holds the loop for long (a read is ≈ 10 µs). */
const SLICES = 40

interface Sample {
  at: number
  cpuTicks: number
}

/** What processes of services use: /proc/PID/stat every 5 s. What one used between its last sample and its end is not seen. */
export class Usage {
  private readonly samples = new WeakMap<Entry, Sample>()
  private round: Entry[] = []
  private slice = 0
  private nextRoundAt = 0
  private offset = 0
  private readonly files: Files
  private readonly emit: Observer

  constructor(files: Files, emit: Observer) {
    this.files = files
    this.emit = emit
  }

  tick(now: number, entries: Iterable<Entry>): void {
    if (this.slice < this.round.length) {
      const end = Math.min(this.round.length, this.slice + Math.ceil(MOST_A_ROUND / SLICES))
      while (this.slice < end) this.sample(this.round[this.slice++]!, now)
    } else if (now >= this.nextRoundAt) {
      this.nextRoundAt = now + EVERY_NS
      this.begin(entries)
    }
  }

  private begin(entries: Iterable<Entry>): void {
    const all = [...entries].filter((entry) => !entry.exitedAt && entry.said !== undefined && entry.said.service !== '')
    if (this.offset >= all.length) this.offset = 0
    this.round = all.slice(this.offset, this.offset + MOST_A_ROUND)
    this.offset += MOST_A_ROUND
    this.slice = 0
  }

  private sample(entry: Entry, now: number): void {
    if (entry.exitedAt) return
    const stat = parseStat(this.files.read(`/proc/${entry.pid}/stat`, 4096)?.toString('latin1') ?? '')
    if (!stat || Math.abs(stat.startedAtTicks * NS_PER_TICK - entry.startedAt) > 20e6) return
    const last = this.samples.get(entry)
    this.samples.set(entry, { at: now, cpuTicks: stat.cpuTicks })
    if (!last || now <= last.at) return
    this.emit({
      kind: 'process-used',
      at: now,
      pid: entry.pid,
      startedAt: entry.startedAt,
      intervalNs: now - last.at,
      cpuNs: Math.max(0, stat.cpuTicks - last.cpuTicks) * NS_PER_TICK,
      residentBytes: stat.residentPages * PAGE_BYTES,
      threads: stat.threads,
    })
  }
}
