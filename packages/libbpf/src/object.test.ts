import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, test } from 'node:test'
import { compileSample } from '../testing/sample.ts'
import { BpfError, BpfObject, bootNanoseconds, enableStats, libbpfVersion, possibleCpus, wallNanoseconds } from './index.ts'

const elf = compileSample()
const opened: BpfObject[] = []
afterEach(() => { for (const object of opened.splice(0)) object.close() })

function open(): BpfObject {
  const object = new BpfObject(elf, 'sample')
  opened.push(object)
  return object
}

function loaded(): BpfObject {
  const object = open()
  object.load()
  return object
}

function refusal(action: () => void): Pick<BpfError, 'operation' | 'code'> {
  try {
    action()
  } catch (error) {
    assert.ok(error instanceof BpfError)
    return { operation: error.operation, code: error.code }
  }
  assert.fail('not refused')
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function emission(size: number, count: number): Buffer {
  return Buffer.concat([u32(size), u32(count)])
}

test('an object lists its programs, maps and variables before it is loaded', () => {
  const object = open()
  assert.deepEqual(object.programs().map(({ name, section }) => `${name} ${section}`), [
    'emit syscall', 'wake syscall', 'on_exec raw_tp/sched_process_exec', 'unattachable raw_tp/no_such_tracepoint', 'processes iter/task', 'tick perf_event', 'broken raw_tp/sys_enter'])
  const maps = object.describeMaps().filter(({ name }) => !name.includes('.'))
  assert.deepEqual(maps, [
    { name: 'records', type: 27, keyBytes: 0, valueBytes: 0, maxEntries: 1 << 20 },
    { name: 'hash', type: 1, keyBytes: 4, valueBytes: 8, maxEntries: 4096 },
    { name: 'per_cpu', type: 6, keyBytes: 4, valueBytes: 8 * possibleCpus(), maxEntries: 3 },
    { name: 'storage', type: 24, keyBytes: 4, valueBytes: 4, maxEntries: 0 },
    { name: 'unwanted', type: 1, keyBytes: 4, valueBytes: 4, maxEntries: 1 },
  ])
  const total = [...object.variables()].find(({ name }) => name === 'total')
  assert.deepEqual([total?.section, total?.size], ['.bss', 8])
})

test('constants are written by name before load, variables read and written after', () => {
  const object = open()
  object.writeConstants({ step: 1000, bytes_knob: Buffer.from([9]) })
  object.load()
  assert.deepEqual([...object.readVariable('bytes_knob')], [9, 2, 3, 4], 'the rest is as it was')
  assert.equal(object.run('emit', emission(8, 3)), 0)
  assert.equal(object.readNumber('total'), 3000)
  object.writeVariable('total', 2n ** 63n)
  assert.equal(object.run('emit', emission(8, 1)), 0)
  assert.equal(object.readVariable('total').readBigUInt64LE(), 2n ** 63n + 1000n)
  object.writeVariable('table', Buffer.from([7, 8]), 99_998)
  const table = object.readVariable('table')
  assert.deepEqual([table.length, table[99_997], table[99_998], table[99_999]], [100_000, 0, 7, 8])
})

test('values that do not fit, and names that are not there, are refused', () => {
  const object = open()
  assert.deepEqual(refusal(() => object.writeConstants({ step: 2 ** 32 })), { operation: 'write step', code: 'ERANGE' })
  assert.deepEqual(refusal(() => object.writeConstants({ step: -(2 ** 31) - 1 })), { operation: 'write step', code: 'ERANGE' })
  assert.deepEqual(refusal(() => object.writeConstants({ step: 0.5 })), { operation: 'write step', code: 'EINVAL' })
  assert.deepEqual(refusal(() => object.writeConstants({ bytes_knob: Buffer.alloc(5) })), { operation: 'write bytes_knob', code: 'ERANGE' })
  assert.deepEqual(refusal(() => object.writeConstants({ nothing: 1 })), { operation: 'find variable nothing', code: 'ENOENT' })
  assert.deepEqual(refusal(() => object.map('nothing')), { operation: 'find map nothing', code: 'ENOENT' })
  assert.deepEqual(refusal(() => object.attach('nothing')), { operation: 'find program nothing', code: 'ENOENT' })
  object.load()
  assert.deepEqual(refusal(() => object.writeVariable('step', 1)), { operation: 'write to .rodata', code: 'EPERM' })
  assert.deepEqual(refusal(() => object.writeVariable('table', Buffer.alloc(2), 99_999)), { operation: 'write table', code: 'ERANGE' })
  assert.deepEqual(refusal(() => new BpfObject(Buffer.from('no object'), 'x')), { operation: 'open x', code: 'LIBBPF_EFORMAT' })
})

test('a refusal by the verifier quotes its reason; without that program the object loads', () => {
  const object = open()
  object.setAutoload('broken', true)
  let error: unknown
  try { object.load() } catch (thrown) { error = thrown }
  assert.ok(error instanceof BpfError)
  assert.equal(error.operation, 'load sample')
  assert.match(error.log, /R1 invalid mem access 'scalar'/)
  assert.match(error.message, /^load sample: E\w+: /)
  loaded()
})

test('programs are attached and detached each on its own, and count while they are', () => {
  const object = loaded()
  const exec = () => execFileSync('/bin/true')
  exec()
  assert.equal(object.readNumber('total'), 0)
  object.attach('on_exec')
  assert.equal(object.isAttached('on_exec'), true)
  assert.deepEqual(refusal(() => object.attach('on_exec')), { operation: 'attach on_exec', code: 'EEXIST' })
  exec()
  object.detach('on_exec')
  const counted = object.readNumber('total')
  assert.ok(counted >= 1)
  exec()
  assert.equal(object.readNumber('total'), counted)
  object.detach('on_exec')
  assert.deepEqual(refusal(() => object.attach('unattachable')), { operation: 'attach unattachable', code: 'ENOENT' })
  assert.equal(object.run('unattachable'), 7, 'it runs all the same')
})

test('runs and their time are counted while statistics are enabled', () => {
  const object = loaded()
  object.attach('on_exec')
  const disable = enableStats()
  execFileSync('/bin/true')
  disable()
  disable()
  const { id, runCount, runTimeNs, recursionMisses } = object.programInfo('on_exec')
  assert.ok(id > 0 && runCount >= 1 && runTimeNs > 0)
  assert.equal(recursionMisses, 0)
})

test('maps are looked up, updated, walked and read whole', () => {
  const object = loaded()
  const hash = object.map('hash')
  const value = Buffer.alloc(8)
  assert.equal(hash.lookup(u32(1), value), false)
  for (let key = 0; key < 3000; key++) {
    value.writeBigUInt64LE(BigInt(key) * 3n)
    hash.update(u32(key), value)
  }
  assert.equal(hash.lookup(u32(77), value), true)
  assert.equal(value.readBigUInt64LE(), 231n)
  assert.equal(hash.delete(u32(77)), true)
  assert.equal(hash.delete(u32(77)), false)
  const all = hash.readAll()
  assert.equal(all.count, 2999)
  const seen = new Set<number>()
  for (let entry = 0; entry < all.count; entry++) {
    const key = all.keys.readUInt32LE(entry * 4)
    assert.equal(all.values.readBigUInt64LE(entry * 8), BigInt(key) * 3n)
    seen.add(key)
  }
  assert.equal(seen.size, 2999)
  let walked = 0
  for (let key: Buffer | null = null, next = Buffer.alloc(4); hash.nextKey(key, next); key = Buffer.from(next)) walked++
  assert.equal(walked, 2999)
  assert.deepEqual(refusal(() => hash.update(Buffer.alloc(3), value)), { operation: 'update hash', code: 'EINVAL' })
  assert.deepEqual(refusal(() => hash.lookup(u32(1), Buffer.alloc(4))), { operation: 'look up in hash', code: 'EINVAL' })
})

test('a per-CPU map gives a value for each CPU, singly and whole', () => {
  const object = loaded()
  const map = object.map('per_cpu')
  assert.equal(object.run('emit', emission(8, 5)), 0)
  const value = Buffer.alloc(map.valueBytes)
  assert.equal(map.lookup(u32(0), value), true)
  const sum = (bytes: Buffer, at = 0) => Array.from({ length: possibleCpus() }, (_, cpu) => bytes.readUInt32LE(at + cpu * 8)).reduce((a, b) => a + b)
  assert.equal(sum(value), 5)
  const all = map.readAll()
  assert.deepEqual([all.count, sum(all.values), sum(all.values, map.valueBytes)], [3, 5, 0])
})

test('maps are sized and left out before load', () => {
  const object = open()
  object.setMaxEntries('hash', 2)
  object.setAutocreate('unwanted', false)
  object.load()
  const value = Buffer.alloc(8)
  object.map('hash').update(u32(1), value)
  object.map('hash').update(u32(2), value)
  assert.deepEqual(refusal(() => object.map('hash').update(u32(3), value)), { operation: 'update hash', code: 'E2BIG' })
  assert.deepEqual(refusal(() => object.map('unwanted').fd), { operation: 'use map unwanted', code: 'EBADF' })
})

test('an iterator is attached, and each run walks anew and gives what it put out', async () => {
  const object = loaded()
  assert.deepEqual(refusal(() => object.runIterator('processes')), { operation: 'run processes', code: 'ENOTCONN' })
  assert.deepEqual(refusal(() => object.attach('processes', { overMap: 'nothing' })), { operation: 'find map nothing', code: 'ENOENT' })
  object.attach('processes')
  const pids = () => {
    const output = object.readIterator('processes')
    return new Set(Array.from({ length: output.length / 4 }, (_, index) => output.readUInt32LE(index * 4)))
  }
  assert.ok(pids().has(process.pid))
  const child = spawn('/bin/sleep', ['30'])
  await once(child, 'spawn')
  assert.ok(pids().has(child.pid!))
  child.kill()
  await once(child, 'exit')
  assert.ok(!pids().has(child.pid!))
  assert.equal(object.runIterator('processes'), undefined)
})

test('a perf event runs its program on the clock of every CPU, until it is detached', async () => {
  const object = loaded()
  assert.deepEqual(refusal(() => object.attachPerfEvent('tick', 4_000_000_000)), { operation: 'attach tick', code: 'EINVAL' })
  assert.equal(object.isAttached('tick'), false)
  const descriptors = () => readdirSync('/proc/self/fd').length
  const before = descriptors()
  object.attachPerfEvent('tick', 100)
  assert.deepEqual(refusal(() => object.attachPerfEvent('tick', 100)), { operation: 'attach tick', code: 'EEXIST' })
  while (object.readNumber('ticks') < 20) await new Promise((resolve) => setTimeout(resolve, 10))
  object.detach('tick')
  assert.equal(object.isAttached('tick'), false)
  assert.equal(descriptors(), before)
  const after = object.readNumber('ticks')
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(object.readNumber('ticks'), after)
})

test('a closed object refuses everything, and closing twice is nothing', () => {
  const object = loaded()
  object.close()
  object.close()
  for (const use of [() => object.load(), () => object.attach('on_exec'), () => object.programs(), () => object.readVariable('total')]) {
    assert.deepEqual(refusal(use), { operation: 'use a closed object', code: 'EBADF' })
  }
})

test('200 objects opened, loaded, attached and closed leave no descriptor and no program behind', async () => {
  const descriptors = () => readdirSync('/proc/self/fd').length
  const before = descriptors()
  const ids = new Set<number>()
  for (let round = 0; round < 200; round++) {
    const object = new BpfObject(elf, 'sample')
    object.load()
    object.attach('on_exec')
    object.readNumber('total')
    ids.add(object.programInfo('on_exec').id)
    object.close()
  }
  assert.equal(descriptors(), before)
  assert.equal(ids.size, 200)
  // The kernel frees programs a little later.
  const left = () => (JSON.parse(execFileSync('bpftool', ['prog', 'list', '--json'], { encoding: 'utf8' })) as { id: number }[]).filter(({ id }) => ids.has(id)).length
  for (let tries = 0; left() > 0 && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(left(), 0)
})

test('clocks are those of the kernel', () => {
  const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0])
  const boot = bootNanoseconds()
  assert.ok(boot >= uptime * 1e9 && Number.isSafeInteger(boot))
  assert.ok(bootNanoseconds() >= boot)
  const ms = Date.now()
  const wall = wallNanoseconds()
  assert.ok(wall >= BigInt(ms) * 1_000_000n)
  assert.match(libbpfVersion, /^v1\./)
})
