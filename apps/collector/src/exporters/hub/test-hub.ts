import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import { cell, type TableBatch } from '@sonde/shared/signal'
import { decodeFrame, INGEST_PROTOCOL, type CollectorMessage, type HubMessage } from '@sonde/shared/wire'

/**
 * A hub for tests: a real WebSocket server that takes frames, commits them after `commitMs`, acknowledges, and can be
 * killed at any moment. What was committed outlives it, what wasn't doesn't. It keeps the `count` cell of every row.
 */
export class TestHub {
  /** Every one there is. */
  static readonly all = new Set<TestHub>()
  /** Cells of committed rows, in order of commit. */
  readonly rows: number[] = []
  readonly modes: string[] = []
  readonly hellos: string[] = []
  readonly healths: CollectorMessage[] = []
  readonly committed = new Map<string, number>()
  /** Frames whose number was not above all before: 0 after a fair session. */
  repeated = 0
  /** Called for each hello instead of a welcome. */
  onHello: ((socket: WebSocket) => void) | undefined
  commitMs: number
  sockets = new Set<WebSocket>()
  private server: Server | undefined
  private readonly address: string | number

  constructor(address: string | number, commitMs = 0) {
    this.address = address
    this.commitMs = commitMs
    TestHub.all.add(this)
  }

  get url(): string {
    return typeof this.address === 'string' ? `ws+unix:${this.address}:/ingest` : `ws://127.0.0.1:${this.address}/ingest`
  }

  async listen(): Promise<void> {
    const server = createServer()
    const sockets = new WebSocketServer({ server, maxPayload: 64 << 20, handleProtocols: () => INGEST_PROTOCOL })
    sockets.on('connection', (socket) => this.serve(socket))
    if (typeof this.address === 'string') server.listen(this.address)
    else server.listen(this.address, '127.0.0.1')
    this.server = server
    await once(server, 'listening')
  }

  /** All connections break at once; what was received but not committed is gone. */
  async kill(): Promise<void> {
    const closed = this.server ? once(this.server, 'close') : undefined
    this.server?.close()
    for (const socket of this.sockets) socket.terminate()
    this.sockets.clear()
    this.server?.closeAllConnections()
    this.server = undefined
    await closed
  }

  send(message: HubMessage | string | Buffer): void {
    for (const socket of this.sockets) socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
  }

  private serve(socket: WebSocket): void {
    this.sockets.add(socket)
    let stream = ''
    let seen = 0
    let uncommitted: { rows: number[]; mode: string }[] = []
    const commit = () => {
      if (uncommitted.length === 0 || !this.sockets.has(socket)) return
      for (const frame of uncommitted) {
        for (const row of frame.rows) this.rows.push(row)
        this.modes.push(frame.mode)
      }
      uncommitted = []
      this.committed.set(stream, seen)
      socket.send(JSON.stringify({ type: 'ack', committed: seen }))
    }
    const timer = setInterval(commit, Math.max(1, this.commitMs))
    socket.on('close', () => {
      clearInterval(timer)
      this.sockets.delete(socket)
    })
    socket.on('error', () => socket.terminate())
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) {
        const message = JSON.parse(data.toString()) as CollectorMessage
        if (message.type === 'health') return void this.healths.push(message)
        stream = message.stream
        this.hellos.push(stream)
        seen = this.committed.get(stream) ?? 0
        if (this.onHello) return this.onHello(socket)
        return socket.send(JSON.stringify({ type: 'welcome', committed: seen }))
      }
      const frame = decodeFrame(data)
      if ('error' in frame) throw new Error(frame.error)
      if (frame.sequence <= seen) return void this.repeated++
      seen = frame.sequence
      uncommitted.push({ mode: frame.mode, rows: countsOf(frame.batch) })
    })
  }
}

/** None of a table without the column. */
function countsOf(batch: TableBatch): number[] {
  return 'count' in batch.columns ? Array.from({ length: batch.rowCount }, (_, row) => Number(cell(batch, 'count', row))) : []
}
