/** Every probe of this product on and off again and again while programs work: nothing stays behind, and no exchange is missed. */
import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { after, test, type TestContext } from 'node:test'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { probes } from '@sonde/bpf-programs'
import { Losses } from '../health/losses.ts'
import { attach, OwnProcesses, type Kernel } from './index.ts'

const CYCLES = 200
const EXCHANGE_CYCLES = 10
/** By then memory has what it needs to be quick. */
const WARM_CYCLES = 5
/** The cycles that don't fit are left to a run with SONDE_LONG_TESTS=1, which has all day. */
const CYCLES_WITHIN_MS = process.env.SONDE_LONG_TESTS === '1' ? Infinity : 40_000
const TEST_WITHIN_MS = process.env.SONDE_LONG_TESTS === '1' ? 1_800_000 : 300_000
const SETTLES_WITHIN_MS = 60_000
/** Of resident memory; 200 cycles that each kept one ring, or one of the objects, would be ten times this. */
const MEMORY_SLACK_BYTES = 48 << 20
const PORT = 22_110
const others = probes.map(({ name }) => name).filter((name) => name !== 'exchange')

const kernels: Kernel[] = []
const children: ChildProcess[] = []
after(() => {
  for (const kernel of kernels) kernel.close()
  for (const child of children) child.kill('SIGKILL')
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

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
  assert.deepEqual(kernel.health().map(({ state }) => state).filter((state) => state !== 'attached' && state !== 'partial'), [])
}

interface Held {
  readonly descriptors: number
  readonly programs: number
  readonly maps: number
}

/** Programs and maps of the whole host that were not there `before`, and this process's descriptors of such. */
function held(before: ReadonlySet<string>): Held {
  const ours = bpf().filter((id) => !before.has(id))
  return { descriptors: descriptors(), programs: ours.filter((id) => id.startsWith('prog')).length, maps: ours.filter((id) => id.startsWith('map')).length }
}

function bpf(): string[] {
  const list = (what: 'prog' | 'map') => (JSON.parse(execFileSync('bpftool', ['-j', what, 'show'], { encoding: 'utf8', maxBuffer: 1 << 26 })) as { id: number }[]).map(({ id }) => `${what} ${id}`)
  return [...list('prog'), ...list('map')]
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return /bpf|perf_event/.test(readlinkSync(`/proc/self/fd/${fd}`))
    } catch (_) {
      return false // the one that lists
    }
  }).length
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

function residentBytes(): number {
  collectGarbage()
  return process.memoryUsage.rss()
}

const isSame = (a: Held) => (b: Held) => JSON.stringify(a) === JSON.stringify(b)

test(`probes on and off ${CYCLES} times under load: nothing leaks, no exchange is missed`, { timeout: TEST_WITHIN_MS }, async (t: TestContext) => {
  const before = new Set(bpf())
  const { kernel, losses, exchanges } = watch()
  const first = held(before)
  assert.ok(first.programs >= probes.length && first.maps >= probes.length && first.descriptors > first.programs, JSON.stringify(first))
  const endLoad = await startLoad()
  const began = Date.now()
  let cycles = 0
  let warmBytes = 0
  while (cycles < CYCLES && (Date.now() - began < CYCLES_WITHIN_MS || cycles <= WARM_CYCLES)) {
    await cycle(kernel, others)
    if (++cycles === WARM_CYCLES) warmBytes = residentBytes()
  }
  const answered = await endLoad()
  kernel.drain()
  const grownBytes = residentBytes() - warmBytes
  t.diagnostic(`${cycles} cycles of ${others.length} probes in ${((Date.now() - began) / 1000).toFixed(0)} s, ${answered} requests meanwhile; memory ${(grownBytes / 2 ** 20).toFixed(1)} MiB more`)
  assert.deepEqual(exchanges, { server: answered, client: answered })
  assert.deepEqual([...losses.all()].filter(({ where, count }) => where === 'probe.exchange' && count > 0), [])
  assert.ok(grownBytes < MEMORY_SLACK_BYTES, `${grownBytes} bytes more after ${cycles} cycles`)
  assert.deepEqual(await settled(() => held(before), isSame(first)), first)

  const endSecondLoad = await startLoad()
  for (let i = 0; i < EXCHANGE_CYCLES; i++) await cycle(kernel, ['exchange'])
  await endSecondLoad()
  assert.deepEqual(await settled(() => held(before), isSame(first)), first)

  for (const { name } of probes) kernel.setEnabled(name, false)
  const nothing: Held = { descriptors: 0, programs: 0, maps: 0 }
  assert.deepEqual(await settled(() => held(before), isSame(nothing)), nothing)
  kernel.close()
})
