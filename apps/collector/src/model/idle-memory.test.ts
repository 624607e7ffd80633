import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { ConnectionOpened } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import type { ModelSink } from './changes.ts'
import { exchange, identity } from './exchange-fixture.ts'
import { createModel } from './model.ts'

const CONNECTIONS = 10_000
const REQUESTS = 4
/** Measured: 545, and 2,700 before it rests. */
const MOST_BYTES = 800
const SECOND = 1e9

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options: object) => void

/** What this process holds, after everything that can go has gone. */
function heldBytes(): number {
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const fields = 'Host: shop.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r\nAccept: text/html,application/xhtml+xml\r\nAccept-Encoding: gzip, deflate, br\r\n'
const response = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: application/json\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n'

test('an idle connection holds little, whatever passed on it', () => {
  const nothing = () => {}
  let requests = 0
  const sink: ModelSink = { request: () => requests++, connection: nothing, process: nothing, serviceUsage: nothing, measured: nothing, host: nothing, dropped: nothing, listener: nothing }
  const model = createModel({ losses: new Losses(), sink, isOwn: () => false, peerNames: () => undefined })
  const place = (n: number) => ({ server: '192.0.2.7', serverPort: 80, clientPort: 1_024 + (n % 60_000) })
  const before = heldBytes()
  for (let n = 1; n <= CONNECTIONS; n++) {
    const opened: ConnectionOpened = { kind: 'connection-opened', at: SECOND + n, socket: identity('client', n, place(n)), role: 'client', pid: 200, connectNs: 50_000, existing: false, bytesSent: 0, bytesReceived: 0, retransmits: 0, srttNs: 0 }
    model.apply(opened)
    // Each has a cookie of its own: what is kept of one is of no use to another.
    for (let i = 0; i < REQUESTS; i++) model.apply(exchange('client', { request: `GET /item/${i} HTTP/1.1\r\n${fields}Cookie: session=${n}-${'x'.repeat(100)}\r\n\r\n`, response, atMs: 2_000 + i, cookie: n }, place(n)))
  }
  for (let tick = 0; tick < 40; tick++) model.tick(60 * SECOND + tick * 50e6)
  const bytes = (heldBytes() - before) / CONNECTIONS
  assert.equal(requests, CONNECTIONS * REQUESTS)
  assert.deepEqual(model.bounds().connections![0], CONNECTIONS)
  assert.ok(bytes < MOST_BYTES, `${bytes.toFixed(0)} bytes a connection`)
})
