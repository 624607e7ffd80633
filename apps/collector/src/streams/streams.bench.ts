/**
 * What a record costs from decoding to columns, in µs: both ends of requests on keep-alive connections, heads of 300 bytes.
 *
 *     node apps/collector/src/streams/streams.bench.ts ['one path' [anew]]
 *
 * `anew`: batches aren't used again.
 *
 * The flyweight reads its fields from bytes laid out as the kernel's record, so decoding is in the figure.
 */
import type { ExchangeObserved, SocketIdentity } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import { createModel } from '../model/index.ts'
import { createStreams } from './index.ts'

const RECORD = 168
const CONNECTIONS = 64
/** As many as one batch from the ring buffer holds in its 256 KiB: they are in the cache when they are read. */
const BATCH = 512
const RECORDS = 51_200
const ROUNDS = 60

/** Layout: u64s from 0, u32s from 64, two u16 and two u8 behind; then the prefixes. */
class Flyweight implements ExchangeObserved {
  readonly kind = 'exchange'
  readonly bytes: Buffer
  readonly view: DataView
  base = 0
  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }
  private u64(at: number): number {
    return this.view.getUint32(this.base + at, true) + this.view.getUint32(this.base + at + 4, true) * 4294967296
  }
  private u32(at: number): number {
    return this.view.getUint32(this.base + at, true)
  }
  get at() { return this.u64(0) }
  get cookie() { return this.u64(8) }
  get requestArrivedAt() { return this.u64(16) }
  get requestReadAt() { return this.u64(24) }
  get requestEndAt() { return this.u64(32) }
  get responseStartAt() { return this.u64(40) }
  get responseEndAt() { return this.u64(48) }
  get requestBytes() { return this.u64(56) }
  get responseBytes() { return this.u64(64) }
  get pid() { return this.u32(72) }
  get tid() { return this.u32(76) }
  get turn() { return this.u32(80) }
  get requestSequence() { return this.u32(84) }
  get responseSequence() { return this.u32(88) }
  get srttUs() { return this.u32(92) }
  get retransmits() { return this.u32(96) }
  get role() { return this.bytes[this.base + 104] === 0 ? 'server' : 'client' as const }
  get counted() { return false }
  get continuation() { return (this.bytes[this.base + 105]! & 4) !== 0 }
  get anew() { return false }
  get closed() { return (this.bytes[this.base + 105]! & 2) !== 0 }
  get requestAt() { return this.base + RECORD }
  get requestPrefixEnd() { return this.base + RECORD + this.view.getUint16(this.base + 100, true) }
  get responseAt() { return this.requestPrefixEnd }
  get responsePrefixEnd() { return this.requestPrefixEnd + this.view.getUint16(this.base + 102, true) }
  socket(): SocketIdentity {
    const { cookie, role } = this
    const client = Math.floor(cookie / 2)
    const ends = { client: ['127.0.0.1', 40_000 + client], server: ['127.0.0.1', 8_080] } as const
    const [local, remote] = role === 'server' ? [ends.server, ends.client] : [ends.client, ends.server]
    return { cookie, netns: 1, localAddress: local[0], localPort: local[1], remoteAddress: remote[0], remotePort: remote[1] }
  }
}

const RESPONSE = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Tue, 24 Nov 2026 21:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\nhello, world'

function requestText(target: string, trace: string): string {
  const fields = ['Host: shop.example.org:8080', 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'Accept: text/html,application/xhtml+xml', 'Accept-Encoding: gzip, deflate', 'Cookie: session=0123456789abcdef0123456789abcdef', 'Connection: keep-alive']
  if (trace) fields.push(`traceparent: ${trace}`)
  return `GET ${target} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`
}

