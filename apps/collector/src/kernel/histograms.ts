import { existsSync } from 'node:fs'
import { possibleCpus, type BpfMap, type BpfObject } from '@sonde/libbpf'
import type { Distributions } from '@sonde/bpf-programs/probe'
import type { DistributionMeasured, Observer } from '@sonde/shared/observation'
import { BUCKET_COUNT, bucketLowerNs } from '@sonde/shared/signal'
import type { Nanoseconds, BootNanoseconds } from '@sonde/shared/units'

/** `struct distribution` of include/distribution.h, for one CPU. */
const BYTES = 1840
const AT = { count: 0, untimed: 8, errors: 16, sumNs: 24, maxNs: 32, epoch: 40, buckets: 48 } as const
const [LEAST_ENTRIES, MOST_ENTRIES] = [256, 4096]
const TWO_32 = 4294967296

/** How many keys a probe's map has room for on this host. */
export const distributionEntries = ({ budgetBytes }: Distributions): number => Math.max(LEAST_ENTRIES, Math.min(MOST_ENTRIES, Math.floor(budgetBytes / (BYTES * possibleCpus()))))

/** What happened between two readings; one is used over and over. */
class Delta {
  count = 0
  untimed = 0
  errors = 0
  sumNs = 0
  maxNs = 0
  readonly buckets = new Uint32Array(BUCKET_COUNT)

  clear(): void {
    if (this.count > 0) this.buckets.fill(0)
    this.count = this.untimed = this.errors = this.sumNs = this.maxNs = 0
  }

  /** Adds what one CPU counted since `before` (undefined: all). */
  add(now: DataView, before: DataView | undefined, at: number, epoch: number): void {
    const since = (offset: number) => u64(now, at + offset) - (before ? u64(before, at + offset) : 0)
    const count = since(AT.count)
    const errors = since(AT.errors)
    if (count === 0 && errors === 0) return
    this.count += count
    this.untimed += since(AT.untimed)
    this.errors += errors
    this.sumNs += since(AT.sumNs)
    let last = -1
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
      const offset = at + AT.buckets + bucket * 4
      const more = (now.getUint32(offset, true) - (before ? before.getUint32(offset, true) : 0)) >>> 0
      if (more === 0) continue
      this.buckets[bucket]! += more
      last = bucket
    }
    // A maximum of a later epoch than the interval's hides it: then the bucket says it, to 6.25 %.
    const max = now.getUint32(at + AT.epoch, true) === epoch ? u64(now, at + AT.maxNs) : last < 0 ? 0 : bucketLowerNs(last + 1)
    if (max > this.maxNs) this.maxNs = max
  }

  /** Buckets with counts, in order. */
  filled(): [number, number][] {
    const filled: [number, number][] = []
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) if (this.buckets[bucket]! > 0) filled.push([bucket, this.buckets[bucket]!])
    return filled
  }
}

function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * TWO_32
}

export interface HistogramsOptions {
  readonly distributions: Distributions
  readonly observe: Observer
  /** Moves the kernel's epoch on. */
  readonly setEpoch: (epoch: number) => void
  readonly forget: (map: string, key: Uint8Array) => void
  /** Whether a process lives; default: by /proc. */
  readonly lives?: (pid: number) => boolean
}

/** Reads a probe's distributions: the kernel's counters only grow, so what is told is the difference to the last reading. */
export class Histograms {
  private readonly map: BpfMap
  private readonly errorMap: BpfMap | undefined
  private readonly options: HistogramsOptions
  private readonly lives: (pid: number) => boolean
  private readonly cpus: number
  private readonly before = new Map<string, Buffer>()
  private readonly errorsBefore = new Map<string, number>()
  private epoch = 0
  private readonly delta = new Delta()
  /** What is counted of a process that has ended; one is used over and over. */
  private readonly last: Buffer
  /** Told so far. */
  told = 0
  /** Keys of processes that have ended, taken out so far. */
  swept = 0

  /** Of a loaded object. */
  constructor(object: BpfObject, options: HistogramsOptions) {
    this.options = options
    this.lives = options.lives ?? ((pid) => existsSync(`/proc/${pid}`))
    this.map = object.map('distributions')
    this.errorMap = options.distributions.errorName ? object.map('errors') : undefined
    this.last = Buffer.alloc(this.map.valueBytes)
    this.cpus = this.map.valueBytes / BYTES
    if (!Number.isInteger(this.cpus)) throw new Error(`${object.name}: a distribution has not ${BYTES} bytes`)
  }

