import { parentPort } from 'node:worker_threads'
import type { Answered, Asked } from './messages.ts'
import { Namer } from './namer.ts'

/** The thread that names: reading a program's symbols may take a second, which the main thread must not wait for. */
const port = parentPort
if (!port) throw new Error('to be started by symbols/index.ts')
const namer = new Namer()
port.on('message', (asked: Asked) => {
  if (asked.kind === 'sampled') {
    namer.sampled(asked.program)
    return
  }
  const named = namer.name(asked.stacks)
  port.postMessage({ id: asked.id, named, state: namer.state() } satisfies Answered)
})