/** Records of both ends of `count / 2` requests, one after the other, and where each begins. */
function records(count: number, target: (i: number) => string, traced: boolean): { bytes: Buffer; at: number[] } {
  const parts: Buffer[] = []
  const at: number[] = []
  let length = 0
  for (let i = 0; i < count; i++) {
    const request = Math.floor(i / 2)
    const trace = traced ? `00-${request.toString(16).padStart(32, '4')}-00f067aa0ba902b7-01` : ''
    const head = Buffer.from(requestText(target(request), trace), 'latin1')
    const record = Buffer.alloc((RECORD + head.length + RESPONSE.length + 7) & ~7)
    const connection = request % CONNECTIONS
    const arrived = 1e15 + request * 10_000
    const u64s = [arrived + 900, connection * 2 + (i & 1), arrived, arrived + 100, arrived + 200, arrived + 700, arrived + 800, head.length, RESPONSE.length]
    u64s.forEach((value, j) => record.writeBigUInt64LE(BigInt(value), j * 8))
    const u32s = [100 + (i & 1), 100 + (i & 1), Math.floor(request / CONNECTIONS) + 1, request * 300, 77, 50, 0]
    u32s.forEach((value, j) => record.writeUInt32LE(value >>> 0, 72 + j * 4))
    record.writeUInt16LE(head.length, 100)
    record.writeUInt16LE(RESPONSE.length, 102)
    record[104] = i & 1
    head.copy(record, RECORD)
    record.write(RESPONSE, RECORD + head.length, 'latin1')
    parts.push(record)
    at.push(length)
    length += record.length
  }
  return { bytes: Buffer.concat(parts), at }
}

function describe(pid: number, service: string) {
  return {
    kind: 'process-described', at: 1, pid, startedAt: 1, service, serviceKind: 'nginx', namedBy: 'program', comm: service,
    commandLine: service, user: 'www', container: '', unit: '', cgroup: '/',
  } as const
}

function measure(name: string, target: (i: number) => string, traced: boolean, distinct: number): void {
  const { bytes, at } = records(distinct, target, traced)
  let rows = 0
  const losses = new Losses()
  const streams = createStreams({ wallOffset: () => 1_795_000_000_000_000_000n, losses, emit: (batch) => (rows += batch.schema.name === 'requests' ? batch.rowCount : 0), reusesBatches: process.argv[2] !== 'anew' })
  const model = createModel({ losses, isOwn: () => false, peerNames: () => undefined, sink: streams })
  model.apply(describe(100, 'shop'))
  model.apply(describe(101, 'browser'))
  const flyweight = new Flyweight(bytes)
  let best = Infinity
  let now = 0
  for (let round = 0; round < ROUNDS; round++) {
    const began = process.cpuUsage()
    for (let i = 0; i < RECORDS; i++) {
      flyweight.base = at[i % distinct]!
      model.apply(flyweight)
      if ((i & 4_095) === 0) streams.tick((now += 100e6))
    }
    const used = process.cpuUsage(began)
    best = Math.min(best, (used.user + used.system) / RECORDS)
  }
  model.drain(2e15)
  streams.flush(2e15)
  for (const loss of losses.all()) console.error(`${loss.where}: ${loss.reason} ${loss.count}`)
  if (rows !== ROUNDS * RECORDS) throw new Error(`${rows} rows of ${ROUNDS * RECORDS} records`)
  console.log(`${name.padEnd(36)} ${best.toFixed(3)} µs a record; a plain loop over 300 bytes now takes ${plainLoop().toFixed(3)} µs`)
}

/** What to hold the figures against on a machine that isn't quiet: 0.135 µs when this one is. */
function plainLoop(): number {
  const bytes = Buffer.alloc(4_096, 'a')
  let best = Infinity
  let sum = 0
  for (let round = 0; round < 40; round++) {
    const began = process.cpuUsage()
    for (let i = 0; i < 20_000; i++) for (let at = 0; at < 300; at++) sum = (sum + bytes[at]!) | 0
    const used = process.cpuUsage(began)
    best = Math.min(best, (used.user + used.system) / 20_000)
  }
  return sum === 0 ? NaN : best
}

const only = process.argv[2] ?? ''
const cases: [string, (i: number) => string, boolean, number][] = [
  ['one path', () => '/api/cart', false, BATCH],
  ['50 paths', (i) => `/api/products/list/${i % 50}`, false, BATCH],
  ['50 paths, traceparent', (i) => `/api/products/list/${i % 50}`, true, 4 * BATCH],
  ['each target its own (query)', (i) => `/api/products/find?q=${i}`, false, 64 * BATCH],
]
// One case a process is what a collector is: a second model would make the first one's calls slower.
for (const [name, target, traced, distinct] of cases) if (name.includes(only)) measure(name, target, traced, distinct)
