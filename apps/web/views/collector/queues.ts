import type { Host, Status } from '../../live/resources.ts'

/** Something that is bounded: how full it is. */
export interface Queue {
  readonly name: string
  readonly now: number
  readonly limit: number
  readonly unit: 'bytes' | 'items'
}

/** Bounds in bytes, by how the collector names them. */
const IN_BYTES = /^ring of|\b(memory|spool|bytes)\b/

/** Every bound of collectors and web, fullest first; names break ties. */
export function queuesOf(hosts: readonly Host[], status: Status | undefined): readonly Queue[] {
  const several = hosts.length > 1
  const queues = hosts.flatMap(({ name: host, label, bounds, cost }): Queue[] => {
    const of = (name: string) => (several ? `${name} of ${label ?? host}` : name)
    const memory: Queue[] = cost ? [{ name: of('memory of the collector'), now: cost.memoryBytes, limit: cost.memoryCeilingBytes, unit: 'bytes' }] : []
    return [...memory, ...Object.entries(bounds).map(([name, [now, limit]]): Queue => ({ name: of(name), now, limit, unit: IN_BYTES.test(name) ? 'bytes' : 'items' }))]
  })
  if (status) queues.push({ name: 'web: waiting to be written', now: status.store.pendingBytes, limit: status.store.pendingLimitBytes, unit: 'bytes' })
  return queues.filter(({ limit }) => limit > 0).sort((a, b) => b.now / b.limit - a.now / a.limit || (a.name < b.name ? -1 : 1))
}
