// node --expose-gc stress.ts: objects that are dropped unclosed, readers under gc, workers ended while they read.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { BpfObject, RingReader } from '../src/index.ts'
import { compileSample } from './sample.ts'

const WORKERS = 16
const BATCHES = 200
const gc = (globalThis as { gc?: () => void }).gc ?? (() => undefined)

function emission(count: number): Buffer {
  const context = Buffer.alloc(8)
  context.writeUInt32LE(64)
  context.writeUInt32LE(count, 4)
  return context
}

function open(elf: Uint8Array): BpfObject {
  const object = new BpfObject(elf, 'sample')
  object.load()
  return object
}

function readForever(elf: Uint8Array): void {
  const object = open(elf)
  let told = false
  const reader = new RingReader(object.map('records').fd, () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has none
    if (!told) parentPort?.postMessage('reading')
    told = true
  }, { intervalMs: 1 })
  setInterval(() => {
    object.run('emit', emission(500))
    reader.drain()
  }, 1)
}

async function endWorkers(elf: Uint8Array): Promise<void> {
  for (let round = 0; round < WORKERS; round++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: elf })
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    await new Promise((resolve) => setTimeout(resolve, round % 4))
    await worker.terminate()
  }
}

async function readUnderGc(elf: Uint8Array): Promise<number> {
  const object = open(elf)
  let batches = 0
  const done = new Promise<void>((resolve) => {
    const reader = new RingReader(object.map('records').fd, () => {
      gc()
      if (++batches === BATCHES) {
        reader.close()
        resolve()
      }
    }, { intervalMs: 1 })
    const feed = setInterval(() => {
      if (batches >= BATCHES) clearInterval(feed)
      else object.run('emit', emission(10))
      if (batches % 20 === 0) open(elf) // dropped, unclosed
    }, 1)
  })
  await done
  for (let round = 0; round < 5; round++) {
    gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  object.close()
  return batches
}

if (isMainThread) {
  const elf = compileSample()
  await endWorkers(elf)
  const batches = await readUnderGc(elf)
  console.log(`survived ${WORKERS} workers; ${batches} batches under gc`)
} else {
  readForever(workerData as Uint8Array)
}
