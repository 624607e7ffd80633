import { chmodSync, existsSync, mkdirSync, unlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { WebSocketServer } from 'ws'
import { INGEST_PROTOCOL, MAX_FRAME_BYTES } from '@sonde/shared/wire'
import { IngestSession, type IngestContext } from './session.ts'

/** Collectors at once; a host has one, and a few more while it catches up. */
const SESSIONS = 128

/** The socket of this path is taken by a process that answers. */
export class SocketInUseError extends Error {
  override readonly name = 'SocketInUseError'
}

/** Where collectors come in: WebSockets on a Unix socket that only the user and group of the file may use. */
export class IngestServer {
  private readonly server: Server
  private readonly sockets = new WebSocketServer({
    noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(INGEST_PROTOCOL) ? INGEST_PROTOCOL : false),
  })
  private readonly sessions = new Set<IngestSession>()
  private readonly context: IngestContext

  constructor(context: IngestContext) {
    this.context = context
    this.server = createServer((_request, response) => {
      response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' }).end('This is where collectors connect, by WebSocket.\n')
    })
    this.server.on('upgrade', (request, socket, head) => {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
      if (!offered.includes(INGEST_PROTOCOL) || this.sessions.size >= SESSIONS) return void socket.end(`HTTP/1.1 ${this.sessions.size >= SESSIONS ? '503 Service Unavailable' : '400 Bad Request'}\r\nconnection: close\r\n\r\n`)
      this.sockets.handleUpgrade(request, socket, head, (opened) => {
        const session = new IngestSession(opened, this.context, () => this.sessions.delete(session))
        this.sessions.add(session)
      })
    })
  }

  /** Listens; a socket nobody answers on is removed first. @throws SocketInUseError, or the system's error */
  async listen(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 })
    if (existsSync(path)) {
      if (await answers(path)) throw new SocketInUseError(path)
      unlinkSync(path)
    }
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(path, () => {
        this.server.off('error', reject)
        resolve()
      })
    })
    chmodSync(path, 0o660)
  }

  onCommitted(stream: string, sequence: number): void {
    for (const session of this.sessions) session.acknowledge(stream, sequence)
  }

  /** The store doesn't take: collectors spool, and come back. */
  refuseAll(reason: string): void {
    for (const session of this.sessions) session.refuse(reason, false)
  }

  /** False if no session of the host is open. */
  control(host: string, probe: string, enabled: boolean): boolean {
    let told = false
    for (const session of this.sessions) if (session.host === host) told = session.control(probe, enabled) || told
    return told
  }

  /** Tells all collectors that somebody looks, or nobody does any more, at what a probe shows. */
  attend(probe: string, watched: boolean): void {
    for (const session of this.sessions) session.attend(probe, watched)
  }

  /** Stops taking. */
  async close(): Promise<void> {
    this.refuseAll('the hub is stopping')
    this.sockets.close()
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
