import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { HealthReport, ProbeHealth, TableBatch } from '@sonde/shared/signal'
import { encodeFrame, INGEST_PROTOCOL, type FrameMode, type HubMessage } from '@sonde/shared/wire'
import { addCrowd } from './crowd.ts'
import { connections, endedProcesses, failedConnections, listeners, loss, processes, requestsOf, segmentDrops, usage, type ShopOptions } from './shop-rows.ts'

/**
 * Feeds a running web process as a collector would, with the shop of `shop-plan.ts`: history first, then live.
 *
 *     node e2e/journeys/feed.ts --socket DIR/run/ingest.sock [--rate 20] [--history 75] [--trouble 7] [--losses 1204] [--seconds N] [--crowd 130] [--quiet-host]
 *
 * `--crowd` puts as many services, and twice as many addresses, around the shop. `--quiet-host` reports processes and probes but no traffic: the first run.
 */
const { values } = parseArgs({
  options: {
    socket: { type: 'string' }, rate: { type: 'string', default: '20' }, history: { type: 'string', default: '75' }, trouble: { type: 'string', default: '7' },
    losses: { type: 'string', default: '0' }, crowd: { type: 'string', default: '0' }, seconds: { type: 'string', default: '1e9' }, 'quiet-host': { type: 'boolean', default: false },
  },
})
const HOST = { id: 'b7e1f0c2a4d64a6f9d0e5c3b2a190817', name: 'web-01', kernel: '6.12.9' }
/** Of history in one frame. */
const FRAME_SECONDS = 20
const wallNow = () => BigInt(Date.now()) * 1_000_000n
const startedAt = wallNow()
const options: ShopOptions = { rate: Number(values.rate), troubleAt: startedAt - BigInt(Math.round(Number(values.trouble) * 60)) * 1_000_000_000n }
const enabled = new Map<string, boolean>()

class Feed {
  private readonly socket: WebSocket
  private sequence = 0
  private committed = 0

  constructor(path: string) {
    this.socket = new WebSocket(`ws+unix:${path}:/ingest`, INGEST_PROTOCOL)
    this.socket.on('error', (error) => { throw error })
  }

  async begin(): Promise<void> {
    await new Promise((resolve) => this.socket.once('open', resolve))
    const welcomed = new Promise((resolve) => this.socket.once('message', resolve))
    this.text({ type: 'hello', stream: `feed-${startedAt}`, host: HOST, version: '0.1.0' })
    await welcomed
    this.socket.on('message', (data) => this.onMessage(JSON.parse((data as Buffer).toString('utf8')) as HubMessage))
  }

  async send(batch: TableBatch | undefined, mode: FrameMode = 'append'): Promise<void> {
    if (!batch) return
    this.socket.send(encodeFrame({ sequence: ++this.sequence, mode, batch }))
    while (this.socket.bufferedAmount > 4e6 || this.sequence - this.committed > 256) await sleep(5)
  }

  /** Waits until all that was sent is stored: whoever asks then is told the same as who asks later. */
  async stored(): Promise<void> {
    while (this.committed < this.sequence) await sleep(5)
  }

  text(message: unknown): void {
    this.socket.send(JSON.stringify(message))
  }

  private onMessage(message: HubMessage): void {
    if (message.type === 'ack') this.committed = message.committed
    if (message.type === 'control') enabled.set(message.probe, message.enabled)
    if (message.type === 'refused') throw new Error(`refused: ${message.reason}`)
  }
}

function probe(name: string, sees: string, hooks: string[], losesWhenOff: string, perSecond: number, nsPerRun: number, more: Partial<ProbeHealth> = {}): ProbeHealth {
  const on = enabled.get(name) ?? true
  const seconds = Number(wallNow() - startedAt) / 1e9
  return {
    name, sees, hooks, losesWhenOff, enabled: on, state: on ? 'attached' : 'off', reason: '', records: Math.round(perSecond * seconds), recordsPerSecond: on ? perSecond : 0, lost: 0,
    nsPerRun: on ? nsPerRun : null, runs: on ? Math.round(perSecond * 4 * seconds) : null, cpuShare: on ? (perSecond * 4 * nsPerRun) / 1e9 : null, ringFill: 0.22, ...more,
  }
}

function health(): HealthReport {
  return {
    host: { ...HOST, btf: true, cpus: 16, memoryBytes: 64e9 }, version: '0.1.0', startedAt: String(startedAt - BigInt(Number(values.history) * 60) * 1_000_000_000n), time: String(wallNow()),
    probes: [
      probe('exchange', 'Requests on every socket.', ['sock_send_length', 'sock_recv_length', 'sk_data_ready'], 'Requests, their latency and the map are empty.', values['quiet-host'] ? 0 : options.rate * 7, 238, { lost: Number(values.losses) }),
      probe('tcp_connection', 'Connect, round trip, retransmits, resets.', ['inet_sock_set_state', 'tcp_retransmit_skb', 'iter/tcp'], 'Failed and open connections are not seen.', 4.12, 112),
      probe('process_lifecycle', 'Exec, exit, fork.', ['sched_process_exec', 'sched_process_exit', 'sched_process_fork', 'iter/task'], 'New processes are named late.', 3.1, 2100),
    ],
    exporters: [
      { name: 'hub', state: 'connected', sent: 13_137, dropped: 0, queued: 0, lastError: null },
      { name: 'otlp', state: 'failing', sent: 0, dropped: 0, queued: 212, lastError: 'connect ECONNREFUSED 127.0.0.1:4318' },
    ],
    problems: [], cost: { cpuCores: 0.04, memoryBytes: 92e6, memoryCeilingBytes: 150e6, addedNsPerRequest: values['quiet-host'] ? null : 2100 },
    bounds: { 'model.connections': [384, 65_536] }, clock: { stepNs: 0, driftNs: 12_000 },
  }
}

async function main(): Promise<void> {
  if (values.socket === undefined) throw new Error('--socket PATH is missing')
  addCrowd(Number(values.crowd), 2 * Number(values.crowd))
  const feed = new Feed(values.socket)
  await feed.begin()
  const quiet = values['quiet-host']
  await feed.send(processes(startedAt, options), 'snapshot')
  feed.text({ type: 'health', report: health() })
  const now = Number(startedAt / 1_000_000_000n)
  if (!quiet) {
    await feed.send(connections(startedAt), 'snapshot')
    await feed.send(failedConnections(startedAt))
    await feed.send(listeners(startedAt), 'snapshot')
    await feed.send(segmentDrops(startedAt))
    await feed.send(endedProcesses(startedAt, options))
    for (let second = now - Number(values.history) * 60; second < now; second += FRAME_SECONDS) {
      await feed.send(requestsOf(second * 4, Math.min(FRAME_SECONDS, now - second) * 4, options))
      await feed.send(usage(BigInt(second) * 1_000_000_000n, FRAME_SECONDS))
    }
    if (Number(values.losses) > 0) await feed.send(loss(startedAt - 90_000_000_000n, Number(values.losses)))
  }
  await feed.stored()
  process.stdout.write('history stored\n')
  for (let quarter = now * 4; quarter < (now + Number(values.seconds)) * 4; quarter++) {
    await sleep(Math.max(0, (quarter + 1) * 250 - Date.now()))
    if (quarter % 4 === 0) feed.text({ type: 'health', report: health() })
    if (quarter % 20 === 0) await feed.send(usage(wallNow(), 5))
    if (!quiet) await feed.send(requestsOf(quarter, 1, options))
  }
}

await main()
