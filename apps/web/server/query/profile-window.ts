import type { ProfileFilter, ProfileStore, SampleRow, SampleSums, ThreadSum } from '../store/profile-store.ts'
import type { TimeRange } from '../store/store.ts'
import { GrowingTree, type ProfileTree } from './profile-tree.ts'

const SECOND_NS = 1_000_000_000n
/** Longer ranges are not kept. */
const LONGEST_NS = 3600n * SECOND_NS
/** Rows kept of one window at most. */
const MOST_ROWS = 400_000
/** Samples come so long after their second, by this clock; longer after a collector was away: those are in it when all is read again. */
const LATE_NS = 30n * SECOND_NS
const RENEWED_EVERY_NS = 60n * SECOND_NS

/** A profile of a range, and how many samples it has by what they are of. */
export interface WindowProfile {
  readonly tree: ProfileTree
  readonly sums: SampleSums
}

/**
 * A profile whose range moves on with the time, as a live page shows it. The samples of its seconds are kept: from one
 * reading to the next only those of the last few are asked for, and those that left the range are taken off again.
 */
export class ProfileWindow {
  private readonly filter: ProfileFilter
  private kept = new KeptSamples()
  private readAt: TimeRange | undefined
  private renewedAt = 0n
  private isTooLarge = false

  constructor(filter: ProfileFilter) {
    this.filter = filter
  }

  /** Undefined if the range holds more than is kept: it is to be asked for as a whole. */
  async read(store: ProfileStore, range: TimeRange, stepNs: bigint, threads: number): Promise<WindowProfile | undefined> {
    if (this.isTooLarge || range.to - range.from > LONGEST_NS) return undefined
    const isAnew = !this.readAt || range.from < this.readAt.from || range.to < this.readAt.to || range.to - this.renewedAt >= RENEWED_EVERY_NS
    const freshFrom = isAnew ? range.from : later(range.from, this.readAt!.to - LATE_NS)
    const fresh = { from: freshFrom, to: range.to }
    const rows = await store.sampleRows(fresh, this.filter, MOST_ROWS)
    if (rows.length >= MOST_ROWS) {
      this.isTooLarge = true
      this.kept = new KeptSamples()
      return undefined
    }
    const kept = isAnew ? new KeptSamples() : this.kept
    // A new stack's nodes come with it, but for those that were told for samples that aren't among these.
    const isLacking = () => rows.some(({ node }) => kept.tree.lacks(node))
    if (!isAnew && isLacking()) kept.tree.tell(await store.profileNodes(fresh, this.filter, true))
    if (isLacking()) kept.tree.tell(await store.profileNodes(fresh, this.filter))
    kept.keepOnly({ from: range.from, to: freshFrom })
    for (const row of rows) kept.add(row)
    this.kept = kept
    this.readAt = range
    if (isAnew) this.renewedAt = range.to
    return { tree: kept.tree.taken(), sums: kept.sums(stepNs, threads) }
  }
}

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** Numbers of one row among those of its second. */
const ROW = 5

/** Samples second by second, and added up. */
class KeptSamples {
  readonly tree = new GrowingTree()
  /** Of each second its rows, one after the other: place in the tree, thread, CPU, count, nanoseconds. */
  private readonly seconds = new Map<bigint, number[]>()
  private readonly threadIndex = new Map<string, number>()
  private readonly threads: { readonly thread: Omit<ThreadSum, 'count'>; count: number }[] = []
  private readonly cpus = new Map<number, number>()

  add({ time, node, cpu, count, valueNs, ...thread }: SampleRow): void {
    let rows = this.seconds.get(time)
    if (!rows) this.seconds.set(time, (rows = []))
    rows.push(this.tree.placeOf(node), this.threadOf(thread), cpu, count, valueNs)
    this.sum(rows, rows.length - ROW, 1)
  }

  /** Takes off all seconds that don't begin in the range. */
  keepOnly({ from, to }: TimeRange): void {
    for (const [second, rows] of this.seconds) {
      if (second >= from && second < to) continue
      for (let at = 0; at < rows.length; at += ROW) this.sum(rows, at, -1)
      this.seconds.delete(second)
    }
  }

  sums(stepNs: bigint, most: number): SampleSums {
    const steps = new Map<bigint, number>()
    for (const [second, rows] of this.seconds) {
      const step = (second / stepNs) * stepNs
      let count = steps.get(step) ?? 0
      for (let at = 0; at < rows.length; at += ROW) count += rows[at + 3]!
      steps.set(step, count)
    }
    const threads = this.threads.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count || a.thread.pid - b.thread.pid || a.thread.tid - b.thread.tid)
    return {
      timeline: [...steps].map(([time, count]) => ({ time, count })),
      threads: threads.slice(0, most).map(({ thread, count }) => ({ ...thread, count })),
      cpus: [...this.cpus].filter(([, count]) => count > 0).sort(([a], [b]) => a - b).map(([cpu, count]) => ({ cpu, count })),
    }
  }

  private sum(rows: readonly number[], at: number, sign: 1 | -1): void {
    const count = rows[at + 3]! * sign
    this.tree.add(rows[at]!, count, rows[at + 4]! * sign)
    this.threads[rows[at + 1]!]!.count += count
    this.cpus.set(rows[at + 2]!, (this.cpus.get(rows[at + 2]!) ?? 0) + count)
  }

  private threadOf(thread: Omit<ThreadSum, 'count'>): number {
    const { host, service, pid, tid, comm } = thread
    const key = `${host}\0${service}\0${pid}\0${tid}\0${comm}`
    let index = this.threadIndex.get(key)
    if (index === undefined) this.threadIndex.set(key, (index = this.threads.push({ thread, count: 0 }) - 1))
    return index
  }
}
