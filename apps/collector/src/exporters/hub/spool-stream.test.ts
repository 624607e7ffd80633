import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FrameMemory } from './frame-memory.ts'
import { decodeSegment, encodeRecord, SEGMENT_MAGIC, type SpooledFrame } from './segment.ts'
import { SpoolStream } from './spool-stream.ts'

const frame = (sequence: number, size = 100): SpooledFrame => ({ sequence, rows: 1, table: 0, bytes: Buffer.alloc(size, sequence) })

test('what is appended while a segment is read is not taken for damage', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sonde-spool-'))
  const lost: string[] = []
  const events = { onLost: (reason: string) => void lost.push(reason), onError: (error: Error) => void lost.push(error.message) }
  const stream = new SpoolStream({ directory, stream: 's', segmentBytes: 1 << 20, memory: new FrameMemory(), events })
  await stream.append([frame(1)])
  let next = 2
  for (let round = 0; round < 300; round++) {
    const reading = stream.after(next - 2)
    await stream.append([frame(next++)])
    await reading
  }
  assert.deepEqual(lost, [])
  assert.deepEqual((await stream.after(0)).map(({ sequence }) => sequence), Array.from({ length: next - 1 }, (_, i) => i + 1))
  await stream.close()
  await rm(directory, { recursive: true })
})

test('a segment cut anywhere gives its whole records and says how much is left', () => {
  const records = [1, 2, 3].map((sequence) => Buffer.concat(encodeRecord(frame(sequence, 10))))
  const bytes = Buffer.concat([SEGMENT_MAGIC, ...records])
  for (let length = 0; length <= bytes.length; length++) {
    const { frames, unreadBytes } = decodeSegment(bytes.subarray(0, length))
    const whole = length < 8 ? 0 : Math.floor((length - 8) / 34)
    assert.equal(frames.length, whole)
    assert.equal(unreadBytes, length < 8 ? length : length - 8 - whole * 34)
  }
})

test('no single changed byte gives a frame that was not written', () => {
  const bytes = Buffer.concat([SEGMENT_MAGIC, ...encodeRecord(frame(1, 10)), ...encodeRecord(frame(2, 10))])
  for (let at = 0; at < bytes.length; at++) {
    const hostile = Buffer.from(bytes)
    hostile[at]! ^= 0x41
    const { frames } = decodeSegment(hostile)
    assert.ok(frames.length < 2)
    for (const { sequence, bytes: read } of frames) assert.deepEqual(read, frame(sequence, 10).bytes)
  }
})
