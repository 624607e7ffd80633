import type { NameResolved } from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import { BoundedMap } from '../health/bounded-map.ts'
import type { Losses } from '../health/losses.ts'

export const MAX_RESOLVED = 16_384
/** Programs use an answer for a while after it has expired, and some servers say 0; no answer is good for ever. */
const LEAST_NS: Nanoseconds = 60e9
const MOST_NS: Nanoseconds = 86_400e9

interface Resolved {
  readonly name: string
  readonly until: BootNanoseconds
}

/** Names by which programs here came to addresses, each as long as its answer is good. */
export class ResolvedNames {
  /** One address has many names (of a CDN): who asked is asked for first. */
  private readonly byAsker: BoundedMap<string, Resolved>
  private readonly byAddress: BoundedMap<string, Resolved>

  constructor(losses: Losses) {
    const onEvict = () => losses.count('model.resolved names', 'evicted', 'peer names')
    this.byAsker = new BoundedMap({ capacity: MAX_RESOLVED, onEvict: () => {} }) // the name is in the other one
    this.byAddress = new BoundedMap({ capacity: MAX_RESOLVED, onEvict })
  }

  get size(): number {
    return this.byAddress.size
  }

  learn({ at, pid, name, addresses }: NameResolved): void {
    for (const { address, ttlSeconds } of addresses) {
      const resolved = { name, until: at + Math.min(Math.max(ttlSeconds * 1e9, LEAST_NS), MOST_NS) }
      setYoungest(this.byAsker, `${pid} ${address}`, resolved)
      setYoungest(this.byAddress, address, resolved)
    }
  }

  /** The name by which process `pid` (0: not known) came to `address`, else anybody did, at that time. */
  find(pid: number, address: string, at: BootNanoseconds): string | undefined {
    const asked = this.byAsker.get(`${pid} ${address}`)
    if (asked && asked.until >= at) return asked.name
    const known = this.byAddress.get(address)
    return known && known.until >= at ? known.name : undefined
  }
}

function setYoungest(map: BoundedMap<string, Resolved>, key: string, value: Resolved): void {
  map.delete(key)
  map.set(key, value)
}
