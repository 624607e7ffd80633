import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootNanoseconds, type BpfObject } from '@sonde/libbpf'
import { Statistics, type Measured } from './statistics.ts'

const WITHIN_MS = 60_000

/** Counters of a probe's programs as a test sets them; whether the kernel counts meanwhile is real. */
class Counters implements Measured {
  readonly programs = ['on_send', 'on_receive']
  units = 0
  runs = 0
  timeNs = 0
  readonly object = { programInfo: () => ({ runCount: this.runs / 2, runTimeNs: this.timeNs / 2 }) } as unknown as BpfObject
}

function measure(t: TestContext, probes: Record<string, Counters>, onBegin: (windowMs: number) => void = () => {}): Statistics {
  const statistics = new Statistics({ probes: () => new Map(Object.entries(probes)), onRefused: (error) => { throw error }, onBegin })
  t.after(() => statistics.close())
  return statistics
}

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + WITHIN_MS; !isSo(); await sleep(10)) assert.ok(Date.now() < deadline, 'it did not become so')
}

test('a window is announced, and what ran in it is told for each run and for each exchange', async (t) => {
  const exchange = new Counters()
  const idle = new Counters()
  const began = bootNanoseconds()
  const statistics = measure(t, { exchange, idle }, (windowMs) => {
    assert.equal(windowMs, 2000)
    // After this, the counters are read for the first time.
    Object.assign(exchange, { runs: 10_000, timeNs: 9_000_000, units: 500 })
  })
  const { nextAt, lastAt, isOpen, forNs, everyNs } = statistics.windows
  assert.deepEqual({ lastAt, isOpen, forNs, everyNs }, { lastAt: undefined, isOpen: false, forNs: 1e9, everyNs: 60e9 })
  assert.ok(nextAt >= began + 5e9)
  await until(() => statistics.windows.isOpen)
  Object.assign(exchange, { runs: 11_000, timeNs: 9_250_000, units: 600 })
  await until(() => !statistics.windows.isOpen)
  const cost = statistics.costs.get('exchange')!
  assert.deepEqual([cost.nsPerRun, cost.nsPerUnit], [250, 2500])
  // Runs a second and the share of a core are over the same window, however long it was.
  assert.ok(Math.abs(cost.cpuShare * 1e9 - cost.runs * 250) < 1e-3)
  assert.deepEqual(statistics.costs.get('idle'), { nsPerRun: undefined, runs: 0, cpuShare: 0, nsPerUnit: undefined })
  const after = statistics.windows
  assert.ok(after.lastAt! >= nextAt - 1e9 && after.nextAt === after.lastAt! + 60e9)
})

test('a probe that is loaded later is measured soon; a window that is near stays', async (t) => {
  const statistics = measure(t, {})
  const first = statistics.windows.nextAt
  statistics.soon()
  assert.equal(statistics.windows.nextAt, first)
  await until(() => statistics.windows.lastAt !== undefined)
  const second = statistics.windows.nextAt
  statistics.soon()
  assert.ok(statistics.windows.nextAt < second)
  assert.ok(statistics.windows.nextAt >= statistics.windows.lastAt! + 5e9)
})
