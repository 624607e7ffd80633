import assert from 'node:assert/strict'
import { release } from 'node:os'
import { test } from 'node:test'
import { taskStorage, tracepoint } from '@sonde/bpf-programs/kernel-features'
import { lackOfKernel, newerKernel } from './fit.ts'

test('what lacks is said with the kernel’s release, and which Linux has it all', () => {
  const features = [tracepoint('late', '6.16'), taskStorage, tracepoint('earlier', '6.3')]
  assert.equal(lackOfKernel(features), `this kernel (${release()}) has no tracepoint late (since Linux 6.16), no storage for tasks (since Linux 5.11), no tracepoint earlier (since Linux 6.3)`)
  assert.equal(newerKernel(features), 'run Linux 6.16 or newer; all else works without it')
})
