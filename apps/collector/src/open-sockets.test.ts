import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Observation, SocketIdentity } from '@sonde/shared/observation'
import { Losses } from './health/losses.ts'
import { OpenSockets } from './open-sockets.ts'
import { replayRecording } from './replay-recording.ts'

const RECORDING = join(import.meta.dirname, '../../../e2e/recordings/chain.rec')
const socket = (cookie: number): SocketIdentity => ({ cookie, netns: 1, localAddress: '127.0.0.1', localPort: 80, remoteAddress: '127.0.0.1', remotePort: cookie })
const totals = { bytesSent: 0, bytesReceived: 0, retransmits: 0, srttNs: 0 }
const queue = { kind: 'accept-queue-measured', at: 3, length: 2, limit: 128, halfOpen: 1, drops: 4, closed: false } as const

test('what is open is told of as ended, once, with its last figures', () => {
  const sockets = new OpenSockets()
  const observed: Observation[] = [
    ...[1, 2, 3].map((cookie) => ({ kind: 'connection-opened', at: 1, socket: socket(cookie), role: 'server', pid: 7, connectNs: undefined, existing: true, ...totals }) as const),
    { kind: 'connection-sampled', at: 2, socket: socket(1), ...totals, bytesSent: 5 },
    { kind: 'connection-sampled', at: 2, socket: socket(9), ...totals },
    { kind: 'connection-closed', at: 2, socket: socket(2), role: 'server', pid: 7, connectNs: undefined, failure: undefined, ...totals },
    ...[11, 12, 13].map((cookie) => ({ kind: 'listener-seen', at: 2, socket: socket(cookie), pid: 7 }) as const),
    { ...queue, cookie: 11 },
    { ...queue, cookie: 12, closed: true },
    { kind: 'listener-seen', at: 4, socket: socket(11), pid: 7 },
  ]
  for (const one of observed) sockets.observe(one)
  const closed = { kind: 'connection-closed', at: 9, role: 'server', pid: 7, connectNs: undefined, failure: undefined, ...totals }
  assert.deepEqual([...sockets.ends(9)], [
    { ...closed, socket: socket(1), bytesSent: 5 }, { ...closed, socket: socket(3) },
    { kind: 'accept-queue-measured', at: 9, cookie: 11, length: 0, limit: 128, halfOpen: 0, drops: 4, closed: true },
    { kind: 'accept-queue-measured', at: 9, cookie: 13, length: 0, limit: 0, halfOpen: 0, drops: 0, closed: true },
  ])
  assert.deepEqual([...sockets.ends(10)], [])
})

test('a recording that is played over and over opens no more sockets than it has', async () => {
  const open = new Set<number>()
  const most: number[] = []
  const rounds = Promise.withResolvers<void>()
  const observe = (o: Observation) => {
    const opens = o.kind === 'connection-opened' || o.kind === 'listener-seen'
    const round = opens ? Math.floor(o.socket.cookie / 2 ** 32) : 0
    if (round === 2) return rounds.resolve()
    if (opens) most[round] = Math.max(most[round] ?? 0, open.add(o.socket.cookie).size)
    else if (o.kind === 'connection-closed') open.delete(o.socket.cookie)
    else if (o.kind === 'accept-queue-measured' && o.closed) open.delete(o.cookie)
  }
  const source = replayRecording({ file: RECORDING, speed: Infinity, loop: true }, { losses: new Losses(), onProblem: ({ what }) => assert.fail(what), observe }, (error) => rounds.reject(error as Error))
  await rounds.promise
  await source.close()
  assert.ok(most[0]! > 0)
  assert.deepEqual([open.size, most[1]], [0, most[0]])
})
