import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { probes as all } from '@sonde/bpf-programs'
import type { Probe } from '@sonde/bpf-programs/probe'
import type { Observation } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import { attach, OwnProcesses, type Kernel } from './index.ts'

const probeOf = (name: string) => all.find((probe) => probe.name === name)!
const exchange = probeOf('exchange')
const processLifecycle = probeOf('process_lifecycle')

const open: Kernel[] = []
after(() => open.forEach((kernel) => kernel.close()))

/** Probes on this machine's kernel; of exchanges only the counts by port and role are kept, they are flyweights. */
function watch(probes: readonly Probe[], ownRoots: readonly number[] = []) {
  const losses = new Losses()
  const observations: Observation[] = []
  const exchanges = new Map<string, number>()
  const kernel = attach(probes, {
    losses, own: new OwnProcesses(ownRoots, losses), probes: {}, statistics: false,
    observe(o) {
      if (o.kind !== 'exchange') return void observations.push(o)
      if (o.continuation) return
      const { localPort, remotePort } = o.socket()
      const key = `${o.role} ${o.role === 'server' ? localPort : remotePort}`
      exchanges.set(key, (exchanges.get(key) ?? 0) + 1)
    },
  })
  open.push(kernel)
  const counts = (port: number) => {
    kernel.drain()
    return [exchanges.get(`server ${port}`) ?? 0, exchanges.get(`client ${port}`) ?? 0]
  }
  return { kernel, losses, observations, counts }
}

/** A program that serves itself `count` requests, one after the other on one connection. */
async function requestsOf(count: number, port: number): Promise<number> {
  const program = `
    import { createServer, Agent, get } from 'node:http'
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const server = createServer((_, response) => response.end('ok')).listen(${port}, '127.0.0.1', async () => {
      for (let i = 0; i < ${count}; i++) await new Promise((done) => get({ host: '127.0.0.1', port: ${port}, agent }, (r) => r.resume().on('end', done)))
      process.exit(0)
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
  return child.pid!
}

function bpfDescriptors(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return /bpf/.test(readlinkSync(`/proc/self/fd/${fd}`))
    } catch (_) {
      return false // the one that lists
    }
  }).length
}

test('requests are seen at both ends, exactly; processes as they begin and end', async () => {
  const { kernel, losses, observations, counts } = watch([processLifecycle, exchange])
  assert.deepEqual(kernel.problems(), [])
  const pid = await requestsOf(200, 22100)
  assert.deepEqual(counts(22100), [200, 200])
  const kinds = observations.flatMap((o) => ('pid' in o && o.pid === pid ? [o.kind] : []))
  assert.deepEqual(kinds, ['process-started', 'process-executed', 'process-exited'])
  assert.ok(observations.some((o) => o.kind === 'process-started' && o.existing && o.pid === process.pid))
  assert.equal([...losses.all()].reduce((sum, { count }) => sum + count, 0), 0)
  kernel.close()
})

test('each probe goes off and on by itself, and leaks nothing', async () => {
  const { kernel, observations, counts } = watch([processLifecycle, exchange])
  await requestsOf(5, 22101)
  assert.deepEqual(counts(22101), [5, 5])
  const descriptors = bpfDescriptors()
  assert.equal(kernel.setEnabled('exchange', false), true)
  assert.equal(kernel.health()[1]!.state, 'off')
  const pid = await requestsOf(5, 22102)
  assert.deepEqual(counts(22102), [0, 0])
  assert.ok(observations.some((o) => o.kind === 'process-exited' && o.pid === pid))
  for (let i = 0; i < 3; i++) {
    kernel.setEnabled('exchange', true)
    kernel.setEnabled('exchange', false)
  }
  kernel.setEnabled('exchange', true)
  assert.equal(kernel.setEnabled('nonsense', true), false)
  await requestsOf(5, 22103)
  assert.deepEqual(counts(22103), [5, 5])
  await sleep(50) // libuv closes what the rings held at the end of its turn
  assert.equal(bpfDescriptors(), descriptors)
  kernel.close()
  await sleep(50)
  assert.equal(bpfDescriptors(), 0)
})

test('own traffic is not seen, at neither end', async () => {
  const { kernel, counts } = watch([processLifecycle, exchange], [process.pid])
  const server = createServer((_, response) => response.end('own')).listen(22104, '127.0.0.1')
  await once(server, 'listening')
  for (let i = 0; i < 10; i++) await new Promise((done) => get({ host: '127.0.0.1', port: 22104 }, (response) => response.resume().on('end', done)))
  await requestsOf(5, 22105) // a child: own too
  server.close()
  assert.deepEqual([counts(22104), counts(22105)], [[0, 0], [0, 0]])
  kernel.close()
})

test('a probe that cannot be had costs that probe alone, and says why', async () => {
  const missing: Probe = { ...exchange, name: 'missing', object: '.output/none.bpf.o' }
  const stale: Probe = { ...processLifecycle, name: 'stale', open: () => ({ layouts: { ...processLifecycle.open().layouts, process_exited: 'of yesterday' }, read: () => {} }) }
  const { kernel, counts } = watch([missing, stale, exchange])
  assert.deepEqual(kernel.health().map(({ state }) => state), ['refused', 'refused', 'attached'])
  assert.match(kernel.health()[0]!.reason, /none\.bpf\.o cannot be read/)
  assert.match(kernel.health()[1]!.reason, /struct process_exited has layout \w+ in the program and of yesterday in its reader/)
  assert.equal(kernel.problems().length, 2)
  await requestsOf(3, 22106)
  assert.deepEqual(counts(22106), [3, 3])
  kernel.close()
})
