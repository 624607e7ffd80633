import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axisDuration } from './axis-units.ts'

test('round durations in their own unit', () => {
  const cases: [number, string][] = [[0, '0'], [500, '500 ns'], [1e3, '1 µs'], [2e5, '200 µs'], [1e6, '1 ms'], [1e9, '1 s'], [1.5e9, '1.5 s'], [6e10, '60 s'], [0.5, '0.5 ns'], [999_999.99, '1 ms']]
  for (const [ns, text] of cases) assert.equal(axisDuration(ns).replace('\u00a0', ' '), text)
})
