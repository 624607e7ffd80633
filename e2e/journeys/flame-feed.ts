import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { PROFILE_NODES, PROFILE_NODES_TOLD_EVERY_NS, PROFILES, TableBuilder, type HealthReport, type TableBatch } from '@sonde/shared/signal'
import { encodeFrame, INGEST_PROTOCOL, type HubMessage } from '@sonde/shared/wire'
import { addRow } from './shop-rows.ts'

/** The web process alone, fed with sampled stacks as a collector would: known stacks, known weights. */

const root = new URL('../..', import.meta.url).pathname
const HOST = { id: 'b7e1f0c2a4d64a6f9d0e5c3b2a190817', name: 'web-01', kernel: '6.12.9' }
const SAMPLE_NS = 20_408_163
const SECOND = 1_000_000_000n
const TOLD_EVERY_S = PROFILE_NODES_TOLD_EVERY_NS / 1e9
const WITHIN_MS = 60_000

/** `name|kind|file:line`; kinds by their letter. */
const KINDS = { j: ['jit', '[jit]', 'perf-map'], r: ['runtime', '/usr/bin/node', 'symtab'], n: ['native', '/usr/lib/libcrypto.so.3', 'dynsym'], k: ['kernel', '[kernel]', 'kallsyms'], u: ['unknown', '/opt/shop/addon.node', 'none'] } as const

/** What one second of the shop is: stacks outermost first, samples, thread. All of it is 98 samples, two busy CPUs. */
const STACKS: readonly (readonly [stack: string, samples: number, service: string, pid: number, tid: number, comm: string])[] = [
  ['_start|r;main|r;uv_run|r;onRequest|j|/srv/shop/server.js:41;handleOrder|j|/srv/shop/order.js:12;parseBody|j|/srv/shop/order.js:60;JSON.parse|r', 12, 'checkout', 4100, 4100, 'node'],
  ['_start|r;main|r;uv_run|r;onRequest|j|/srv/shop/server.js:41;handleOrder|j|/srv/shop/order.js:12;priceOf|j|/srv/shop/price.js:7', 20, 'checkout', 4100, 4100, 'node'],
  ['_start|r;main|r;uv_run|r;onRequest|j|/srv/shop/server.js:41;handleOrder|j|/srv/shop/order.js:12;sign|j|/srv/shop/sign.js:3;EVP_DigestSign|n;sha256_block_data_order|n', 18, 'checkout', 4100, 4100, 'node'],
  ['_start|r;main|r;uv_run|r;onRequest|j|/srv/shop/server.js:41;writeReply|j|/srv/shop/reply.js:9;node::StreamBase::Write|r;write|n;entry_SYSCALL_64_after_hwframe|k;do_syscall_64|k;ksys_write|k;tcp_sendmsg|k', 10, 'checkout', 4100, 4100, 'node'],
  ['_start|r;main|r;uv_run|r;addon.node+0x7f3c|u;addon.node+0x41c0|u', 5, 'checkout', 4100, 4100, 'node'],
  ['start_thread|n;v8::platform::Worker|r;v8::internal::Scavenger::Process|r', 13, 'checkout', 4100, 4107, 'V8Worker'],
  ['_start|n;main|n;<img src=x onerror=window.broken=1>\u202e|n;fib|n;fib|n;fib|n', 20, 'batch', 5200, 5200, 'batch'],
]
export const SAMPLES_A_SECOND = 98

export interface FlameWeb {
  readonly url: string
  /** Stacks of the seconds before now. */
  sample(seconds: number): Promise<void>
  /** Whether somebody switched the probe on. */
  readonly probeIsOn: () => boolean
  stop(): Promise<void>
}

