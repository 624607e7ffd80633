import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import type { Observation, StackSampled } from '@sonde/shared/observation'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { cpuProfile } from './cpu_profile.ts'

interface Seen {
  readonly pid: number
  readonly tid: number
  readonly cpu: number
  readonly comm: string
  readonly execId: number
  readonly startedAt: number
  readonly user: number
  readonly kernel: readonly bigint[]
}

let probe: AttachedProbe
const samples: Seen[] = []
before(() => {
  probe = new AttachedProbe(cpuProfile)
  // Samples are flyweights: what is wanted of them is copied as they come.
  probe.observations.push = (...all: Observation[]) => all.map((one) => samples.push(copyOf(one as StackSampled))).length
})
after(() => probe.close())

function copyOf({ pid, tid, cpu, comm, execId, startedAt, userFrames, kernelFrames, bytes, stackAt }: StackSampled): Seen {
  return { pid, tid, cpu, comm, execId, startedAt, user: userFrames, kernel: Array.from({ length: kernelFrames }, (_, at) => bytes.readBigUInt64LE(stackAt + at * 8)) }
}

/** Samples of a program that works until there are `enough`; a sample between fork and exec is of this process's program, not of `command`. */
async function sampled(command: string, args: string[], enough: number): Promise<Seen[]> {
  const child = spawn(command, args, { stdio: 'ignore' })
  const own = () => {
    const ofPid = samples.filter(({ pid }) => pid === child.pid)
    return ofPid.filter(({ execId }) => execId === ofPid.at(-1)?.execId)
  }
  await probe.until(`${enough} samples`, () => {
    probe.seen('stack-sampled')
    return own().length >= enough || undefined
  })
  child.kill()
  return own()
}

test('a program in user mode: its threads by name, its stack, none of the kernel but for interrupts', async () => {
  const found = await sampled('/usr/bin/python3', ['-c', 'import threading\ndef f():\n  while True: pass\nthreading.Thread(target=f).start()\nf()'], 20)
  assert.ok(found.every(({ comm }) => comm === 'python3'))
  assert.equal(new Set(found.map(({ startedAt }) => startedAt)).size, 1)
  assert.ok(found.filter(({ user }) => user > 0).length > 10)
  assert.ok(found.every(({ tid, pid }) => tid >= pid))
})

test('a program in the kernel: addresses of the kernel’s half', async () => {
  const found = await sampled('/bin/dd', ['if=/dev/zero', 'of=/dev/null', 'bs=1M'], 20)
  const inKernel = found.filter(({ kernel }) => kernel.length > 0)
  assert.ok(inKernel.length > found.length / 2)
  for (const { kernel } of inKernel) assert.ok(kernel.every((address) => address > 0xffff_0000_0000_0000n))
})

test('an exec is another program of the same process', async () => {
  const loop = 'while :; do :; done'
  const child = spawn('/bin/sh', ['-c', `i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exec /bin/bash -c '${loop}'`], { stdio: 'ignore' })
  await probe.until('both programs', () => {
    probe.seen('stack-sampled')
    const seen = new Set(samples.filter(({ pid }) => pid === child.pid).map(({ comm }) => comm))
    return (seen.has('sh') && seen.has('bash')) || undefined
  })
  child.kill()
  const own = samples.filter(({ pid, comm }) => pid === child.pid && (comm === 'sh' || comm === 'bash'))
  const before = new Set(own.filter(({ comm }) => comm === 'sh').map(({ execId }) => execId))
  const afterwards = new Set(own.filter(({ comm }) => comm === 'bash').map(({ execId }) => execId))
  assert.deepEqual([before.size, afterwards.size], [1, 1])
  assert.notDeepEqual(before, afterwards)
  assert.equal(new Set(own.map(({ startedAt }) => startedAt)).size, 1)
})

test('idle CPUs are not sampled, nor are processes that are Sonde’s own', async () => {
  assert.equal(samples.filter(({ pid }) => pid === 0).length, 0)
  const child = spawn('/bin/sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })
  const key = Buffer.alloc(4)
  key.writeUInt32LE(child.pid!)
  probe.object.map('own_tgids').update(key, Buffer.from([1]))
  const from = samples.length
  await sampled('/bin/dd', ['if=/dev/zero', 'of=/dev/null', 'bs=1M'], 20)
  child.kill()
  probe.seen('stack-sampled')
  assert.ok(samples.slice(from).filter(({ pid }) => pid === child.pid).length <= 1)
})

test('nothing was lost', () => assert.equal(probe.losses(), 0))
