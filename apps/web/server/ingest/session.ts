import type { WebSocket } from 'ws'
import { decodeFrame, type CollectorMessage, type DecodedFrame, type HubMessage } from '@sonde/shared/wire'
import type { OwnLosses } from '../health/own-losses.ts'
import type { Hub } from '../hub/hub.ts'
import type { Living } from '../hub/living.ts'
import type { Store } from '../store/store.ts'
import { FrameLease, free } from './frame-lease.ts'
import { parseCollectorMessage } from './messages.ts'
import { storableRows } from './storable.ts'

/** A collector has so long to say who it is. */
const HELLO_MS = 5000
/** Pause before a frame the store had no room for is offered again. */
const FULL_MS = 50
/** What `ws` may still deliver from its buffers after a pause. */
const HELD = 1024

export interface IngestContext {
  readonly store: Store
  readonly hub: Hub
  readonly living: Living
  readonly losses: OwnLosses
  now(): bigint
  /** A host's collector said hello; resolves with the switches of its probes. */
  onHost(host: { readonly id: string; readonly name: string; readonly kernel: string }): Promise<ReadonlyMap<string, boolean>>
}

/** One collector's WebSocket, from hello to its end; see shared/wire/session.ts. Whoever breaks the rules is told why and cut off. */
export class IngestSession {
  private readonly socket: WebSocket
  private readonly context: IngestContext
  private readonly onEnd: () => void
  private state: 'waiting' | 'welcoming' | 'open' | 'ended' = 'waiting'
  private hostId = ''
  private stream = ''
  private switches: ReadonlyMap<string, boolean> | undefined
  private readonly deadline: NodeJS.Timeout
  private retry: NodeJS.Timeout | undefined
  /** Messages that came while one waits for room. */
  private readonly held: { data: Buffer; isBinary: boolean }[] = []

  constructor(socket: WebSocket, context: IngestContext, onEnd: () => void) {
    this.socket = socket
    this.context = context
    this.onEnd = onEnd
    this.deadline = setTimeout(() => this.refuse('no hello within 5 s'), HELLO_MS)
    socket.on('message', (data, isBinary) => this.onMessage(data as Buffer, isBinary))
    socket.on('close', () => this.end())
    socket.on('error', () => this.end())
  }

  get host(): string {
    return this.hostId
  }

  acknowledge(stream: string, committed: number): void {
    if (this.state === 'open' && this.stream === stream) this.send({ type: 'ack', committed })
  }

  control(probe: string, enabled: boolean): boolean {
    if (this.state !== 'open') return false
    this.send({ type: 'control', probe, enabled })
    return true
  }

  attend(probe: string, watched: boolean): void {
    if (this.state === 'open') this.send({ type: 'attention', probe, watched })
  }

  /** Ends the session, saying why. `counted`: it is the collector's fault. */
  refuse(reason: string, counted = true): void {
    if (this.state === 'ended') return
    if (counted) this.context.losses.count('web.ingest', 'session refused', 'sessions')
    this.send({ type: 'refused', reason })
    this.socket.close(1008, reason.slice(0, 100))
    setTimeout(() => this.socket.terminate(), 500).unref()
    this.end()
  }

  private onMessage(data: Buffer, isBinary: boolean): void {
    if (this.state === 'ended') return
    if (this.state === 'welcoming' || this.retry) {
      this.held.push({ data, isBinary }) // few: the socket is paused, or the collector waits for the welcome
      if (this.held.length > HELD) this.refuse('it does not wait')
      return
    }
    if (isBinary) this.onBinary(data)
    else this.onText(data)
  }

  private onText(data: Buffer): void {
    const message = parseCollectorMessage(data.toString('utf8'))
    if ('error' in message) return this.refuse(message.error)
    if (message.type === 'health') return this.onHealth(message.report)
    if (this.state !== 'waiting') return this.refuse('a second hello')
    this.welcome(message).catch((error: unknown) => this.refuse(error instanceof Error ? error.message : String(error), false))
  }

  private async welcome({ stream, host, version }: Extract<CollectorMessage, { type: 'hello' }>): Promise<void> {
    clearTimeout(this.deadline)
    this.state = 'welcoming'
    const { problem } = this.context.store.state()
    if (this.context.store.state().state === 'failing') return this.refuse(problem?.detail ?? 'the store cannot write', false)
    const [committed, switches] = await Promise.all([this.context.store.committed(stream), this.context.onHost(host)])
    if ((this.state as string) === 'ended') return
    if (!this.context.living.arrive(host, version, this.context.now())) return this.refuse('too many hosts report here')
    this.hostId = host.id
    this.stream = stream
    this.switches = switches
    this.state = 'open'
    this.send({ type: 'welcome', committed })
    for (const probe of this.context.hub.watchedProbes) this.attend(probe, true)
    this.resume()
  }

  private onHealth(report: Extract<CollectorMessage, { type: 'health' }>['report']): void {
    if (this.state !== 'open') return this.refuse('health before hello')
    if (report.host.id !== this.hostId) return this.refuse('health of another host')
    this.context.living.report(this.hostId, report, this.context.now())
    if (!this.switches) return
    for (const probe of report.probes) {
      const wanted = this.switches.get(probe.name)
      if (wanted !== undefined && wanted !== probe.enabled) this.control(probe.name, wanted)
    }
    this.switches = undefined
  }

  private onBinary(data: Buffer): void {
    if (this.state !== 'open') return this.refuse('a frame before hello')
    const frame = decodeFrame(data)
    free(data)
    if ('error' in frame) return this.refuse(`a frame that is ${frame.error}`)
    this.onFrame(frame)
  }

  private onFrame(frame: DecodedFrame): void {
    const now = this.context.now()
    const rows = storableRows(frame.mode, frame.batch, now, this.context.losses)
    const lease = new FrameLease(frame.memory)
    const taken = this.context.store.append({ host: this.hostId, stream: this.stream, sequence: frame.sequence, rows, release: lease.hold() })
    switch (taken) {
      case 'taken': return this.context.hub.accept(this.hostId, frame.mode, frame.batch, lease.hold())
      case 'duplicate': return void this.context.store.committed(this.stream).then((committed) => this.acknowledge(this.stream, committed))
      case 'failing': return this.refuse(this.context.store.state().problem?.detail ?? 'the store cannot write', false)
      case 'full':
        // Not reading on makes the collector's socket fill, and the collector spool.
        this.socket.pause()
        this.retry = setTimeout(() => {
          this.retry = undefined
          this.onFrame(frame)
          this.resume()
        }, FULL_MS)
    }
  }

  /** Takes what was held, until something has to wait again. */
  private resume(): void {
    while (this.state === 'open' && this.held.length > 0 && !this.retry) {
      const { data, isBinary } = this.held.shift()!
      if (isBinary) this.onBinary(data)
      else this.onText(data)
    }
    if (this.state === 'open' && !this.retry) this.socket.resume()
  }

  private send(message: HubMessage): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message))
  }

  private end(): void {
    if (this.state === 'ended') return
    const wasOpen = this.state === 'open'
    this.state = 'ended'
    clearTimeout(this.deadline)
    clearTimeout(this.retry)
    this.held.length = 0
    if (wasOpen) this.context.living.leave(this.hostId, this.context.now())
    this.onEnd()
  }
}
