import { problemOf, type ApiError, type Params } from './api.ts'

/** The same as `LIVE_PROTOCOL` of seam 4, which brings Node's Buffer with it; `socket.test.ts` holds them together. */
export const SUBPROTOCOL = 'sonde.live.v1'

/** What a subscriber is told; each snapshot replaces the one before. */
export interface TopicListener {
  onSnapshot?(data: unknown): void
  onRows?(rows: readonly unknown[], skipped: number): void
  onError?(error: ApiError): void
}

export interface Connection {
  readonly state: 'connecting' | 'open' | 'away'
  /** When it came into this state, and when the last message came; milliseconds since the epoch. */
  readonly sinceMs: number
  readonly heardMs: number | null
}

/** The part of a browser's WebSocket that is used. */
export interface SocketLike {
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: (() => void) | null
  send(text: string): void
  close(): void
}

export interface SocketSurroundings {
  open(): SocketLike
  now(): number
  /** Returns what cancels it. */
  later(run: () => void, ms: number): () => void
}

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5000
/** The server gives a sign of life each 3 s, however slow its topics are; a connection silent for so long is dead though nobody closed it. */
const SILENCE_MS = 10_000

/** Nobody's: the sign of life. */
const ALIVE_ID = 0

interface Subscription {
  readonly topic: string
  readonly params: Params
  readonly listener: TopicListener
}

/**
 * The one WebSocket of a page. It reconnects with growing pauses for as long as anybody listens and subscribes to
 * everything again: snapshots then say what was missed, `requests` repeats its last seconds.
 */
export class LiveSocket {
  private readonly around: SocketSurroundings
  private readonly subscriptions = new Map<number, Subscription>()
  private readonly watchers = new Set<() => void>()
  private socket: SocketLike | undefined
  private nextId = 1
  private failures = 0
  private cancelRetry: (() => void) | undefined
  private cancelSilence: (() => void) | undefined
  private current: Connection

  constructor(around: SocketSurroundings) {
    this.around = around
    this.current = { state: 'connecting', sinceMs: around.now(), heardMs: null }
  }

  get connection(): Connection {
    return this.current
  }

  /** Calls back whenever `connection` is another one. Returns what ends it. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** Listens to a topic until the returned function is called. */
  subscribe(topic: string, params: Params, listener: TopicListener): () => void {
    const id = this.nextId++
    this.subscriptions.set(id, { topic, params, listener })
    if (this.current.state === 'open') this.send({ subscribe: topic, id, params })
    else if (!this.socket && !this.cancelRetry) this.connect()
    return () => {
      if (this.subscriptions.delete(id) && this.current.state === 'open') this.send({ unsubscribe: id })
    }
  }

  /** Tries at once instead of waiting for the next turn. */
  reconnect(): void {
    if (this.current.state === 'open') return
    this.cancelRetry?.()
    this.cancelRetry = undefined
    this.drop()
    this.connect()
  }

  private connect(): void {
    this.cancelRetry = undefined
    const socket = this.around.open()
    this.socket = socket
    socket.onopen = () => {
      this.failures = 0
      this.become('open')
      this.send({ subscribe: 'alive', id: ALIVE_ID })
      for (const [id, { topic, params }] of this.subscriptions) this.send({ subscribe: topic, id, params })
      this.listenForSilence()
    }
    socket.onmessage = ({ data }) => this.onMessage(data)
    socket.onclose = () => this.onClose()
  }

  private onClose(): void {
    this.drop()
    if (this.current.state !== 'away') this.become('away')
    if (this.subscriptions.size === 0) return
    const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures++)
    this.cancelRetry = this.around.later(() => this.connect(), pause)
  }

  /** Lets go of the socket without hearing of its end. */
  private drop(): void {
    this.cancelSilence?.()
    if (!this.socket) return
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null
    this.socket.close()
    this.socket = undefined
  }

  private listenForSilence(): void {
    this.cancelSilence?.()
    this.cancelSilence = this.around.later(() => this.onClose(), SILENCE_MS)
  }

  private onMessage(data: unknown): void {
    this.listenForSilence()
    const message = parse(data)
    if (message?.id === ALIVE_ID) return // it is there, and has nothing new
    this.current = { ...this.current, heardMs: this.around.now() }
    const subscription = message && typeof message.id === 'number' ? this.subscriptions.get(message.id) : undefined
    if (!message || !subscription) return // an answer to what nobody listens to any more
    const { topic, listener } = subscription
    const query = `GET /api/v1/${topic}`
    if (message.error !== undefined) return listener.onError?.(problemOf(query, statusOf(message.error), message.error))
    if (message.mode !== 'append') return listener.onSnapshot?.(message.data)
    const rows = Object.values((message.data ?? {}) as Record<string, unknown>)[0]
    listener.onRows?.(Array.isArray(rows) ? rows : [], typeof message.skipped === 'number' ? message.skipped : 0)
  }

  private become(state: Connection['state']): void {
    this.current = { ...this.current, state, sinceMs: this.around.now() }
    for (const watcher of this.watchers) watcher()
  }

  private send(message: unknown): void {
    this.socket?.send(JSON.stringify(message))
  }
}

function parse(data: unknown): Record<string, unknown> | undefined {
  try {
    const message: unknown = typeof data === 'string' ? JSON.parse(data) : undefined
    return message !== null && typeof message === 'object' ? (message as Record<string, unknown>) : undefined
  } catch {
    return undefined // not from our server; the silence clock decides
  }
}

const statusOf = (problem: unknown): number => {
  const status = (problem as { status?: unknown } | null)?.status
  return typeof status === 'number' ? status : 0
}
