/**
 * `exchange` from system calls, as kernels before 6.3 have it, on this machine's kernel: real servers, every request at
 * both ends, with its method, status and pair.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Losses } from '../../apps/collector/src/health/losses.ts'
import { attach, OwnProcesses, type Kernel } from '../../apps/collector/src/kernel/index.ts'
import { exchange } from '../../packages/bpf-programs/probes/exchange/exchange.ts'
import { sendExactly, type ExactLoad, type RequestKind } from '../workloads/exact-client.ts'
import { startGo } from '../workloads/go.ts'
import { startNginxProxy, startNginxStatic } from '../workloads/nginx.ts'
import { startNode } from '../workloads/node.ts'
import type { Workload } from '../workloads/workload.ts'
import { Seen, type SeenExchange } from './guest/seen.ts'

const PORTS = { static: 7750, node: 7751, go: 7752, proxy: 7753 }
const WITHIN_MS = 60_000
const kinds: readonly RequestKind[] = [
  { method: 'GET', path: '/ok?number=%d', weight: 6 },
  { method: 'HEAD', path: '/ok' },
  { method: 'GET', path: '/missing' },
]
const bodies: readonly RequestKind[] = [{ method: 'POST', path: '/echo-length', bodyBytes: 100 }, { method: 'POST', path: '/echo-length', bodyBytes: 100_000 }]

const losses = new Losses()
const seen = new Seen()
const servers: Workload[] = []
let kernel: Kernel

before(async () => {
  servers.push(await startNginxStatic(PORTS.static), await startNode(PORTS.node), await startGo(PORTS.go))
  servers.push(await startNginxProxy(PORTS.proxy, { '/': `http://127.0.0.1:${PORTS.node}` }))
  const { needs: _, optionalNeeds: __, fallback, ...rest } = exchange
  kernel = attach([{ ...rest, ...fallback }], { observe: seen.observe, losses, own: new OwnProcesses([], losses, () => []), probes: {}, statistics: false })
  assert.deepEqual(kernel.problems(), [])
})

after(async () => {
  kernel?.close()
  for (const server of servers.toReversed()) await server.stop()
})

function loadsFor(port: number, takesBodies: boolean): ExactLoad[] {
  const mixed = takesBodies ? [...kinds, ...bodies] : kinds
  return [
    { port, requests: 1500, kinds: mixed, threads: 4 },
    { port, requests: 300, kinds: mixed, threads: 2, address: '::1', headWrites: 3, noDelay: true },
    { port, requests: 60, kinds: mixed, threads: 2, close: true }, // few: nginx's head and file each wait for an ACK then
    { port, requests: 8, kinds: [{ method: 'GET', path: '/bytes/1048576' }], threads: 2 },
  ]
}

/** How often each method was answered with each status. */
function tally(all: readonly { readonly method: string; readonly status: string; readonly count: number }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { method, status, count } of all) counts[`${method} ${status}`] = (counts[`${method} ${status}`] ?? 0) + count
  return Object.fromEntries(Object.entries(counts).sort())
}

const tallyOf = (exchanges: readonly SeenExchange[]) => tally(exchanges.map(({ asked, answered }) => ({ method: asked.split(' ')[0]!, status: answered, count: 1 })))
const sequencesOf = (exchanges: readonly SeenExchange[]) => exchanges.map(({ sequences }) => sequences).sort()

/** Sends everything and compares what was seen with what the client knows, at its end and at the server's. */
async function exact(port: number, takesBodies: boolean): Promise<void> {
  const sent = []
  for (const load of loadsFor(port, takesBodies)) {
    const result = await sendExactly(load)
    assert.equal(result.failed, 0, result.error)
    sent.push(...result.counts.map(({ method, status, count }) => ({ method, status: String(status), count })))
  }
  const expected = tally(sent)
  const at = (role: SeenExchange['role']) => seen.exchanges.filter((one) => one.role === role && one.serverPort === port)
  const all = () => {
    kernel.drain()
    return JSON.stringify([tallyOf(at('server')), tallyOf(at('client'))]) === JSON.stringify([expected, expected])
  }
  for (const end = Date.now() + WITHIN_MS; !all() && Date.now() < end; ) await sleep(50)
  assert.deepEqual(tallyOf(at('server')), expected)
  assert.deepEqual(tallyOf(at('client')), expected)
  assert.deepEqual(sequencesOf(at('client')), sequencesOf(at('server')))
  assert.deepEqual([...at('server'), ...at('client')].filter(({ timesInOrder }) => !timesInOrder), [])
}

test('nginx, files by sendfile', () => exact(PORTS.static, false))
test('Node', () => exact(PORTS.node, true))
test('Go, which reads a byte at a time between requests', () => exact(PORTS.go, true))
test('nginx in front of Node: four ends a request', async () => {
  const before = seen.exchanges.filter(({ serverPort }) => serverPort === PORTS.node).length
  await exact(PORTS.proxy, true)
  kernel.drain()
  const ofProxy = seen.exchanges.filter(({ serverPort }) => serverPort === PORTS.proxy).length
  assert.equal(seen.exchanges.filter(({ serverPort }) => serverPort === PORTS.node).length - before, ofProxy)
})
test('nothing was lost', () => {
  assert.deepEqual([...losses.all()].filter(({ count }) => count > 0), [])
})
