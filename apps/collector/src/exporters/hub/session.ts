import { WebSocket } from 'ws'
import type { CollectorMessage, HostIdentity } from '@sonde/shared/wire'
import type { QueuedFrame } from './memory-queue.ts'
import { INGEST_PROTOCOL, parseHubMessage, printable } from './messages.ts'

export interface SessionEvents {
  /** Whether the number is possible; a session whose hub says impossible things is ended. */
  onWelcome(committed: number): boolean
  onAck(committed: number): boolean
  onControl(probe: string, enabled: boolean): void
  onAttention(probe: string, watched: boolean): void
  /** Some of what was sent has left. */
  onDrain(): void
  /** Called once. */
  onEnd(reason: string): void
}

const HANDSHAKE_MS = 5000
/** A hub that says nothing for so long, pings included, is gone. */
const SILENCE_MS = 15_000
const MAX_MESSAGE_BYTES = 64 << 10
/** More than this unsent in the socket, and the sender waits. */
const HIGH_WATER_BYTES = 4 << 20

/** One WebSocket to the hub for one stream, from connecting to its end. */
export class Session {
  private readonly socket: WebSocket
  private readonly events: SessionEvents
  /** The WebSocket was opened: somebody is there. */
  wasOpened = false
  private welcomed = false
  private ended = false
  private heardAtMs = performance.now()
  private readonly deadline: NodeJS.Timeout

  constructor(url: string, hello: { stream: string; host: HostIdentity; version: string }, events: SessionEvents) {
    this.events = events
    const local = url.startsWith('ws+unix:')
    this.socket = new WebSocket(url, INGEST_PROTOCOL, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: HANDSHAKE_MS,
      // Masks protect proxies from what a browser sends (RFC 6455 §10.3); a Unix socket has none, and masking costs a copy.
      ...(local && { generateMask: (mask: Buffer) => void mask.fill(0) }),
    })
    this.deadline = setTimeout(() => this.end('the hub did not answer'), HANDSHAKE_MS).unref()
    this.socket.on('open', () => {
      this.wasOpened = true
      this.sendText({ type: 'hello', ...hello })
    })
    this.socket.on('message', (data, isBinary) => this.onMessage(data as Buffer, isBinary))
    this.socket.on('pong', () => (this.heardAtMs = performance.now()))
    this.socket.on('error', (error) => this.end(printable(error.message)))
    this.socket.on('close', (code, reason) => this.end(`the hub closed (${code}${reason.length > 0 ? ` ${printable(reason.toString('utf8'))}` : ''})`))
  }

  /** Welcomed and not ended. */
  get isOpen(): boolean {
    return this.welcomed && !this.ended
  }

  get isCongested(): boolean {
    return this.socket.bufferedAmount > HIGH_WATER_BYTES
  }

  sendFrame(frame: QueuedFrame): void {
    frame.retain()
    this.socket.send(frame.bytes, (error) => {
      frame.release()
      if (error) this.end(printable(error.message))
      else this.events.onDrain()
    })
  }

  /** Sends state that is soon out of date: left out rather than queued behind frames. */
  sendText(message: CollectorMessage): void {
    if (this.ended || this.socket.readyState !== WebSocket.OPEN || this.isCongested) return
    this.socket.send(JSON.stringify(message))
  }

  /** To be called about every second. */
  checkAlive(): void {
    if (!this.isOpen) return
    if (performance.now() - this.heardAtMs > SILENCE_MS) return this.end('the hub fell silent')
    this.socket.ping()
  }

  /** `politely`: what is in the socket still goes out, with a close frame. Else nothing may arrive after the next session began. */
  end(reason: string, politely = false): void {
    if (this.ended) return
    this.ended = true
    clearTimeout(this.deadline)
    if (politely) this.socket.close(1000)
    else this.socket.terminate()
    setTimeout(() => this.socket.terminate(), 200).unref()
    this.events.onEnd(reason)
  }

  private onMessage(data: Buffer, isBinary: boolean): void {
    if (this.ended) return
    this.heardAtMs = performance.now()
    const message = isBinary ? { error: 'bytes' } : parseHubMessage(data.toString('utf8'))
    if ('error' in message) return this.end(`the hub sent ${message.error}`)
    if (message.type === 'refused') return this.end(`the hub refused: ${message.reason}`)
    if ((message.type === 'welcome') === this.welcomed) return this.end(`the hub sent ${message.type} out of turn`)
    switch (message.type) {
      case 'welcome':
        if (!this.events.onWelcome(message.committed)) return this.end('the hub has what was never sent')
        this.welcomed = true
        clearTimeout(this.deadline)
        return this.events.onDrain()
      case 'ack':
        if (!this.events.onAck(message.committed)) return this.end('the hub acknowledged what was never sent')
        return
      case 'control':
        return this.events.onControl(message.probe, message.enabled)
      case 'attention':
        return this.events.onAttention(message.probe, message.watched)
    }
  }
}
