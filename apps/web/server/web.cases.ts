import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestContext } from 'node:test'
import { WebSocket } from 'ws'
import type { HealthReport, TableBatch } from '@sonde/shared/signal'
import { encodeFrame, INGEST_PROTOCOL, LIVE_PROTOCOL, type FrameMode, type HubMessage } from '@sonde/shared/wire'
import { ingestSocket, readConfig, type WebConfig } from './config.ts'
import { Web } from './web.ts'

/** A web process in this one, in a folder of its own, and ways to talk to it. For tests. */
export class TestWeb {
  readonly config: WebConfig
  readonly web: Web
  readonly logged: unknown[] = []

  constructor(directory: string, changes: Partial<WebConfig> = {}) {
    this.config = { ...readConfig(['--listen', '127.0.0.1:0', '--data-dir', directory, '--api-only'], {})!, ...changes }
    this.web = new Web(this.config, { version: '9.9.9', log: (error) => this.logged.push(error), onStored: (problem) => this.logged.push(problem) })
  }

  get api(): string {
    return `${this.web.url}/api/v1`
  }

  async get(path: string): Promise<{ status: number; body: Record<string, never>; headers: Headers }> {
    const response = await fetch(`${this.api}/${path}`)
    return { status: response.status, body: (await response.json()) as Record<string, never>, headers: response.headers }
  }

  /** Asks until `isEnough`, at most 30 s; what was answered last. */
  async until(path: string, isEnough: (body: Record<string, never>) => boolean): Promise<Record<string, never>> {
    for (let i = 0; ; i++) {
      const { body } = await this.get(path)
      if (isEnough(body) || i >= 600) return body
      await sleep(50)
    }
  }

  collector(stream = 's1', host = 'h1'): Promise<TestCollector> {
    return TestCollector.connect(ingestSocket(this.config), stream, host)
  }

  live(): Promise<TestBrowser> {
    return TestBrowser.connect(`${this.web.url.replace('http', 'ws')}/api/v1/live`)
  }
}

/** Starts a web process that ends with the test. */
export async function startWeb(t: TestContext, changes: Partial<WebConfig> = {}): Promise<TestWeb> {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-web-'))
  const test = new TestWeb(directory, changes)
  await test.web.start()
  t.after(async () => {
    await test.web.stop()
    rmSync(directory, { recursive: true })
  })
  return test
}

/** Messages of a socket as they come, to be waited for. */
class Inbox<T> {
  readonly all: T[] = []
  private wake: () => void = () => undefined
  isClosed = false

  push(message: T): void {
    this.all.push(message)
    this.wake()
  }

  close(): void {
    this.isClosed = true
    this.wake()
  }

  /** The first message that fits, at most 30 s from now. */
  async find(fits: (message: T) => boolean): Promise<T> {
    const deadline = performance.now() + 30_000
    for (;;) {
      const found = this.all.find(fits)
      if (found) return found
      if (performance.now() > deadline || this.isClosed) throw new Error(`no such message among ${JSON.stringify(this.all).slice(0, 2000)}`)
      await new Promise<void>((resolve) => {
        this.wake = resolve
        setTimeout(resolve, 200)
      })
    }
  }
}

export const HEALTH: HealthReport = {
  host: { id: 'h1', name: 'box', kernel: '6.12.0', btf: true, cpus: 2, memoryBytes: 1e9 }, version: '1', startedAt: '1', time: '2',
  probes: [{ name: 'exchange', sees: 'turns', hooks: ['a'], losesWhenOff: 'requests', enabled: true, state: 'attached', reason: '', records: 5, recordsPerSecond: 1, lost: 0, nsPerRun: 120, runs: 9, cpuShare: 0.01, ringFill: 0.1 }],
  exporters: [{ name: 'hub', state: 'connected', sent: 1, dropped: 0, queued: 0, lastError: null }], problems: [],
  cost: { cpuCores: 0.02, memoryBytes: 5e7, memoryCeilingBytes: 2e8, addedNsPerRequest: 1800 }, bounds: { connections: [1, 100] }, clock: { stepNs: 0, driftNs: 3 },
}

export class TestCollector {
  readonly inbox = new Inbox<HubMessage>()
  readonly socket: WebSocket
  private sequence = 0

  private constructor(path: string) {
    this.socket = new WebSocket(`ws+unix:${path}:/ingest`, INGEST_PROTOCOL)
    this.socket.on('message', (data) => this.inbox.push(JSON.parse(String(data)) as HubMessage))
    this.socket.on('close', () => this.inbox.close())
  }

  /** Connects; says hello unless `stream` is ''. */
  static async connect(path: string, stream: string, host: string): Promise<TestCollector> {
    const collector = new TestCollector(path)
    await new Promise((resolve, reject) => collector.socket.once('open', resolve).once('error', reject))
    if (stream === '') return collector
    collector.say({ type: 'hello', stream, host: { id: host, name: `name of ${host}`, kernel: '6.12.0' }, version: '1' })
    await collector.inbox.find(({ type }) => type === 'welcome' || type === 'refused')
    return collector
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  frame(batch: TableBatch, mode: FrameMode = 'append', sequence = ++this.sequence): number {
    this.sequence = sequence
    this.socket.send(encodeFrame({ sequence, mode, batch }))
    return sequence
  }

  /** Sends a frame and waits until it is acknowledged. */
  async store(batch: TableBatch, mode: FrameMode = 'append'): Promise<void> {
    const sequence = this.frame(batch, mode)
    await this.inbox.find((message) => message.type === 'ack' && message.committed >= sequence)
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.close()
    await closed
  }
}

export interface LiveMessage {
  readonly id: number | null
  readonly mode?: 'snapshot' | 'append'
  readonly data?: Record<string, never>
  readonly skipped?: number
  readonly error?: { readonly status: number; readonly detail: string; readonly parameter?: string }
}

export class TestBrowser {
  readonly inbox = new Inbox<LiveMessage>()
  readonly socket: WebSocket

  private constructor(url: string) {
    this.socket = new WebSocket(url, LIVE_PROTOCOL)
    this.socket.on('message', (data) => this.inbox.push(JSON.parse(String(data)) as LiveMessage))
    this.socket.on('close', () => this.inbox.close())
  }

  static async connect(url: string): Promise<TestBrowser> {
    const browser = new TestBrowser(url)
    await new Promise((resolve, reject) => browser.socket.once('open', resolve).once('error', reject))
    return browser
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }
}
