import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestGaps } from './request-gaps.ts'
import { LANE_PX, timelineLayout } from './timeline-layout.ts'

const end = (startNs: bigint, readNs: number | null, requestEndNs: number | null, firstByteNs: number | null, lastByteNs: number | null) => ({ startNs, readNs, requestEndNs, firstByteNs, lastByteNs })
const figure = (ns: number) => `${ns} ns`
const layout = (server?: ReturnType<typeof end>, client?: ReturnType<typeof end>) => timelineLayout(requestGaps(server, client)!, 824, figure)

test('both ends: the client is a box over the whole, the network is named under it, the server below', () => {
  const { client, server, left, right } = layout(end(43n, 2250, 2250, 900_000, 950_000), end(0n, null, 20, 950_100, 1_000_000))
  assert.deepEqual([client!.x, client!.width], [left, right - left])
  assert.deepEqual(client!.parts, [])
  assert.deepEqual(client!.leaders.map((leader) => leader.kind), ['network-out', 'network-back'])
  assert.ok(server!.y > client!.y + LANE_PX + 15)
  assert.deepEqual(server!.parts.map((part) => [part.kind, part.named]), [['queue', false], ['service', true], ['response', false]])
})

test('parts without length are not drawn, the rest lie end to end within the lane', () => {
  const { server } = layout(end(0n, 500, 500, 900, 1000))
  const parts = server!.parts
  assert.deepEqual(parts.map((part) => part.kind), ['queue', 'service', 'response'])
  for (let i = 1; i < parts.length; i++) assert.ok(Math.abs(parts[i]!.x - (parts[i - 1]!.x + parts[i - 1]!.width + 1)) < 1e-6)
})

test('one end has one lane, and the picture ends below its last label', () => {
  const { client, server, height } = layout(undefined, end(0n, null, 1, 2, 1000))
  assert.equal(server, undefined)
  assert.deepEqual(client!.parts.map((part) => part.kind), ['sending', 'waiting', 'response'])
  assert.ok(height >= client!.y + LANE_PX + 2 * 15)
})
