import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QuietCollection } from './quiet-collection.ts'

/** The seconds in which garbage was collected. */
function collectedIn(cores: readonly number[]): number[] {
  const seconds: number[] = []
  let second = 0
  const quiet = new QuietCollection(() => seconds.push(second))
  for (const one of cores) {
    quiet.second(one)
    second++
  }
  return seconds
}

const of = (cores: number, seconds: number) => Array.from({ length: seconds }, () => cores)

test('once after work, when it has been quiet for ten seconds', () => {
  assert.deepEqual(collectedIn([...of(1, 3), ...of(0.02, 30)]), [12])
  assert.deepEqual(collectedIn([...of(1, 3), ...of(0.02, 4), 0.5, ...of(0.02, 30)]), [17])
})

test('never while it works, nor for nothing', () => {
  assert.deepEqual(collectedIn(of(0.5, 600)), [])
  assert.deepEqual(collectedIn(of(0, 600)), [])
})

test('not too often where there is always a little work', () => assert.deepEqual(collectedIn(of(0.22, 100)), [9, 39, 69, 99]))

test('at rest now and then', () => assert.deepEqual(collectedIn(of(1 / 32, 200)), [63, 127, 191]))
