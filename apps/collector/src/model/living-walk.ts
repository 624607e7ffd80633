import type { ConnectionsLiving } from '@sonde/shared/observation'
import type { BootNanoseconds } from '@sonde/shared/units'
import type { Connection } from './connection.ts'

/**
 * Finds connections that are over although nobody said so: open when a walk over all sockets began, and neither in it nor in
 * the next. One walk isn't enough: a socket on its way from one process to another is held by none.
 */
export class LivingWalk {
  private startedAt: BootNanoseconds = 0
  private readonly found = new Set<number>()
  private missed = new Set<Connection>()
  private missedAt: BootNanoseconds = 0

  /** Takes in a part of a walk; with the last one of a second walk gives those of `open` that are over. */
  take(o: ConnectionsLiving, open: () => Iterable<Connection>): Connection[] {
    if (o.startedAt !== this.startedAt) this.found.clear()
    this.startedAt = o.startedAt
    for (const cookie of o.cookies) this.found.add(cookie)
    if (!o.last) return []
    const isComplete = this.found.size === o.listed
    const over = isComplete ? this.compare(open()) : []
    this.found.clear()
    return over
  }

  /** Whether the next walk decides if it is over: that it was heard of since must not be forgotten. */
  isMissed(connection: Connection): boolean {
    return this.missed.has(connection)
  }

  private compare(open: Iterable<Connection>): Connection[] {
    const missed = new Set<Connection>()
    const over: Connection[] = []
    for (const connection of open) {
      if (connection.openedAt >= this.startedAt || this.found.has(connection.cookie)) continue
      if (this.missed.has(connection) && !this.isHeardOf(connection)) over.push(connection)
      else missed.add(connection)
    }
    this.missed = missed
    this.missedAt = this.startedAt
    return over
  }

  /** Since the walk before. */
  private isHeardOf({ request }: Connection): boolean {
    return request !== undefined && request.arrivedAt > this.missedAt
  }
}
