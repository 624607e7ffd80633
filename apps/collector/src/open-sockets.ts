import type { AcceptQueueMeasured, ConnectionClosed, ConnectionOpened, Observation } from '@sonde/shared/observation'
import type { BootNanoseconds } from '@sonde/shared/units'

/** The sockets that a recording leaves open: played once more, it opens others, and nothing would ever close these. */
export class OpenSockets {
  private readonly connections = new Map<number, ConnectionOpened>()
  private readonly listeners = new Map<number, Omit<AcceptQueueMeasured, 'at' | 'cookie' | 'kind'>>()

  observe(o: Observation): void {
    if (o.kind === 'connection-opened') this.connections.set(o.socket.cookie, o)
    else if (o.kind === 'connection-closed') this.connections.delete(o.socket.cookie)
    else if (o.kind === 'connection-sampled') this.sampled(o.socket.cookie, o)
    else if (o.kind === 'listener-seen' && !this.listeners.has(o.socket.cookie)) this.listeners.set(o.socket.cookie, { length: 0, limit: 0, halfOpen: 0, drops: 0, closed: false })
    else if (o.kind === 'accept-queue-measured') this.measured(o)
  }

  /** The end of each, once. */
  *ends(at: BootNanoseconds): Generator<ConnectionClosed | AcceptQueueMeasured> {
    for (const { existing: _, ...opened } of this.connections.values()) yield { ...opened, kind: 'connection-closed', at, failure: undefined }
    for (const [cookie, { limit, drops }] of this.listeners) yield { kind: 'accept-queue-measured', at, cookie, length: 0, limit, halfOpen: 0, drops, closed: true }
    this.connections.clear()
    this.listeners.clear()
  }

  private sampled(cookie: number, { bytesSent, bytesReceived, retransmits, srttNs }: Extract<Observation, { kind: 'connection-sampled' }>): void {
    const opened = this.connections.get(cookie)
    if (opened) this.connections.set(cookie, { ...opened, bytesSent, bytesReceived, retransmits, srttNs })
  }

  private measured({ cookie, ...queue }: AcceptQueueMeasured): void {
    if (queue.closed) this.listeners.delete(cookie)
    else this.listeners.set(cookie, queue)
  }
}
