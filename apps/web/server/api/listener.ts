import { randomBytes } from 'node:crypto'
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { WebSocketServer, type WebSocket } from 'ws'
import { LIVE_PROTOCOL } from '@sonde/shared/wire'
import { LIVE_PATH } from './app.ts'
import { pagePolicy, refusal, SECURITY_HEADERS } from './guard.ts'
import { problem, type ProblemDetails, type ProblemKind } from './problem.ts'

const LIVE_SESSIONS = 256
const MESSAGE_BYTES = 64 << 10
const PING_MS = 20_000
/** Whoever is refused has so long to read why. */
const LINGER_MS = 5000
/** Parameters may have many long values; what is too long for its parameter is told by name. */
const HEADER_BYTES = 64 << 10
/** Of what is answered on the spot. */
const NO_TIME = 'total;dur=0'
/** By Node's codes for what it could not read. */
const UNREADABLE: Readonly<Record<string, readonly [ProblemKind, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', `the path and all headers have at most ${HEADER_BYTES} bytes`],
  ERR_HTTP_REQUEST_TIMEOUT: ['too-slow', 'send it faster'],
}

/** Serves pages: everything that isn't below /api. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface ListenerOptions {
  readonly api: { fetch(request: Request): Response | Promise<Response> }
  /** Undefined if there are none (yet). */
  pages(): Pages | undefined
  /** Undefined while starting. */
  onLive(): ((socket: WebSocket) => void) | undefined
  log(error: unknown): void
}

/** The HTTP server browsers and scripts talk to: guards, then the API, live WebSockets, or pages. */
export class Listener {
  readonly server: Server
  private readonly options: ListenerOptions
  private readonly handleApi: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES, perMessageDeflate: false, handleProtocols: (offered) => (offered.has(LIVE_PROTOCOL) ? LIVE_PROTOCOL : false) })
  private readonly silent = new WeakSet<WebSocket>()
  private readonly answering = new WeakSet<Duplex>()
  private readonly pinging: NodeJS.Timeout

  constructor(options: ListenerOptions) {
    this.options = options
    this.handleApi = getRequestListener((request) => options.api.fetch(request), { overrideGlobalObjects: false }) as typeof this.handleApi
    // Who offers another protocol than WebSocket, as Java's client does HTTP/2, is answered in this one. What has no Host is refused by the guard.
    this.server = createServer({ maxHeaderSize: HEADER_BYTES, requireHostHeader: false, shouldUpgradeCallback: isWebSocket }, (request, response) => this.onRequest(request, response))
    this.server.on('upgrade', (request, socket, head) => this.onUpgrade(request, socket, head))
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.onUnreadable(error, socket))
    this.sockets.on('wsClientError', (error, socket) => refuse(socket, problem('bad-request', error.message)))
    this.sockets.on('headers', (headers) => headers.push(`Server-Timing: ${NO_TIME}`))
    this.pinging = setInterval(() => this.ping(), PING_MS)
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** Rejects with the system's error. */
  listen(address: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(port, address, () => {
        this.server.off('error', reject)
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    clearInterval(this.pinging)
    for (const socket of this.sockets.clients) {
      socket.close(1001)
      setTimeout(() => socket.terminate(), 200).unref()
    }
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve())
      this.server.closeIdleConnections()
      setTimeout(() => this.server.closeAllConnections(), 500).unref()
    })
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    this.answering.add(request.socket)
    response.once('close', () => this.answering.delete(request.socket))
    timed(response)
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    const refused = refusal({ method: request.method ?? 'GET', headers: request.headers, headersDistinct: request.headersDistinct, isUpgrade: false }, this.port)
    if (refused) return answer(response, refused)
    const path = request.url ?? '/'
    if (!path.startsWith('/')) return answer(response, problem('bad-request', 'what is asked for is a path, beginning with /'))
    const isApi = path === '/api' || path.startsWith('/api/')
    if (!isApi) request.headers['content-security-policy'] = pagePolicy(randomBytes(16).toString('base64'))
    if (!isApi) response.setHeader('content-security-policy', request.headers['content-security-policy']!)
    const handle = isApi ? this.handleApi : this.options.pages()
    if (!handle) return answer(response, problem('not-found', 'the pages are not built: run `npm start`, or `npm run build`; the API is below /api/v1'))
    handle(request, response).catch((error: unknown) => {
      this.options.log(error)
      if (!response.headersSent) answer(response, problem('failed', 'the page could not be made; the log of the web process says why'))
      else response.destroy()
    })
  }

  private onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const refused = refusal({ method: 'GET', headers: request.headers, headersDistinct: request.headersDistinct, isUpgrade: true }, this.port)
    if (refused) return refuse(socket, refused)
    if ((request.url ?? '').split('?')[0] !== LIVE_PATH) return refuse(socket, problem('not-found', `WebSockets are at ${LIVE_PATH}`))
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
    if (!offered.includes(LIVE_PROTOCOL)) return refuse(socket, problem('bad-parameter', `the subprotocol is ${LIVE_PROTOCOL}`))
    const onLive = this.options.onLive()
    if (!onLive || this.sockets.clients.size >= LIVE_SESSIONS) return refuse(socket, problem('unavailable', onLive ? 'too many live sessions' : 'Sonde is starting'))
    this.sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('pong', () => this.silent.delete(opened))
      onLive(opened)
    })
  }

  /** What came is no request, or never came whole. */
  private onUnreadable({ code }: NodeJS.ErrnoException, socket: Duplex): void {
    if (code === 'ECONNRESET' || !socket.writable || this.answering.has(socket)) return void socket.destroy()
    const [kind, detail] = UNREADABLE[code ?? ''] ?? ['bad-request', 'it is not HTTP/1.1']
    refuse(socket, problem(kind, detail))
  }

  private ping(): void {
    for (const socket of this.sockets.clients) {
      if (this.silent.has(socket)) socket.terminate()
      this.silent.add(socket)
      socket.ping()
    }
  }
}

/** Says in every answer how long it took to begin. */
function timed(response: ServerResponse): void {
  const began = performance.now()
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse
  response.writeHead = ((...args: unknown[]) => {
    if (!response.headersSent) response.setHeader('server-timing', `total;dur=${(performance.now() - began).toFixed(2)}`)
    return writeHead(...args)
  }) as typeof response.writeHead
}

function answer(response: ServerResponse, details: ProblemDetails): void {
  response.writeHead(details.status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(details))
}

/** Answers where there is no response to write to. */
function refuse(socket: Duplex, details: ProblemDetails): void {
  const body = JSON.stringify(details)
  const headers = { ...SECURITY_HEADERS, 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', 'server-timing': NO_TIME, connection: 'close' }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${details.status} ${STATUS_CODES[details.status]}\r\n${head}\r\n${body}`)
  // Closed at once with bytes unread, it would be reset, and the answer lost on the way.
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}

const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket'
