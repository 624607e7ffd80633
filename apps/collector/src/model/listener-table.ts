import type { AcceptQueueMeasured, ListenerSeen } from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import { BoundedMap } from '../health/bounded-map.ts'
import type { Losses } from '../health/losses.ts'
import type { ModelSink } from './changes.ts'
import type { Process } from './process.ts'
import type { ProcessTable } from './process-table.ts'

export const MAX_LISTENERS = 16_384
/** A listener is told when its process has a name, or after this long without one. */
const NAME_AWAITED_NS: Nanoseconds = 2e9

/** A socket that listens, and its accept queue. */
export interface Listener {
  readonly cookie: number
  readonly netns: number
  readonly address: string
  readonly port: number
  readonly openedAt: BootNanoseconds
  /** 0 while it listens. */
  closedAt: BootNanoseconds
  pid: number
  process: Process | undefined
  queueLength: number
  queueLimit: number
  /** The longest that was ever seen. */
  longestQueue: number
  halfOpen: number
  drops: number
}

/** Every listening socket of this host, by cookie. */
export class ListenerTable {
  private readonly byCookie: BoundedMap<number, Listener>
  /** Changed since they were told, with when that was. */
  private readonly changed = new Map<Listener, BootNanoseconds>()
  private readonly options: { readonly sink: ModelSink; readonly processes: ProcessTable; readonly isOwn: (pid: number) => boolean }

  constructor(losses: Losses, options: ListenerTable['options']) {
    this.options = options
    this.byCookie = new BoundedMap({
      capacity: MAX_LISTENERS,
      onEvict: (_cookie, listener) => {
        this.changed.delete(listener)
        losses.count('model.listeners', 'evicted', 'connections')
      },
    })
  }

  get size(): number {
    return this.byCookie.size
  }

  seen(o: ListenerSeen): void {
    const { cookie, netns, localAddress: address, localPort: port } = o.socket
    const known = this.byCookie.get(cookie)
    if (known && known.closedAt === 0) {
      known.pid ||= o.pid
      return
    }
    const listener: Listener = {
      cookie, netns, address, port, openedAt: o.at, closedAt: 0, pid: o.pid, process: undefined, queueLength: 0, queueLimit: 0, longestQueue: 0, halfOpen: 0, drops: 0,
    }
    this.byCookie.set(cookie, listener)
    this.changed.set(listener, o.at)
  }

  measured(o: AcceptQueueMeasured): void {
    const listener = this.byCookie.get(o.cookie)
    if (!listener) return // it was evicted, which was counted
    const { length, limit, halfOpen, drops } = o
    Object.assign(listener, { queueLength: length, queueLimit: limit, halfOpen, drops, longestQueue: Math.max(listener.longestQueue, length) })
    if (o.closed) listener.closedAt = o.at
    if (!this.changed.has(listener)) this.changed.set(listener, o.at)
  }

  /** Tells what has changed, as soon as it has a name. */
  tick(now: BootNanoseconds): void {
    for (const [listener, since] of this.changed) {
      if (!this.isNamed(listener) && now < since + NAME_AWAITED_NS) continue
      this.changed.delete(listener)
      if (!this.isOwn(listener)) this.options.sink.listener(listener, now)
      if (listener.closedAt) this.byCookie.delete(listener.cookie)
    }
  }

  /** Those that listen, but Sonde's own. */
  open(): Listener[] {
    return [...this.byCookie.values()].filter((listener) => listener.closedAt === 0 && this.isNamed(listener) && !this.isOwn(listener))
  }

  private isNamed(listener: Listener): boolean {
    if (listener.pid !== 0) listener.process ??= this.options.processes.find(listener.pid, listener.openedAt)
    return listener.process?.described ?? false
  }

  private isOwn(listener: Listener): boolean {
    return listener.process?.own ?? this.options.isOwn(listener.pid)
  }
}
