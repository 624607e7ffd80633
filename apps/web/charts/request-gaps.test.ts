import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestGaps, type EndMoments } from './request-gaps.ts'

const server = (startNs: bigint, readNs: number | null, requestEndNs: number | null, firstByteNs: number | null, lastByteNs: number | null): EndMoments => ({ startNs, readNs, requestEndNs, firstByteNs, lastByteNs })
const seen = (gaps: ReturnType<typeof requestGaps>) => gaps!.gaps.map(({ kind, from, to }) => [kind, from, to])
const sum = (gaps: ReturnType<typeof requestGaps>) => gaps!.gaps.reduce((total, { from, to }) => total + to - from, 0)

test('both ends: the parts follow each other and add up to the client’s wall time', () => {
  const gaps = requestGaps(server(1_000_043n, 2250, 2300, 9000, 9500), server(1_000_000n, null, 20, 9100, 12_000))
  assert.deepEqual(seen(gaps), [
    ['network-out', 0, 43], ['queue', 43, 2293], ['reading', 2293, 2343], ['service', 2343, 9043], ['response', 9043, 9543], ['network-back', 9543, 12_000],
  ])
  assert.equal(sum(gaps), 12_000)
  assert.deepEqual([gaps!.client, gaps!.server, gaps!.overlapNs], [[0, 12_000], [43, 9543], 0])
})

test('the server alone', () => {
  assert.deepEqual(seen(requestGaps(server(5n, 10, 10, 90, 100), undefined)), [['queue', 0, 10], ['reading', 10, 10], ['service', 10, 90], ['response', 90, 100]])
})

test('the client alone says waiting, not service', () => {
  assert.deepEqual(seen(requestGaps(undefined, server(5n, null, 10, 90, 100))), [['sending', 0, 10], ['waiting', 10, 90], ['response', 90, 100]])
})

test('a moment not seen leaves what it bounds unaccounted', () => {
  const gaps = requestGaps(server(0n, null, null, 90, 100), undefined)
  assert.deepEqual(seen(gaps), [['unaccounted', 0, 90], ['response', 90, 100]])
})

test('a request whose end was seen before it was read has nothing to read on', () => {
  assert.deepEqual(seen(requestGaps(server(0n, 50, 0, 90, 100), undefined)).slice(0, 2), [['queue', 0, 50], ['reading', 50, 50]])
})

test('never answered: all is unaccounted after what was seen', () => {
  const gaps = requestGaps(server(0n, 10, 20, null, null), server(0n, null, 5, null, 400))
  assert.deepEqual(seen(gaps), [['network-out', 0, 0], ['queue', 0, 10], ['reading', 10, 20], ['unaccounted', 20, 400]])
})

test('ends that contradict each other are laid end to end and it is said by how much', () => {
  const gaps = requestGaps(server(990n, 5, 5, 80, 130), server(1000n, null, 1, 90, 100))
  assert.equal(sum(gaps), 100)
  assert.equal(gaps!.overlapNs, 20)
  assert.deepEqual(seen(gaps).at(-1), ['network-back', 100, 100])
})

test('nothing gives nothing', () => assert.equal(requestGaps(undefined, undefined), undefined))
