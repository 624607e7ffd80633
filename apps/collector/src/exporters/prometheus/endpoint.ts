import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { BlockList, isIP, type AddressInfo } from 'node:net'
import { CONTENT_TYPES, type Format } from './exposition.ts'
import { negotiate } from './negotiate.ts'

const LISTEN_AGAIN_MS = 5000
/** Scrapers of one host are few. */
const MOST_CONNECTIONS = 32
/** A reader slower than this is cut off: the next one waits behind it. */
const ANSWER_WITHIN_MS = 30_000
const CHUNK_CHARACTERS = 65_536

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

export interface EndpointOptions {
  readonly address: ListenAddress
  /** What a scrape gets, in pieces. */
  readonly expose: (format: Format) => Iterable<string>
  /** It listens now. */
  readonly onListening: () => void
}

/** The HTTP server of `/metrics`. An address that cannot be had is asked for again and again, for its holder may end. */
export class Endpoint {
  /** Why it doesn't listen; null if it does, or is about to. */
  error: string | null = null
  isListening = false
  private readonly options: EndpointOptions
  private readonly server: Server
  private again: NodeJS.Timeout | undefined
  private isClosed = false
  /** One scrape at a time: series must not be told while others are made. */
  private turn: Promise<void> = Promise.resolve()

  constructor(options: EndpointOptions) {
    this.options = options
    this.server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 8192 }, (request, response) => this.handle(request, response))
    this.server.maxConnections = MOST_CONNECTIONS
    this.server.on('listening', () => {
      if (this.isClosed) return void this.server.close() // it was closed while its name was looked up
      this.isListening = true
      this.error = null
      options.onListening()
    })
    this.server.on('error', (error: NodeJS.ErrnoException) => this.failed(error))
    this.listen()
  }

  /** Where it listens; undefined while it doesn't. */
  get port(): number | undefined {
    return (this.server.address() as AddressInfo | null)?.port
  }

  close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.again)
    this.isListening = false
    return new Promise((resolve) => {
      this.server.close(() => resolve()) // an error says that it never listened
      this.server.closeAllConnections()
    })
  }

  private listen(): void {
    this.server.listen({ ...this.options.address, exclusive: true })
  }

  private failed(error: NodeJS.ErrnoException): void {
    if (this.isClosed) return
    this.isListening = this.server.listening
    this.error = error.code === 'EADDRINUSE' ? 'another process listens there' : error.message
    clearTimeout(this.again)
    if (!this.isListening) this.again = setTimeout(() => this.listen(), LISTEN_AGAIN_MS).unref()
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('cache-control', 'no-store')
    const { port } = this
    if (port === undefined || !isServed(request.headers.host, this.options.address.host, port)) return refuse(response, 421, 'This name is not served; ask for 127.0.0.1, [::1] or localhost, with the port.')
    const path = (request.url ?? '').replace(/[?#].*/s, '')
    if (path !== '/metrics') return refuse(response, 404, 'There is /metrics.')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return refuse(response, 405, 'Use GET.')
    }
    const format = negotiate(request.headers.accept)
    response.setHeader('content-type', CONTENT_TYPES[format])
    response.setHeader('vary', 'accept')
    if (request.method === 'HEAD') return void response.end()
    this.turn = this.turn.then(() => this.answer(response, format))
  }

  private async answer(response: ServerResponse, format: Format): Promise<void> {
    const impatience = setTimeout(() => response.destroy(), ANSWER_WITHIN_MS)
    let chunk = ''
    for (const piece of this.options.expose(format)) {
      chunk += piece
      if (chunk.length < CHUNK_CHARACTERS) continue
      if (!(await written(response, chunk))) break
      chunk = ''
    }
    response.end(chunk)
    clearTimeout(impatience)
  }
}

/** Writes, and waits until there is room for more and others had their turn; false if nobody reads any more. */
async function written(response: ServerResponse, chunk: string): Promise<boolean> {
  if (response.destroyed) return false
  if (response.write(chunk)) await new Promise((resolve) => setImmediate(resolve))
  else {
    await new Promise<void>((resolve) => {
      const done = () => {
        response.off('drain', done).off('close', done)
        resolve()
      }
      response.once('drain', done).once('close', done)
    })
  }
  return !response.destroyed
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/**
 * On a loopback address only this machine's own names for itself are served, with the port: a name that somebody else's DNS
 * points here (DNS rebinding) is not. Who configured another address wants others to come, by whatever name.
 */
function isServed(host: string | undefined, address: string, port: number): boolean {
  if (!isLoopback(address)) return true
  return ['127.0.0.1', '[::1]', 'localhost'].some((name) => host?.toLowerCase() === `${name}:${port}`)
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || (isIP(address) !== 0 && LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${why}\n`)
}
