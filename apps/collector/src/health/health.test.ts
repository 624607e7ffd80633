import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { hostId } from './host.ts'
import { ProportionalMemory } from './memory.ts'
import { OwnCost } from './own-cost.ts'
import { Health, type HealthSources } from './report.ts'

const folder = mkdtempSync(join(tmpdir(), 'sonde-health-'))
after(() => rmSync(folder, { recursive: true }))

test('a machine-id is hashed, and never told as it is', () => {
  const file = join(folder, 'machine-id')
  writeFileSync(file, '0123456789abcdef0123456789abcdef\n')
  assert.equal(hostId(file, join(folder, 'unused')), '151c5f120de878c9891ebbacd363c196')
})

test('without a machine-id the host gets one that it keeps', () => {
  for (const content of ['', 'uninitialized\n']) {
    const machine = join(folder, `machine-${content.length}`)
    const own = join(folder, `own-${content.length}`)
    writeFileSync(machine, content)
    const id = hostId(machine, own)
    assert.match(id, /^[0-9a-f]{32}$/)
    assert.equal(hostId(machine, own), id)
  }
  writeFileSync(join(folder, 'broken'), 'x')
  assert.match(hostId(join(folder, 'none'), join(folder, 'broken')), /^[0-9a-f]{32}$/)
})

test('CPU is since the last time it was asked', () => {
  let [cpuUs, nowMs] = [5_000_000, 1000]
  const cost = new OwnCost({ cpuUs: () => cpuUs, nowMs: () => nowMs, memoryBytes: () => 7 })
  cpuUs += 250_000
  nowMs += 1000
  assert.deepEqual(cost.measure(), { cpuCores: 0.25, memoryBytes: 7 })
  assert.deepEqual(cost.measure(), { cpuCores: 0, memoryBytes: 7 })
})

test('memory counts each page once: less than is resident, and no less than is this process’ alone', () => {
  const { memoryBytes } = new OwnCost().measure()
  const [resident, shared] = readFileSync('/proc/self/statm', 'latin1').split(' ').slice(1, 3).map((pages) => Number(pages) * 4096) as [number, number]
  assert.ok(memoryBytes > (resident - shared) * 0.8 && memoryBytes < resident * 1.2, `${memoryBytes} of ${resident}, ${shared} shared`)
})

test('memory is read each five seconds, or of another process at once', () => {
  const read: string[] = []
  const memory = new ProportionalMemory((path) => { read.push(path); return path.includes('/7/') ? 'Rss:   99 kB\nPss:    12 kB\nPss_Dirty: 3 kB\n' : '' })
  assert.deepEqual([memory.of(7, 0), memory.of(7, 4999), memory.of(8, 4999), memory.of(7, 5000), memory.of(7, 9999), memory.of(7, 10_000)], [12_288, 12_288, 0, 12_288, 12_288, 12_288])
  assert.deepEqual(read.map((path) => path.split('/')[2]), ['7', '8', '7', '7'])
})

test('memory above the ceiling is a problem that is said', () => {
  const sources: HealthSources = {
    host: { id: 'h', name: 'n', kernel: 'k', btf: true, cpus: 2, memoryBytes: 1 }, version: '1', wallNow: () => 5n, probes: () => [], exporters: () => [],
    problems: () => [], bounds: () => ({ a: [1, 2] }), clock: () => ({ stepNs: 1, driftNs: 2 }), addedNsPerRequest: () => null, costWindows: () => null, memoryCeilingBytes: 1,
  }
  const report = new Health(sources).report()
  assert.equal(report.problems.length, 1)
  assert.equal(report.startedAt, '5')
  assert.deepEqual(report.clock, { stepNs: 1, driftNs: 2 })
  assert.equal(new Health({ ...sources, memoryCeilingBytes: 2 ** 40 }).report().problems.length, 0)
})
