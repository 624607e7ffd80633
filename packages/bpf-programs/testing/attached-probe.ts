import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BpfObject, RECORD_HEADER_BYTES, RingReader, nextRecord } from '@sonde/libbpf'
import type { Observation } from '@sonde/shared/observation'
import { recordTypes } from '../btf/index.ts'
import type { Probe } from '../probe.ts'

const PACKAGE = join(import.meta.dirname, '..')

/** A probe on the running kernel, for its test: loaded, attached, and what it observed so far in `observations`. */
export class AttachedProbe {
  readonly object: BpfObject
  readonly observations: Observation[] = []
  private readonly ring: RingReader

  constructor(probe: Probe, options: { readonly ringBytes?: number } = {}) {
    const elf = readFileSync(join(PACKAGE, probe.object))
    const types = recordTypes(elf)
    if (!types.ok) throw new Error(types.error)
    this.object = new BpfObject(elf, probe.name)
    if (options.ringBytes) this.object.setMaxEntries('records', options.ringBytes)
    this.object.load()
    const unattached = new Set(probe.runs?.map(({ program }) => program))
    for (const { name } of this.object.programs()) {
      const hz = probe.perfEvents?.[name]
      if (hz !== undefined) this.object.attachPerfEvent(name, hz)
      else if (!unattached.has(name)) this.object.attach(name)
    }
    const reader = probe.open()
    this.ring = new RingReader(this.object.map('records').fd, (total, bytes, view) => {
      for (let at = RECORD_HEADER_BYTES; at < total; ) {
        const length = view.getUint32(at - RECORD_HEADER_BYTES, true)
        const type = types.value.get(view.getUint32(at, true))
        if (!type || length < type.leastBytes || length > type.bytes) throw new Error(`a record of ${length} bytes is not as its type says`)
        if (reader.layouts[type.name] !== type.fingerprint) throw new Error(`${type.name} has another layout`)
        reader.read(type.name, bytes, view, at, length, (observation) => this.observations.push(observation))
        at = nextRecord(at, length) + RECORD_HEADER_BYTES
      }
    })
  }

  /** All that was observed by now, of one kind. */
  seen<K extends Observation['kind']>(kind: K): Extract<Observation, { kind: K }>[] {
    this.ring.drain()
    return this.observations.filter((one): one is Extract<Observation, { kind: K }> => one.kind === kind)
  }

  /** Waits until `find` gives something, looking every 10 ms; throws after `withinMs`. */
  async until<T>(what: string, find: (probe: this) => T | undefined, withinMs = 60_000): Promise<T> {
    const end = Date.now() + withinMs
    for (;;) {
      const found = find(this)
      if (found !== undefined) return found
      if (Date.now() > end) throw new Error(`not observed within ${withinMs / 1000} s: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** Sum over all CPUs of everything in the map `losses`. */
  losses(): number {
    const { values } = this.object.map('losses').readAll()
    let sum = 0
    for (let at = 0; at < values.length; at += 8) sum += Number(values.readBigUInt64LE(at))
    return sum
  }

  close(): void {
    this.ring.close()
    this.object.close()
  }
}
