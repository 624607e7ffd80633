import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostBands, HostUsage } from './measured-resources.ts'
import { isUnwatched, unwatchedIn, watchedMs } from './unwatched.ts'

const STEP_S = 5
const at = (step: number) => new Date(step * STEP_S * 1000).toISOString()

/** A row of signs a host: `#` read, `.` not. */
function usage(...rows: readonly string[]): HostUsage {
  const hosts = rows.map((signs) => ({ memory: { used: Array.from(signs, (sign) => (sign === '#' ? 1 : null)) } }) as unknown as HostBands)
  return { times: Array.from(rows[0]!, (_, step) => at(step)), stepNs: STEP_S * 1e9, hosts }
}
const steps = (...signs: readonly string[]) => unwatchedIn(usage(...signs)).map(({ fromMs, toMs }) => [fromMs / 1000 / STEP_S, toMs / 1000 / STEP_S])

test('before the first reading and between two nobody watched; a single step is a restart', () => {
  assert.deepEqual(steps('....####..##.#'), [[0, 4], [8, 10]])
  assert.deepEqual(steps('##############'), [])
})

test('one host that was read is enough; none at all says nothing', () => {
  assert.deepEqual(steps('....####....##', '......####....'), [[0, 4], [10, 12]])
  assert.deepEqual(steps('..............'), [])
  assert.deepEqual(unwatchedIn({ times: [at(0)], stepNs: 5e9, hosts: [] }), [])
})

test('the end is not of this', () => assert.deepEqual(steps('##.....'), []))

test('a step is unwatched when all of it is', () => {
  const unwatched = [{ fromMs: 10_000, toMs: 30_000 }]
  assert.deepEqual([5000, 10_000, 20_000, 25_000].map((fromMs) => isUnwatched(unwatched, fromMs, 10_000)), [false, true, true, false])
})

test('what is watched of a range is the rest of it', () => {
  const unwatched = [{ fromMs: -5000, toMs: 10_000 }, { fromMs: 20_000, toMs: 30_000 }, { fromMs: 95_000, toMs: 200_000 }]
  assert.equal(watchedMs(unwatched, 0, 100_000), 100_000 - 10_000 - 10_000 - 5000)
  assert.equal(watchedMs([], 0, 100_000), 100_000)
})
