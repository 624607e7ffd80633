import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { compileSample } from '../testing/sample.ts'
import { BpfError, BpfObject, RECORD_HEADER_BYTES, RingReader, nextRecord } from './index.ts'

const elf = compileSample()
const toClose: { close(): void }[] = []
afterEach(() => { for (const one of toClose.splice(0).reverse()) one.close() })

function ringOf(options?: { intervalMs: number }) {
  const object = new BpfObject(elf, 'sample')
  toClose.push(object)
  object.load()
  const lengths: number[] = []
  const totals: number[] = []
  const batches: number[] = []
  const ring = new RingReader(object.map('records').fd, (bytes, buffer, view) => {
    batches.push(bytes)
    for (let at = RECORD_HEADER_BYTES; at < bytes; ) {
      const length = view.getUint32(at - RECORD_HEADER_BYTES, true)
      lengths.push(length)
      totals.push(buffer.readUInt32LE(at))
      at = nextRecord(at, length) + RECORD_HEADER_BYTES
    }
  }, options)
  toClose.push(ring)
  const emit = (size: number, count: number) => {
    const context = Buffer.alloc(8)
    context.writeUInt32LE(size)
    context.writeUInt32LE(count, 4)
    return object.run('emit', context)
  }
  return { object, ring, lengths, totals, batches, emit }
}

const NEVER = { intervalMs: 1 << 30 }

test('drain gives everything that is there, in order, in batches of at most 256 KiB', () => {
  const { ring, lengths, totals, batches, emit } = ringOf(NEVER)
  assert.equal(emit(100, 5000), 0)
  assert.equal(emit(13, 7), 0)
  const bytes = ring.drain()
  assert.deepEqual(lengths, [...Array<number>(5000).fill(100), ...Array<number>(7).fill(13)])
  assert.deepEqual(totals, Array.from({ length: 5007 }, (_, n) => n + 1))
  assert.equal(bytes, 5000 * (8 + 104) + 7 * (8 + 16))
  assert.ok(batches.length > 1 && batches.every((batch) => batch <= 256 * 1024))
  assert.equal(ring.drain(), 0)
})

test('records come by themselves, by the clock and at once when the kernel wakes', async () => {
  const clocked = ringOf()
  clocked.emit(8, 3)
  while (clocked.totals.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(clocked.totals, [1, 2, 3])
  const woken = ringOf(NEVER)
  woken.emit(8, 3)
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(woken.totals, [], 'nobody woke it')
  assert.equal(woken.object.run('wake'), 0)
  while (woken.totals.length < 4) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(woken.totals, [1, 2, 3, 0])
})

test('more than a batch comes without a further wake-up', async () => {
  const { object, totals, emit } = ringOf(NEVER)
  assert.equal(emit(800, 1000), 0)
  assert.equal(object.run('wake'), 0)
  while (totals.length < 1001) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(totals, [...Array.from({ length: 1000 }, (_, n) => n + 1), 0])
})

test('a record longer than 32 KiB is dropped and counted, and the others come', () => {
  const { ring, lengths, emit } = ringOf(NEVER)
  emit(32768, 1)
  emit(32776, 2)
  emit(8, 1)
  ring.drain()
  assert.deepEqual(lengths, [32768, 8])
  assert.equal(ring.oversizedRecords, 2)
})

test('an error in the callback comes out of drain, and the next drain goes on', () => {
  const object = new BpfObject(elf, 'sample')
  toClose.push(object)
  object.load()
  let fails = true
  let seen = 0
  const ring = new RingReader(object.map('records').fd, () => {
    seen++
    if (fails) throw new RangeError('mine')
  }, NEVER)
  toClose.push(ring)
  object.run('wake')
  assert.throws(() => ring.drain(), { name: 'RangeError', message: 'mine' })
  fails = false
  object.run('wake')
  ring.drain()
  assert.equal(seen, 2)
})

test('draining from within a batch is refused; closing from within one is not', () => {
  const object = new BpfObject(elf, 'sample')
  toClose.push(object)
  object.load()
  let error: unknown
  const ring: RingReader = new RingReader(object.map('records').fd, () => {
    try { ring.drain() } catch (thrown) { error = thrown }
    ring.close()
  }, NEVER)
  object.run('wake')
  ring.drain()
  assert.ok(error instanceof BpfError && error.code === 'EBUSY')
  assert.equal(ring.drain(), 0, 'closed')
})

test('what is no ring buffer is refused', () => {
  const { object } = ringOf(NEVER)
  assert.throws(() => new RingReader(object.map('hash').fd, () => undefined), BpfError)
  assert.throws(() => new RingReader(99_999, () => undefined), BpfError)
  assert.throws(() => new RingReader(object.map('records').fd, () => undefined, { batchBytes: 100 }), { code: 'EINVAL' })
})

test('200 readers opened and closed leave no descriptor behind', async () => {
  const object = new BpfObject(elf, 'sample')
  toClose.push(object)
  object.load()
  const { fd } = object.map('records')
  const descriptors = () => readdirSync('/proc/self/fd').length
  const closed = () => new Promise((resolve) => setTimeout(resolve, 50))
  await closed() // those of the tests before
  const before = descriptors()
  for (let round = 0; round < 200; round++) new RingReader(fd, () => undefined).close()
  await closed()
  assert.equal(descriptors(), before)
})

test('under garbage collection, and in workers that are ended at any moment, nothing breaks', () => {
  const stress = join(import.meta.dirname, '..', 'testing', 'stress.ts')
  const output = execFileSync(process.execPath, ['--expose-gc', stress], { encoding: 'utf8', timeout: 60_000 })
  assert.equal(output, 'survived 16 workers; 200 batches under gc\n')
})
