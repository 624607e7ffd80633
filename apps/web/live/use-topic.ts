'use client'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { ApiFailure, get, queryOf, type ApiError, type Params } from './api.ts'
import { LiveSocket, SUBPROTOCOL, type Connection, type SocketLike } from './socket.ts'
import { useReading, type Reading } from './use-reading.ts'

let shared: LiveSocket | undefined

function browserSocket(): SocketLike {
  const socket = new WebSocket(`${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/api/v1/live`, SUBPROTOCOL)
  return socket as unknown as SocketLike
}

/** The page's one live connection. */
export function liveSocket(): LiveSocket {
  shared ??= new LiveSocket({
    open: browserSocket,
    now: Date.now,
    later: (run, ms) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  return shared
}

const BEFORE: Connection = { state: 'connecting', sinceMs: 0, heardMs: null }
const watch = (watcher: () => void) => liveSocket().watch(watcher)

/** Whether live data comes, and since when not. */
export function useConnection(): Connection {
  return useSyncExternalStore(watch, () => liveSocket().connection, () => BEFORE)
}

/** One answer of `GET /api/v1/<resource>`; null asks nothing. */
export function useQuery<T>(resource: string | null, params: Params = {}): Reading<T> {
  return useReading<T>(resource === null ? null : resource + queryOf(params), ({ onData, onError }) => {
    const abort = new AbortController()
    get(resource!, params, abort.signal).then(onData, (error: unknown) => {
      if (!abort.signal.aborted) onError(error instanceof ApiFailure ? error.problem : { query: `GET /api/v1/${resource}`, status: 0, title: 'Failed', detail: String(error) })
    })
    return () => abort.abort()
  })
}

/** A resource as it changes, a snapshot a second, while `live`; else its one answer. null asks nothing. */
export function useTopic<T>(topic: string | null, params: Params, live: boolean): Reading<T> {
  const query = useQuery<T>(live ? null : topic, params)
  const snapshots = useReading<T>(live && topic !== null ? topic + queryOf(params) : null, ({ onData, onError }) => liveSocket().subscribe(topic!, params, { onSnapshot: onData, onError }))
  const [now, other] = live ? [snapshots, query] : [query, snapshots]
  // Pausing shows the last picture until the still one is there.
  return now.data === undefined && now.error === undefined && other.data !== undefined ? { ...now, data: other.data, atMs: other.atMs } : now
}

/** Rows of a topic as they come, while `live`; null listens to nothing. */
export function useRows<T>(topic: string | null, params: Params, onRows: (rows: readonly T[], skipped: number) => void, onError?: (error: ApiError) => void): void {
  const listener = useRef({ onRows, onError })
  useEffect(() => {
    listener.current = { onRows, onError }
  })
  const key = topic === null ? null : topic + queryOf(params)
  const asked = useRef(params)
  useEffect(() => {
    asked.current = params
  })
  useEffect(() => {
    if (key === null || topic === null) return
    return liveSocket().subscribe(topic, asked.current, {
      onRows: (rows, skipped) => listener.current.onRows(rows as readonly T[], skipped),
      onError: (error) => listener.current.onError?.(error),
    })
  }, [key, topic])
}