export async function startFlameWeb(port: number): Promise<FlameWeb> {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-flame-'))
  const web = spawn(process.execPath, [join(root, 'apps/web/server/main.ts'), '--listen', `127.0.0.1:${port}`, '--data-dir', directory], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  await ready(web).catch((error: unknown) => {
    web.kill('SIGKILL') // else the tests would wait for it for ever
    throw error
  })
  const collector = new FakeCollector(new WebSocket(`ws+unix:${join(directory, 'run/ingest.sock')}:/ingest`, INGEST_PROTOCOL))
  await collector.begin()
  return {
    url: `http://127.0.0.1:${port}`,
    sample: (seconds) => collector.sample(seconds),
    probeIsOn: () => collector.isOn,
    async stop() {
      collector.end()
      const ended = new Promise((resolve) => web.once('exit', resolve))
      web.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function ready(web: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the web process was not ready in time')), WITHIN_MS)
    web.once('exit', (status) => {
      clearTimeout(late)
      reject(new Error(`the web process ended with ${status}`))
    })
    createInterface({ input: web.stdout! }).on('line', (line) => {
      // Next says things of its own in between.
      const { type, pages } = line.startsWith('{') ? (JSON.parse(line) as { type: string; pages?: boolean }) : { type: '' }
      if (type !== 'ready') return
      clearTimeout(late)
      if (pages === true) resolve()
      else reject(new Error('the pages are not built: npm run build'))
    })
  })
}

class FakeCollector {
  isOn = false
  private readonly socket: WebSocket
  private sequence = 0
  private readonly onMessage: ((message: HubMessage) => void)[] = []
  private telling: NodeJS.Timeout | undefined

  constructor(socket: WebSocket) {
    this.socket = socket
  }

  async begin(): Promise<void> {
    await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject))
    this.socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString('utf8')) as HubMessage
      if (message.type === 'control' && message.probe === 'cpu_profile') this.isOn = message.enabled
      for (const listener of this.onMessage) listener(message)
    })
    this.socket.send(JSON.stringify({ type: 'hello', stream: 'flame', host: HOST, version: '0.1.0' }))
    await this.until(({ type }) => type === 'welcome')
    this.tell()
    this.telling = setInterval(() => this.tell(), 500)
  }

  end(): void {
    clearInterval(this.telling)
    this.socket.terminate()
  }

  async sample(seconds: number): Promise<void> {
    const now = (BigInt(Date.now()) * 1_000_000n) / SECOND
    const nodes = new TableBuilder(PROFILE_NODES)
    const samples = new TableBuilder(PROFILES)
    let ids = new Map<string, bigint>()
    // Nodes are told again as a collector does, so that any part of the time finds them.
    for (let before = seconds; before > 0; before -= TOLD_EVERY_S) {
      ids = new Map()
      for (const [stack] of STACKS) addStack(nodes, ids, stack, (now - BigInt(before)) * SECOND)
    }
    for (const [stack, count, service, pid, tid, comm] of STACKS) {
      const leaf = addStack(nodes, ids, stack, (now - BigInt(seconds)) * SECOND)
      for (let second = now - BigInt(seconds); second < now; second++) addRow(samples, { time: second * SECOND, valueNs: BigInt(count * SAMPLE_NS), node: leaf, count, pid, tid, cpu: tid % 2, type: 'cpu', service, comm })
    }
    await this.store(nodes.take()!)
    await this.store(samples.take()!)
  }

  private async store(batch: TableBatch): Promise<void> {
    const sequence = ++this.sequence
    const stored = this.until((message) => message.type === 'ack' && message.committed >= sequence)
    this.socket.send(encodeFrame({ sequence, mode: 'append', batch }))
    await stored
  }

  private until(fits: (message: HubMessage) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the web process did not answer in time')), WITHIN_MS)
      this.onMessage.push((message) => {
        if (message.type === 'refused') reject(new Error(`refused: ${message.reason}`))
        if (!fits(message)) return
        clearTimeout(late)
        resolve()
      })
    })
  }

  private tell(): void {
    const health: HealthReport = {
      host: { ...HOST, btf: true, cpus: 2, memoryBytes: 4e9 }, version: '0.1.0', startedAt: '1', time: String(BigInt(Date.now()) * 1_000_000n),
      probes: [{ name: 'cpu_profile', sees: 'stacks', hooks: ['perf_event'], losesWhenOff: 'flame graphs', enabled: this.isOn, state: this.isOn ? 'attached' : 'off', reason: '', records: 0, recordsPerSecond: 0, lost: 0, nsPerRun: null, runs: null, cpuShare: null, ringFill: 0 }],
      exporters: [], problems: [], cost: { cpuCores: 0.01, memoryBytes: 9e7, memoryCeilingBytes: 150e6, addedNsPerRequest: null }, bounds: {}, clock: { stepNs: 0, driftNs: 0 },
    }
    this.socket.send(JSON.stringify({ type: 'health', report: health }))
  }
}

/** Adds a stack's nodes that aren't told yet; the id of its innermost. */
function addStack(nodes: TableBuilder<typeof PROFILE_NODES>, ids: Map<string, bigint>, stack: string, time: bigint): bigint {
  let parent = 0n
  let path = ''
  for (const text of stack.split(';')) {
    const [name, letter, place = ''] = text.split('|')
    path += `;${text}`
    let id = ids.get(path)
    if (id === undefined) {
      const [kind, binary, nameSource] = KINDS[letter as keyof typeof KINDS]
      const [file = '', line = '0'] = place.split(':')
      ids.set(path, (id = BigInt(ids.size + 1)))
      addRow(nodes, { time, id, parent, name: name!, binary, file, line: Number(line), kind, nameSource })
    }
    parent = id
  }
  return parent
}