  /** Keys now and at most. */
  get bound(): readonly [number, number] {
    return [this.before.size, this.map.maxEntries]
  }

  /** Tells what was counted since the last reading, which the kernel listened to for `observedNs` of `intervalNs`. */
  read(at: BootNanoseconds, intervalNs: Nanoseconds, observedNs: Nanoseconds): void {
    const { distributions, observe } = this.options
    const epoch = this.epoch++
    this.options.setEpoch(this.epoch)
    const tell = (pid: number, name: string, operation: string, delta: Delta, errors: readonly (readonly [string, number])[]) => {
      const { count, untimed, errors: errorCount, sumNs, maxNs } = delta
      if (count > 0) this.told++
      observe({ kind: 'distribution-measured', what: distributions.what, at, intervalNs, observedNs, pid, name, operation, count, untimed, errorCount, sumNs, maxNs, errors, buckets: delta.filled() } satisfies DistributionMeasured)
    }
    this.delta.clear()
    tell(0, '', '', this.delta, [])
    const cpus = distributions.perCpu ? Array.from({ length: this.cpus }, () => new Delta()) : []
    const errors = this.readErrors()
    const ended: Buffer[] = []
    this.map.forEach((key, value) => {
      const { pid, name, operation } = this.describe(key)
      // Told below, and taken out: what thousands of short programs did is not held beside what the map holds.
      if (pid !== 0 && !this.lives(pid)) return void ended.push(Buffer.from(key))
      const text = key.latin1Slice()
      const before = this.before.get(text)
      const delta = this.deltaOf(value, before, epoch, cpus)
      if (delta.count === 0 && delta.errors === 0 && !errors.has(text)) return
      if (before) value.copy(before)
      else this.before.set(text, Buffer.from(value))
      tell(pid, name, operation, delta, errors.get(text) ?? [])
    })
    for (const key of ended) {
      if (!this.map.lookup(key, this.last)) continue
      const text = key.latin1Slice()
      const { pid, name, operation } = this.describe(key)
      const delta = this.deltaOf(this.last, this.before.get(text), epoch, cpus)
      const named = errors.get(text) ?? []
      if (delta.count > 0 || delta.errors > 0 || named.length > 0) tell(pid, name, operation, delta, named)
      const areNamed = !this.errorMap || named.reduce((sum, [, count]) => sum + count, 0) >= delta.errors
      if (areNamed) this.sweep(key, text)
      else this.before.set(text, Buffer.from(this.last)) // names of the last errors are told the next time
    }
    cpus.forEach((delta, cpu) => { if (delta.count > 0) tell(0, `cpu${cpu}`, '', delta, []) })
  }

  private describe(key: Buffer): ReturnType<Distributions['describe']> {
    return this.options.distributions.describe(new DataView(key.buffer, key.byteOffset, key.length))
  }

  private deltaOf(value: Buffer, before: Buffer | undefined, epoch: number, cpus: readonly Delta[]): Delta {
    const { delta } = this
    delta.clear()
    const now = new DataView(value.buffer, value.byteOffset, value.length)
    const then = before && new DataView(before.buffer, before.byteOffset, before.length)
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      delta.add(now, then, cpu * BYTES, epoch)
      cpus[cpu]?.add(now, then, cpu * BYTES, epoch)
    }
    return delta
  }

  /** New errors by the key they belong to. */
  private readErrors(): Map<string, [string, number][]> {
    const found = new Map<string, [string, number][]>()
    if (!this.errorMap) return found
    const { keyBytes } = this.errorMap
    this.errorMap.forEach((key, value) => {
      let total = 0
      for (let at = 0; at < value.length; at += 8) total += Number(value.readBigUInt64LE(at))
      const text = key.latin1Slice()
      const more = total - (this.errorsBefore.get(text) ?? 0)
      if (more === 0) return
      this.errorsBefore.set(text, total)
      const of = text.slice(0, this.map.keyBytes)
      const list = found.get(of) ?? []
      list.push([this.options.distributions.errorName!(key.readUInt32LE(keyBytes - 4)), more])
      found.set(of, list)
    })
    return found
  }

  /** Its process has ended and all it did is told: nobody writes there any more. */
  private sweep(key: Buffer, text: string): void {
    this.options.forget('distributions', key)
    this.before.delete(text)
    this.swept++
    for (const error of this.errorsBefore.keys()) {
      if (!error.startsWith(text)) continue
      this.options.forget('errors', Buffer.from(error, 'latin1'))
      this.errorsBefore.delete(error)
    }
  }
}
