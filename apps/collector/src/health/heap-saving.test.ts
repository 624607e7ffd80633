import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeapSaving } from './heap-saving.ts'

const MEBIBYTE = 2 ** 20

/** What is done as the heap is of these sizes, in MiB, one a second: `saves`, `ceases`, `trim`, each with its second. */
function done(sizes: readonly number[]): string[] {
  const said: string[] = []
  let second = 0
  const saving = new HeapSaving({ setSaving: (saves) => said.push(`${saves ? 'saves' : 'ceases'} ${second}`), trim: () => said.push(`trim ${second}`) })
  for (const size of sizes) {
    second++
    saving.second(size * MEBIBYTE)
  }
  return said
}

test('while the heap is large, and not to and fro at the border', () => {
  assert.deepEqual(done([20, 43, 45, 43, 37, 45, 35, 43, 45]), ['saves 3', 'ceases 7', 'saves 9'])
  assert.deepEqual(done(Array.from({ length: 60 }, () => 30)), [])
})

test('what is free goes back each ten seconds while it saves', () => {
  assert.deepEqual(done([...Array.from({ length: 25 }, () => 60), 10, ...Array.from({ length: 12 }, () => 60)]), ['saves 1', 'trim 11', 'trim 21', 'ceases 26', 'saves 27', 'trim 37'])
})
