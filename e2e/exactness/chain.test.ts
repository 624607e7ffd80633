/** nginx → storefront (Node) → stock (Python) → PostgreSQL and Redis: the map has these edges and nothing else. */
import assert from 'node:assert/strict'
import { get as httpGet } from 'node:http'
import { after, before, test } from 'node:test'
import { startSonde, type RunningSonde } from '../running/sonde.ts'
import { until } from '../running/until.ts'
import { startChain, type Chain } from '../workloads/chain.ts'

const PORTS = { sonde: 28664, chain: 28840 }
const WITHIN_MS = 10_000

interface ServiceMap {
  readonly nodes: readonly { id: string; name: string; kind: string; serviceKind: string | null }[]
  readonly edges: readonly { from: string; to: string; protocol: string; requestCount: number; errorCount: number }[]
}

let sonde: RunningSonde
let chain: Chain
let asking: NodeJS.Timeout

/** Asks the chain for an order, on a new connection each time, from this process, which is a client like any other; resolves with the status. */
function order(): Promise<number> {
  const path = `/order/${Math.floor(Math.random() * 1000)}`
  return new Promise((resolve, reject) => {
    const request = httpGet({ port: chain.port, host: '127.0.0.1', path, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    request.once('error', reject)
  })
}

before(async () => {
  chain = await startChain(PORTS.chain)
  asking = setInterval(() => void order(), 50)
})

after(async () => {
  clearInterval(asking)
  await sonde?.stop()
  await chain?.stop()
})

/** `from → to` of all edges that touch the chain, without whoever asks it. */
function chainEdges(map: ServiceMap): string[] {
  const ports = Object.values(chain.ports).map(String)
  const ofChain = (name: string) => ['storefront', 'stock'].includes(name) || ports.some((port) => name.endsWith(`:${port}`))
  const edges = map.edges.filter((edge) => ofChain(edge.from) || ofChain(edge.to))
  return edges.filter((edge) => ofChain(edge.from)).map((edge) => `${edge.from} → ${edge.to} ${edge.protocol}`).sort()
}

async function later<T>(ms: number, ask: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, ms))
  return ask()
}

test('within 10 s of ready the chain that ran before is on the map, with the right edges and nothing else', async () => {
  const since = Date.now()
  sonde = await startSonde({ port: PORTS.sonde })
  const ready = Date.now()
  const { nginx, postgres, redis } = chain.ports
  const expected = [
    `nginx :${nginx} → storefront http`,
    `stock → postgresql :${postgres} tcp`,
    `stock → redis :${redis} tcp`,
    'storefront → stock http',
  ]
  const from = new Date(since).toISOString()
  const whole = (map: ServiceMap) => chainEdges(map).length >= expected.length
  const map = await until(() => sonde.get<ServiceMap>(`service-map?from=${from}`), whole, WITHIN_MS - (Date.now() - ready))
  assert.deepEqual(chainEdges(map), expected)
  const kinds = new Map(map.nodes.map((node) => [node.name, node]))
  for (const [name, serviceKind] of [['storefront', 'node'], ['stock', 'python'], [`nginx :${nginx}`, 'nginx'], [`postgresql :${postgres}`, 'postgresql'], [`redis :${redis}`, 'redis']] as const) {
    assert.equal(kinds.get(name)?.kind, 'service')
    assert.equal(kinds.get(name)?.serviceKind, serviceKind)
  }
})

test('each order is one request at each hop, none failed', async () => {
  const asker = (map: ServiceMap) => map.edges.find((edge) => edge.to === `nginx :${chain.ports.nginx}`)
  clearInterval(asking)
  let seen = -1
  const settled = (map: ServiceMap) => seen === (seen = asker(map)?.requestCount ?? 0)
  const before = await until(() => later(1_500, () => sonde.get<ServiceMap>('service-map?from=now-5m')), settled)
  const statuses = await Promise.all(Array.from({ length: 100 }, order))
  assert.deepEqual(statuses, Array.from({ length: 100 }, () => 200))
  // Increments: a request on its way when Sonde began is seen at some hops only.
  const { nginx } = chain.ports
  const hops = [['', `nginx :${nginx}`], [`nginx :${nginx}`, 'storefront'], ['storefront', 'stock']] as const
  const counts = (map: ServiceMap) => hops.map(([from, to]) => map.edges.find((edge) => edge.to === to && (edge.from === from || from === ''))?.requestCount ?? 0)
  const wanted = counts(before).map((count) => count + 100)
  const map = await until(() => sonde.get<ServiceMap>('service-map?from=now-5m'), (now) => counts(now).every((count, hop) => count >= wanted[hop]!))
  assert.deepEqual(counts(map), wanted)
  assert.deepEqual(map.edges.filter((edge) => edge.errorCount > 0), [])
})

test('Sonde is in none of its own figures', async () => {
  const map = await sonde.get<ServiceMap>('service-map?from=now-5m')
  const { services } = await sonde.get<{ services: { name: string; processCount: number }[] }>('services?from=now-5m')
  const { processes } = await sonde.get<{ processes: { pid: number }[] }>('processes?limit=10000')
  const own = [sonde.pid, sonde.find('apps/collector/src/main.ts'), sonde.find('apps/web/server/main.ts')]
  assert.ok(own.every((pid) => pid > 0))
  assert.deepEqual(processes.filter((process) => own.includes(process.pid)), [])
  for (const pid of own) assert.equal((await sonde.get<{ total: number }>(`requests?from=now-5m&pid=${pid}`)).total, 0)
  const ours = (name: string) => name.includes(`:${PORTS.sonde}`)
  assert.deepEqual(map.nodes.filter((node) => ours(node.name)), [])
  assert.deepEqual(services.filter((service) => ours(service.name)), [])
})
