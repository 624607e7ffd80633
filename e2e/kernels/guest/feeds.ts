import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CALLS } from '../../../packages/bpf-programs/testing/distributions.ts'
import type { Seen } from './seen.ts'

/** Does what a probe is there to see; what it returns is asked when all was read, and says what wasn't seen. */
export type Feed = (seen: Seen, drain: () => void) => Promise<() => string[]>

const REQUESTS = 280
const AT_ONCE = 8
const METHODS = ['GET', 'POST', 'PUT', 'PATCH']
const READS = 64
const WITHIN_MS = 60_000

/** By probe. */
export const feeds: Readonly<Record<string, Feed>> = {
  async process_lifecycle(seen) {
    const ran: { code: number; pid: number }[] = []
    for (const code of [0, 1, 2, 3, 4]) ran.push({ code, pid: await runToEnd('/bin/sh', ['-c', `exit ${code}`]) })
    return () => ran.flatMap(({ code, pid }) => unlike(`process that exits ${code}`, seen.processes.get(pid), ['started', `executed /bin/sh /bin/sh -c exit ${code}`, `exited ${code}`]))
  },

  async tcp_connection(seen, drain) {
    const { port, connections } = await exchangeRequests()
    const all = { opened: { server: connections, client: connections }, closed: { server: connections, client: connections }, failed: 0 }
    const wrong = () => unlike('connections', seen.connections.get(port), all)
    for (const end = Date.now() + WITHIN_MS; wrong().length > 0 && Date.now() < end; drain()) await sleep(10) // closed a moment after we closed them
    return wrong
  },

  async dns(seen) {
    const names = Array.from({ length: 20 }, (_, n) => `n${n}.test`)
    await askForNames(names)
    return () => unlike('names', seen.names.filter((name) => name.endsWith('.test')), names)
  },

  async exchange(seen) {
    const { port, asked } = await exchangeRequests()
    return () => {
      const ofPort = seen.exchanges.filter(({ serverPort }) => serverPort === port)
      const [servers, clients] = (['server', 'client'] as const).map((role) => ofPort.filter((one) => one.role === role)) as [typeof ofPort, typeof ofPort]
      const keys = (all: typeof ofPort) => all.map(({ asked, answered, sequences }) => `${asked} ${answered} ${sequences}`).sort()
      return [
        ...unlike('requests at their server', servers.map(({ asked, answered }) => `${asked} ${answered}`).sort(), asked.toSorted()),
        ...unlike('requests at their client', clients.map(({ asked, answered }) => `${asked} ${answered}`).sort(), asked.toSorted()),
        ...unlike('the two ends', keys(clients), keys(servers)),
        ...unlike('exchanges of another process, or with times out of order', ofPort.filter(({ pid, timesInOrder }) => pid !== process.pid || !timesInOrder), []),
      ]
    }
  },

  async cpu_profile(seen, drain) {
    const end = Date.now() + WITHIN_MS
    for (let n = 0; !seen.samples.has(process.pid) && Date.now() < end; n++) if (n % 100_000 === 0) drain()
    return () => (seen.samples.has(process.pid) ? [] : ['no sample of a process that works'])
  },

  async syscall_latency(seen) {
    const pid = await runToEnd('/run/calls', [])
    return () => {
      const counts = seen.countsOf('syscall', pid)
      return Object.entries(CALLS).flatMap(([name, [count, error]]) => unlike(name, counts[name], { count, untimed: 0, errors: error === undefined ? 0 : count }))
    }
  },

  async run_queue_latency(seen) {
    const pid = await runToEnd('/run/calls', [])
    return () => {
      const waits = seen.countsOf('run_queue', pid)['']?.count ?? 0
      return waits > CALLS.nanosleep![0] ? [] : [`${waits} waits of one that slept ${CALLS.nanosleep![0]} times`]
    }
  },

  async block_io(seen) {
    const pid = await runToEnd('/bin/dd', ['if=/dev/vda', 'of=/dev/null', 'bs=4096', `count=${READS}`, 'iflag=direct'])
    return () => unlike('reads of a disk', seen.countsOf('block_io', pid), { 'vda read': { count: READS, untimed: 0, errors: 0 } })
  },
}

/** Runs a program to its end; its pid. */
async function runToEnd(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  await once(child, 'exit')
  return child.pid!
}

interface Exchanged {
  readonly port: number
  readonly connections: number
  /** `GET /item/0 200`, each once. */
  readonly asked: readonly string[]
}

let exchanged: Promise<Exchanged> | undefined

/** Requests of this process to itself over a few connections that stay; once for all who ask. */
function exchangeRequests(): Promise<Exchanged> {
  exchanged ??= sendRequests()
  return exchanged
}

async function sendRequests(): Promise<Exchanged> {
  let connections = 0
  const server = createServer((asked, answer) => asked.resume().on('end', () => answer.end('ok')))
  server.on('connection', () => connections++).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const asked: string[] = []
  const one = (method: string, path: string) => new Promise<void>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, agent }, (answer) => {
      asked.push(`${method} ${path} ${answer.statusCode}`)
      answer.resume().on('end', resolve)
    })
    sent.on('error', reject).end(method === 'GET' ? undefined : 'body')
  })
  const some = async (from: number) => {
    for (let i = from; i < REQUESTS; i += AT_ONCE) await one(METHODS[i % METHODS.length]!, `/item/${i}`)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, from) => some(from)))
  agent.destroy()
  await new Promise((resolve) => server.close(resolve))
  return { port, connections, asked }
}

function unlike(what: string, found: unknown, expected: unknown): string[] {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
  return a === b ? [] : [`${what}: ${short(a)}, not ${short(b)}`]
}

function short(json: string | undefined): string {
  return json === undefined ? 'nothing' : json.length > 400 ? `${json.slice(0, 400)} … (${json.length} characters)` : json
}

/** Asks a name server of ours, by a connected socket as resolvers do, for an address of each. */
async function askForNames(names: readonly string[]): Promise<void> {
  const server = createSocket('udp4')
  server.on('message', (question, { port, address }) => {
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1])
    const head = Buffer.from(question)
    head.set([0x81, 0x80], 2)
    head.writeUInt16BE(1, 6)
    server.send(Buffer.concat([head, answer]), port, address)
  })
  server.bind(53, '127.0.0.1')
  await once(server, 'listening')
  const client = createSocket('udp4')
  client.connect(53, '127.0.0.1')
  await once(client, 'connect')
  for (const name of names) {
    const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)])
    const answered = once(client, 'message')
    client.send(Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]))
    await answered
  }
  client.close()
  server.close()
}
