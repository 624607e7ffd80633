/** Every probe of this product on and off again and again while programs work: nothing stays behind, and no exchange is missed. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { after, test, type TestContext } from 'node:test'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { probes } from '@sonde/bpf-programs'
import { Losses } from '../health/losses.ts'
import { attach, OwnProcesses, type Kernel } from './index.ts'
import { Holdings, ownBytes, slope, type Held } from './switching-fixture.ts'

const CYCLES = 200
/** By then memory has what it needs to be quick. */
const WARM_CYCLES = 50
const CYCLES_A_READING = 10
/** Below what the smallest probe's object takes in this process (14 KiB; what reads its ring, 256), and 2.4 MiB in all: V8 still compiles a little (4 KiB a cycle). */
const BYTES_A_CYCLE = 12 * 1024
/** Half a second a cycle here; what counts is the count. */
const WITHIN_MS = 1_800_000
const SETTLES_WITHIN_MS = 60_000
const PORT = 22_110
const others = probes.map(({ name }) => name).filter((name) => name !== 'exchange')

const kernels: Kernel[] = []
const children: ChildProcess[] = []
after(() => {
  for (const kernel of kernels) kernel.close()
  for (const child of children) child.kill('SIGKILL')
})

/** All probes, and how many exchanges each end of the load's connections had. */
function watch() {
  const losses = new Losses()
  const exchanges = { server: 0, client: 0 }
  const kernel = attach(probes, {
    losses, own: new OwnProcesses([], losses), statistics: false,
    probes: Object.fromEntries(probes.map(({ name }) => [name, { enabled: true }])),
    observe(o) {
      if (o.kind !== 'exchange' || o.continuation) return
      const { localPort, remotePort } = o.socket()
      if ((o.role === 'server' ? localPort : remotePort) === PORT) exchanges[o.role]++
    },
  })
  kernels.push(kernel)
  // Those that listen now and then would have more descriptors now, and fewer then.
  for (const { name } of probes) kernel.attend(name, 'watched')
  return { kernel, losses, exchanges }
}

/** A program that asks itself over a kept connection and over one a request, another that starts programs. Ended, it tells how many requests were answered. */
async function startLoad(): Promise<() => Promise<number>> {
  const program = `
    import { createServer, Agent, get } from 'node:http'
    let [count, ended] = [0, false]
    const kept = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = (agent) => new Promise((done, fail) => get({ host: '127.0.0.1', port: ${PORT}, agent }, (r) => r.resume().on('end', done)).on('error', fail))
    async function loop(agent) { while (!ended) { await ask(agent); count++ } }
    createServer((_, response) => response.end('ok')).listen(${PORT}, '127.0.0.1', async () => {
      process.stdin.on('end', () => (ended = true)).resume()
      console.log('ready')
      await Promise.all([loop(kept), loop(false)])
      console.log(count)
      process.exit(0)
    })`
  const asking = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const forking = spawn('sh', ['-c', 'while :; do /bin/true; done'], { stdio: 'ignore' })
  children.push(asking, forking)
  let text = ''
  asking.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()))
  while (!text.includes('ready')) await once(asking.stdout, 'data')
  return async () => {
    forking.kill()
    asking.stdin.end()
    await once(asking, 'close')
    return Number(text.replace('ready', ''))
  }
}

/** Switches probes off and on again, in the order given. */
async function cycle(kernel: Kernel, names: readonly string[]): Promise<void> {
  for (const enabled of [false, true]) {
    for (const name of names) {
      assert.equal(kernel.setEnabled(name, enabled), true)
      await setImmediate() // rings are read, and what was closed is let go
    }
  }
  assert.deepEqual(kernel.health().filter(({ name, state }) => names.includes(name) && state !== 'attached' && state !== 'partial'), [])
}

/** The kernel lets go of programs after a while: the last reading that is `right`, else the last. */
async function settled<T>(read: () => T, right: (reading: T) => boolean): Promise<T> {
  const deadline = Date.now() + SETTLES_WITHIN_MS
  for (;;) {
    const reading = read()
    if (right(reading) || Date.now() > deadline) return reading
    await sleep(50)
  }
}

const isSame = (a: Held) => (b: Held) => isDeepStrictEqual(a, b)

/** Switches probes off and on so often; how much more memory of this process is in use a cycle, once it is warm. */
async function growthOf(kernel: Kernel, names: readonly string[]): Promise<number> {
  const readings: [cycle: number, bytes: number][] = []
  for (let i = 1; i <= CYCLES; i++) {
    await cycle(kernel, names)
    if (i >= WARM_CYCLES && i % CYCLES_A_READING === 0) readings.push([i, await ownBytes()])
  }
  return slope(readings)
}

test(`probes on and off ${CYCLES} times under load: nothing leaks, no exchange is missed`, { timeout: WITHIN_MS }, async (t: TestContext) => {
  const holdings = new Holdings()
  const { kernel, losses, exchanges } = watch()
  const endLoad = await startLoad()
  const first = holdings.read()
  assert.ok(first.programs >= probes.length && first.maps >= probes.length && first.links >= probes.length, JSON.stringify(first))
  const began = Date.now()
  const bytes = await growthOf(kernel, others)
  assert.deepEqual(await settled(() => holdings.read(), isSame(first)), first)
  const answered = await endLoad()
  kernel.drain()
  t.diagnostic(`${CYCLES} cycles of ${others.length} probes in ${seconds(began)}, ${answered} requests meanwhile; memory ${bytes.toFixed(0)} bytes more a cycle`)
  assert.deepEqual(exchanges, { server: answered, client: answered })
  assert.deepEqual([...losses.all()].filter(({ where, count }) => where === 'probe.exchange' && count > 0), [])
  assert.ok(bytes < BYTES_A_CYCLE, `${bytes} bytes more a cycle`)

  // Alone: what the others keep grows while programs come and go, up to its bounds.
  for (const name of others) kernel.setEnabled(name, false)
  const endSecondLoad = await startLoad()
  const secondBegan = Date.now()
  const exchangeBytes = await growthOf(kernel, ['exchange'])
  for (const name of others) kernel.setEnabled(name, true)
  assert.deepEqual(await settled(() => holdings.read(), isSame(first)), first)
  await endSecondLoad()
  t.diagnostic(`${CYCLES} cycles of exchange in ${seconds(secondBegan)}; memory ${exchangeBytes.toFixed(0)} bytes more a cycle`)
  assert.ok(exchangeBytes < BYTES_A_CYCLE, `${exchangeBytes} bytes more a cycle of exchange`)

  for (const { name } of probes) kernel.setEnabled(name, false)
  const nothing = (held: Held) => held.programs + held.maps + held.links + held.mappings === 0 && !Object.keys(held.descriptors).some((what) => /bpf|perf_event/.test(what))
  const last = await settled(() => holdings.read(), nothing)
  assert.ok(nothing(last), JSON.stringify(last))
  kernel.close()
})

const seconds = (sinceMs: number) => `${((Date.now() - sinceMs) / 1000).toFixed(0)} s`
