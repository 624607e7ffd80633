import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { REASONS } from './probe-losses.ts'

test('every loss that the kernel side counts has words', () => {
  const source = readFileSync(new URL('../../../../packages/bpf-programs/include/record.h', import.meta.url), 'utf8')
  const [, body] = /enum loss \{([^}]*)\}/.exec(source)!
  assert.deepEqual(REASONS.map(([enumerator]) => enumerator), body!.match(/\bLOST_\w+/g))
})
