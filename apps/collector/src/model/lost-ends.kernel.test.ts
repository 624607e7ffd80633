import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { probes } from '@sonde/bpf-programs'
import { Crowd } from '@sonde/bpf-programs/testing/crowd'
import { Losses } from '../health/losses.ts'
import { attach, OwnProcesses, type Kernel } from '../kernel/index.ts'
import type { ConnectionState, ModelSink } from './changes.ts'
import { createModel } from './model.ts'

const CONNECTIONS = 400
const LEFT = 5
const ENDS = 2 * CONNECTIONS
const WITHIN_MS = 60_000
let kernel: Kernel | undefined
let crowd: Crowd | undefined
after(async () => {
  kernel?.close()
  await crowd?.end()
})

/** The probe with a ring that holds some 580 records, read by the model as the collector has it. */
function watch(port: number) {
  const losses = new Losses()
  const states = new Map<number, ConnectionState>()
  const nothing = () => {}
  const sink: ModelSink = {
    request: nothing, process: nothing, serviceUsage: nothing, measured: nothing, host: nothing, dropped: nothing, listener: nothing,
    connection({ cookie, state, localPort, remotePort }) {
      if (localPort === port || remotePort === port) states.set(cookie, state)
    },
  }
  const model = createModel({ losses, sink, isOwn: () => false, peerNames: () => undefined })
  kernel = attach(probes.filter(({ name }) => name === 'tcp_connection'), {
    losses, own: new OwnProcesses([], losses), probes: { tcp_connection: { ringBytes: 65_536 } }, statistics: false, observe: (o) => model.apply(o),
  })
  const count = (state: ConnectionState) => [...states.values()].filter((one) => one === state).length
  const lost = () => [...losses.all()].filter(({ where }) => where === 'probe.tcp_connection').reduce((sum, one) => sum + one.count, 0)
  return { model, count, lost }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + WITHIN_MS; !isSo(); ) {
    if (Date.now() > end) assert.fail(`not within ${WITHIN_MS / 1000} s: ${what}`)
    await sleep(50)
  }
}

test('connections whose end found no room in the ring buffer are over too, as lost ones; those that live go on', async () => {
  crowd = await Crowd.start(CONNECTIONS, LEFT)
  const { model, count, lost } = watch(crowd.port)
  crowd.open()
  await until('all are open', () => count('established') === ENDS)
  crowd.close()
  await until('no more are open than live', () => {
    model.tick(kernel!.now())
    return count('established') === 2 * LEFT
  })
  const gone = count('lost')
  assert.deepEqual([count('closed') + gone, gone > 0], [ENDS - 2 * LEFT, true])
  // The ends of others may have been lost beside ours.
  await until('the losses are counted', () => lost() >= gone)
  model.tick(kernel!.now() + 60e9)
  const open = model.snapshot(0).connections.filter(({ localPort, remotePort }) => localPort === crowd!.port || remotePort === crowd!.port)
  assert.equal(open.length, 2 * LEFT)
})
