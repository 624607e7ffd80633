import { BpfError, type BpfObject } from '@sonde/libbpf'
import type { Probe } from '@sonde/bpf-programs/probe'
import type { Losses } from '../health/losses.ts'

/** `enum loss` of include/record.h, in its order, with what is said where the probe says nothing. */
export const REASONS: readonly (readonly [enumerator: string, words: string])[] = [
  ['LOST_RING_BUFFER', 'ring buffer full'],
  ['LOST_STORAGE', 'no storage'],
  ['LOST_UNFINISHED', 'too many unfinished responses'],
  ['LOST_UNREADABLE', 'received in a way that is not followed'],
  ['LOST_CONTENDED', 'kept by another CPU for too long'],
]

/** What one life of a probe has lost in the kernel; totals of earlier lives stay counted. */
export class ProbeLosses {
  private readonly base = new Map<string, number>()
  private readonly latest = new Map<string, number>()
  private readonly probe: Probe
  private readonly losses: Losses

  constructor(probe: Probe, losses: Losses) {
    this.probe = probe
    this.losses = losses
  }

  get total(): number {
    let total = 0
    for (const reason of new Set([...this.base.keys(), ...this.latest.keys()])) total += (this.base.get(reason) ?? 0) + (this.latest.get(reason) ?? 0)
    return total
  }

  /** Reads the kernel's counters of the object's life. */
  read(object: BpfObject, oversized: number): void {
    this.set('record too long', oversized)
    this.set('recursion', recursionMisses(object))
    perCpuSums(object, 'losses').forEach((count, at) => {
      const [enumerator, words] = REASONS[at] ?? [`loss ${at}`, `loss ${at}`]
      this.set(this.probe.lossReasons?.[enumerator] ?? words, count)
    })
  }

  /** The object is about to be unloaded and its counters with it. */
  endLife(): void {
    for (const [reason, count] of this.latest) this.base.set(reason, (this.base.get(reason) ?? 0) + count)
    this.latest.clear()
  }

  private set(reason: string, count: number): void {
    this.latest.set(reason, count)
    this.losses.set(`probe.${this.probe.name}`, reason, this.probe.affects ?? this.probe.name, (this.base.get(reason) ?? 0) + count)
  }
}

/** Runs that the kernel left out because the program was running on that CPU already: events nobody saw. */
function recursionMisses(object: BpfObject): number {
  let misses = 0
  for (const { name } of object.programs()) {
    try {
      misses += object.programInfo(name).recursionMisses
    } catch (error) {
      if (!(error instanceof BpfError)) throw error // an optional program that isn't loaded
    }
  }
  return misses
}

/** A per-CPU array of u64, each entry summed over the CPUs; empty if the object has no such map. */
export function perCpuSums(object: BpfObject, name: string): number[] {
  const description = object.describeMaps().find((map) => map.name === name)
  if (!description) return []
  const map = object.map(name)
  const key = Buffer.alloc(4)
  const values = Buffer.alloc(description.valueBytes)
  return Array.from({ length: description.maxEntries }, (_, at) => {
    key.writeUInt32LE(at)
    if (!map.lookup(key, values)) return 0
    let sum = 0
    for (let cpu = 0; cpu < values.length; cpu += 8) sum += Number(values.readBigUInt64LE(cpu))
    return sum
  })
}
