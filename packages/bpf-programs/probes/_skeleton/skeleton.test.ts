import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { skeleton } from './skeleton.ts'

// SKELETON: runs as root on the real kernel, with real programs, and asserts exact facts.
let probe: AttachedProbe
before(() => { probe = new AttachedProbe(skeleton) })
after(() => probe.close())

test('a program that exits with 4 is observed once, with 4', async () => {
  const child = spawn('/bin/sh', ['-c', 'exit 4'])
  await once(child, 'exit')
  await probe.until('exit', (p) => p.seen('process-exited').find((one) => one.pid === child.pid))
  assert.deepEqual(probe.seen('process-exited').filter((one) => one.pid === child.pid).map((one) => one.exitCode), [4])
  assert.equal(probe.losses(), 0)
})
