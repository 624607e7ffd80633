import type { Files } from './detector.ts'
import type { Entry } from './entry.ts'

const EVERY_NS = 10e9
const MOST_NAMES = 1 << 22

/** Finds processes whose end nobody told, because its record was lost or the probe is off: /proc has them no more. */
export class Vanished {
  private nextAt = 0
  private missed = new Set<Entry>()
  private readonly files: Files

  constructor(files: Files) {
    this.files = files
  }

  /** Of `entries` those that neither this look nor the one before found; mostly it isn't time to look. */
  find(now: number, entries: Iterable<Entry>): readonly Entry[] {
    if (now < this.nextAt) return []
    this.nextAt = now + EVERY_NS
    const names = this.files.list('/proc', MOST_NAMES)
    if (names === undefined) return []
    const living = new Set(names)
    const missed = new Set<Entry>()
    const vanished: Entry[] = []
    for (const entry of entries) {
      if (entry.exitedAt || living.has(String(entry.pid))) continue
      // Its end may be in the ring buffer yet.
      if (this.missed.has(entry)) vanished.push(entry)
      else missed.add(entry)
    }
    this.missed = missed
    return vanished
  }
}
