import type { WebSocket } from 'ws'
import type { Hub } from './hub.ts'
import type { Listener, Topics } from './topic.ts'

const SUBSCRIPTIONS = 64
/** Unsent bytes from which a reader counts as slow. */
const SLOW_BYTES = 1 << 20
const RETRY_MS = 250
const WAITING_ROWS = 500
/** Topic `alive` says so often that the connection is: a topic that is slow to evaluate must not look like one that is dead. */
const ALIVE_MS = 3000

/** What waits for a slow reader: the newest snapshot, or the newest rows, and how many were left out. */
interface Waiting {
  mode: 'snapshot' | 'append'
  data: unknown
  list: string
  rows: unknown[]
  skipped: number
}

/** One browser: its subscriptions by the ids it gave them. Bad messages are answered, never fatal. */
export class LiveSession {
  private readonly socket: WebSocket
  private readonly hub: Pick<Hub, 'subscribe'>
  private readonly topics: Pick<Topics, 'problemOf'>
  private readonly ends = new Map<number, () => void>()
  private readonly waiting = new Map<number, Waiting>()
  private retry: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, hub: Pick<Hub, 'subscribe'>, topics: Pick<Topics, 'problemOf'>) {
    this.socket = socket
    this.hub = hub
    this.topics = topics
    socket.on('message', (data, isBinary) => this.onMessage(data as Buffer, isBinary))
    socket.on('close', () => this.end())
    socket.on('error', () => this.end())
  }

  private onMessage(data: Buffer, isBinary: boolean): void {
    const message = isBinary ? undefined : parse(data)
    if (!message) return this.send({ id: null, error: problem('not a JSON object') })
    if (typeof message.unsubscribe === 'number') return this.unsubscribe(message.unsubscribe)
    const { id, subscribe, params } = message
    if (typeof id !== 'number' || !Number.isSafeInteger(id)) return this.send({ id: null, error: problem('"id" must be a whole number') })
    if (typeof subscribe !== 'string') return this.send({ id, error: problem('neither "subscribe" nor "unsubscribe" is there') })
    if (this.ends.size >= SUBSCRIPTIONS && !this.ends.has(id)) return this.send({ id, error: problem(`at most ${SUBSCRIPTIONS} subscriptions`) })
    this.unsubscribe(id)
    try {
      this.ends.set(id, subscribe === 'alive' ? this.tellAlive(id) : this.hub.subscribe(subscribe, params ?? {}, this.listener(id)))
    } catch (error) {
      this.send({ id, error: this.topics.problemOf(error) })
    }
  }

  private tellAlive(id: number): () => void {
    const timer = setInterval(() => this.send({ id, mode: 'snapshot', data: {} }), ALIVE_MS)
    return () => clearInterval(timer)
  }

  private listener(id: number): Listener {
    return {
      snapshot: (data) => {
        const before = this.waiting.get(id)
        this.offer(id, { mode: 'snapshot', data, list: '', rows: [], skipped: before ? before.skipped + 1 : 0 })
      },
      append: (list, rows, skipped) => {
        const before = this.waiting.get(id)
        const all = before ? [...before.rows, ...rows] : [...rows]
        const over = Math.max(0, all.length - WAITING_ROWS)
        this.offer(id, { mode: 'append', data: undefined, list, rows: all.slice(over), skipped: (before?.skipped ?? 0) + skipped + over })
      },
      error: (error) => this.send({ id, error }),
    }
  }

  private offer(id: number, waiting: Waiting): void {
    this.waiting.set(id, waiting)
    this.drain()
  }

  private drain(): void {
    this.retry = undefined
    for (const [id, { mode, data, list, rows, skipped }] of this.waiting) {
      if (this.socket.bufferedAmount > SLOW_BYTES) {
        this.retry ??= setTimeout(() => this.drain(), RETRY_MS)
        return
      }
      this.waiting.delete(id)
      this.send({ id, mode, data: mode === 'append' ? { [list]: rows } : data, ...(skipped > 0 && { skipped }) })
    }
  }

  private unsubscribe(id: number): void {
    this.ends.get(id)?.()
    this.ends.delete(id)
    this.waiting.delete(id)
  }

  private send(message: unknown): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message))
  }

  private end(): void {
    clearTimeout(this.retry)
    for (const end of this.ends.values()) end()
    this.ends.clear()
    this.waiting.clear()
  }
}

function parse(data: Buffer): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(data.toString('utf8'))
    return message !== null && typeof message === 'object' && !Array.isArray(message) ? (message as Record<string, unknown>) : undefined
  } catch {
    return undefined // answered with a problem
  }
}

const problem = (detail: string) => ({ type: 'about:blank', title: 'Bad message', status: 400, detail })
