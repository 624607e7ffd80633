/** Of `/api/v1/connections/listeners`. */
export interface Listener {
  readonly id: string
  readonly service: string
  readonly local: string
  readonly openedAt: string
  readonly closedAt: string | null
  /** Of the accept queue: established connections that nobody has accepted. */
  readonly queueLength: number
  readonly queueLimit: number
  readonly longestQueue: number
  readonly halfOpen: number
  /** Connections turned away since it listens. */
  readonly drops: number
  readonly pid: number
  readonly host: string
}

export const listenerKey = (listener: Listener): string => `${listener.host} ${listener.id} ${listener.openedAt}`

/** The kernel takes one more than the limit before it turns any away. */
export const isFull = (listener: Listener): boolean => listener.closedAt === null && listener.queueLength > 0 && listener.queueLength >= listener.queueLimit

/** Turned away first, then full, then by the longest queue. */
export function listenerRank(listener: Listener): number {
  return listener.drops * 1e6 + (isFull(listener) ? 5e5 : 0) + Math.min(listener.longestQueue, 4e5)
}

/** Which the filter box keeps: words in address, service or process, all of them. */
export function listenerFilter(text: string): (listener: Listener) => boolean {
  const words = text.trim().toLowerCase().split(/\s+/).filter((word) => word !== '')
  return (listener) => words.every((word) => [listener.local, listener.service, String(listener.pid)].some((part) => part.toLowerCase().includes(word)))
}
