import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import { Resources } from '../resources/index.ts'
import { watched } from './model-fixture.ts'

const S = 1e9
const TICK_NS = 50e6
const SHORT_NS = 3e6

/** Detectors before the model, as the collector has them; of /proc nothing is there any more when it is looked at but the numbers that `living` says. */
function host(living: () => readonly number[] | undefined = () => undefined) {
  const losses = new Losses()
  const { model, processes } = watched({ bare: true })
  const described: number[] = []
  const emit = (o: Observation) => {
    if (o.kind === 'process-described') described.push(o.pid)
    model.apply(o)
  }
  const resources = new Resources({ rules: [], isOwn: () => false, losses, emit, files: { read: () => undefined, link: () => undefined, list: (path) => (path === '/proc' ? living()?.map(String) : undefined) } })
  const apply = (o: Observation) => {
    resources.observe(o)
    model.apply(o)
  }
  const tick = (now: number) => {
    resources.tick(now)
    model.tick(now)
  }
  const bounds = () => [...Object.entries(model.bounds()), ['detected processes', resources.bound] as const]
  return { model, resources, described, processes, apply, tick, bounds }
}

/** A program that is begun by a shell and is over 3 ms later. */
function shortLived(pid: number, at: number): readonly Observation[] {
  const known = { pid, parentPid: 1, startedAt: at, uid: 0, netns: 1 }
  return [
    { kind: 'process-started', at, ...known, comm: 'sh', existing: false },
    { kind: 'process-executed', at, ...known, comm: 'nothing', filename: '/bin/nothing', commandArgs: ['nothing'] },
    { kind: 'process-exited', at: at + SHORT_NS, pid, startedAt: at, exitCode: 0 },
  ]
}

test('what has ended is described for five seconds more, and a number met on a socket that is no process is not kept', () => {
  const described = (afterNs: number) => {
    const { apply, resources, described } = host()
    for (const o of shortLived(10, 100 * S)) apply(o)
    apply({ kind: 'listener-seen', at: 100 * S, pid: 77, socket: { cookie: 1, netns: 1, localAddress: '0.0.0.0', localPort: 80, remoteAddress: '', remotePort: 0 } })
    assert.equal(resources.bound[0], 2)
    resources.tick(100 * S + SHORT_NS + afterNs)
    assert.equal(resources.bound[0], afterNs < 5 * S ? 1 : 0)
    return described
  }
  assert.deepEqual([described(4.9 * S), described(5 * S)], [[10], []])
})

for (const rate of [1_000, 5_000]) {
  test(`${rate} programs a second leave nothing behind: none of them is said to live once it has ended, or is described when it is forgotten`, () => {
    const { model, apply, tick, bounds, processes } = host()
    let [now, pid] = [100 * S, 1_000]
    for (let ticks = 0; ticks < 60 * 20; ticks++, now += TICK_NS) {
      for (let i = 0; i < rate / 20; i++) for (const o of shortLived((pid = pid === 30_000 ? 1_000 : pid + 1), now + i)) apply(o)
      tick(now + TICK_NS)
      for (const [name, [size, limit]] of bounds()) assert.ok(size <= limit, `${name}: ${size} of ${limit}`)
      processes.length = 0
    }
    for (let ticks = 0; ticks < 200 * 20; ticks++, now += TICK_NS) tick(now)
    assert.deepEqual([model.snapshot(now).processes.length, model.bounds().processes![0]], [0, 0])
  })
}

test('a process whose end nobody told is over when /proc has not had it for two looks; a code it has none', () => {
  let living = [10, 11, 12]
  const { model, apply, tick, processes } = host(() => living)
  for (const pid of living) apply(shortLived(pid, 100 * S)[1]!)
  const alive = () => model.snapshot(0).processes.map(({ pid }) => pid)
  tick(101 * S)
  living = [10]
  tick(111 * S)
  assert.deepEqual(alive(), [10, 11, 12])
  living = [10, 12]
  tick(121 * S)
  assert.deepEqual(alive(), [10, 12])
  assert.equal(processes.at(-1), '11 nothing nothing exited -1')
  living = [10]
  tick(131 * S)
  tick(136 * S)
  assert.deepEqual(alive(), [10, 12])
  tick(141 * S)
  assert.deepEqual([alive(), model.bounds().processes![0]], [[10], 2])
})
