import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CALLS, compileCalls, ListeningProbe } from '../../testing/distributions.ts'
import { errorName, syscallLatency, syscallName } from './syscall_latency.ts'

let probe: ListeningProbe
let calls: ReturnType<typeof compileCalls>
before(() => {
  calls = compileCalls()
  probe = new ListeningProbe(syscallLatency)
})
after(() => {
  probe.close()
  calls.remove()
})

test('each call of a program is counted once, and has one duration', () => {
  const { pid, status } = spawnSync(calls.program, { stdio: 'ignore' })
  assert.equal(status, 0)
  const seen = probe.of(pid)
  for (const [name, [count, error]] of Object.entries(CALLS)) {
    const { count: counted, untimed, timed, errors } = seen[name]!
    assert.deepEqual({ counted, untimed, timed, errors }, { counted: count, untimed: 0, timed: count, errors: error === undefined ? 0 : count }, name)
  }
  assert.ok(seen.nanosleep!.sumNs >= 200e6 && seen.nanosleep!.maxNs >= 20e6)
})

test('between windows nothing is counted; attached again, all is', () => {
  probe.listen(0)
  const unheard = spawnSync(calls.program, { stdio: 'ignore' })
  assert.deepEqual(probe.of(unheard.pid), {})
  probe.detach()
  probe.attach()
  probe.listen(2)
  const heard = spawnSync(calls.program, { stdio: 'ignore' })
  assert.deepEqual([probe.of(heard.pid).getppid!.count, probe.of(heard.pid).getppid!.untimed], [1000, 0])
})

test('calls and errors have the kernel’s names', () => {
  assert.deepEqual([0, 17, 231, 435, 0x10000 + 11, 9999].map(syscallName), ['read', 'pread64', 'exit_group', 'clone3', 'i386_11', 'syscall_9999'])
  assert.deepEqual([1, 11, 110, 512, 600].map(errorName), ['EPERM', 'EAGAIN', 'ETIMEDOUT', 'ERESTARTSYS', 'E600'])
  assert.equal(execFileSync(process.execPath, [join(import.meta.dirname, 'generate-names.ts'), '--check'], { encoding: 'utf8' }), '')
})
