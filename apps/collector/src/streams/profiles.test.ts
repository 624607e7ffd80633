import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StackSampled } from '@sonde/shared/observation'
import { cell, type StackFrame, type TableBatch } from '@sonde/shared/signal'
import { Losses } from '../health/losses.ts'
import { createModel, type ModelOptions } from '../model/index.ts'
import type { NamedStacks, Stack, Symbols } from '../symbols/index.ts'
import { ProfileStream } from './profiles.ts'

const S = 1e9

/** Symbols that call each address by its number, outermost first. */
function numbered(): Symbols & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    sampled: ({ pid, execId }) => void asked.push(`${pid} ${execId}`),
    name: (stacks: readonly Stack[]): Promise<NamedStacks> => {
      const frames: StackFrame[] = Array.from({ length: 10 }, (_, at) => ({ name: `f${at}`, binary: '/bin/x', file: '', line: 0, kind: 'native', nameSource: 'symtab' }))
      return Promise.resolve({ frames, stacks: stacks.map(({ addresses }) => Uint32Array.from({ length: addresses.length / 8 }, (_, at) => Number(Buffer.from(addresses).readBigUInt64LE(at * 8))).reverse()) })
    },
    bounds: () => ({}), problems: () => [], close: () => Promise.resolve(),
  }
}

function sample(at: number, addresses: readonly number[], cells: Partial<StackSampled> = {}): StackSampled {
  const bytes = Buffer.alloc(addresses.length * 8)
  addresses.forEach((address, i) => bytes.writeBigUInt64LE(BigInt(address), i * 8))
  return { kind: 'stack-sampled', at, pid: 100, tid: 100, cpu: 0, startedAt: 1, execId: 2, comm: 'shop', periodNs: 20e6, bytes, stackAt: 0, kernelFrames: 0, userFrames: addresses.length, ...cells }
}

function line(symbols: Symbols | undefined, isOwn: ModelOptions['isOwn'] = () => false) {
  const losses = new Losses()
  const batches: TableBatch[] = []
  const profiles = new ProfileStream({ symbols, wallOffset: () => 0n, losses, emit: (batch) => batches.push(batch) })
  const nothing = () => {}
  const model = createModel({ losses, isOwn, peerNames: () => undefined, profiles, sink: { request: nothing, connection: nothing, process: nothing, serviceUsage: nothing, listener: nothing, dropped: nothing, measured: nothing, host: nothing } })
  const rows = (table: string, ...columns: string[]) => batches.filter(({ schema }) => schema.name === table).flatMap((batch) => Array.from({ length: batch.rowCount }, (_, row) => columns.map((column) => cell(batch, column, row))))
  return { model, profiles, rows, lost: () => [...losses.all()].map(({ reason, count }) => `${reason} ${count}`) }
}

test('samples of one second add up by thread, CPU and stack; nodes come before them and once', async () => {
  const { model, profiles, rows } = line(numbered())
  for (const at of [10.1, 10.5, 11.2]) model.apply(sample(at * S, [3, 2, 1]))
  model.apply(sample(10.6 * S, [3, 2, 1], { cpu: 1 }))
  model.apply(sample(10.7 * S, [4, 1]))
  model.tick(11.4 * S)
  await profiles.settle(1000)
  assert.deepEqual(rows('profiles', 'count'), [])
  model.tick(13 * S)
  await profiles.settle(1000)
  const [first] = rows('profiles', 'node')
  assert.deepEqual(rows('profiles', 'time', 'count', 'valueNs', 'cpu', 'service'), [
    [10_000_000_000n, 2, 40_000_000n, 0, 'shop'], [10_000_000_000n, 1, 20_000_000n, 1, 'shop'], [10_000_000_000n, 1, 20_000_000n, 0, 'shop'], [11_000_000_000n, 1, 20_000_000n, 0, 'shop'],
  ])
  const nodes = rows('profile_nodes', 'name', 'id', 'parent')
  assert.deepEqual(nodes.map(([name]) => name), ['f1', 'f2', 'f3', 'f4'])
  assert.equal(nodes[0]![2], 0n)
  assert.deepEqual([nodes[1]![2], nodes[2]![2], nodes[3]![2]], [nodes[0]![1], nodes[1]![1], nodes[0]![1]])
  assert.equal(first![0], nodes[2]![1])
})

test('nodes are told anew after five minutes, and to a reader that begins', async () => {
  const { model, profiles, rows } = line(numbered())
  const at = async (second: number) => {
    model.apply(sample(second * S, [1]))
    model.tick((second + 3) * S)
    await profiles.settle(1000)
    return rows('profile_nodes', 'id').length
  }
  assert.deepEqual([await at(10), await at(20), await at(309), await at(311)], [1, 1, 1, 2])
  profiles.tellAnew()
  assert.equal(await at(320), 3)
  assert.equal(new Set(rows('profile_nodes', 'id').map(String)).size, 1)
})

test('a program is told of when it is first sampled, again while it is young, and after an exec; our own never', () => {
  const symbols = numbered()
  const { model } = line(symbols, (pid) => pid === 7)
  for (const at of [100, 100.1]) model.apply(sample(at * S, [1], { startedAt: 99.8 * S }))
  for (const at of [101, 102]) model.apply(sample(at * S, [1], { startedAt: 99.8 * S }))
  model.apply(sample(103 * S, [1], { startedAt: 99.8 * S, execId: 3 }))
  model.apply(sample(103 * S, [1], { pid: 7 }))
  model.apply(sample(103 * S, [], { pid: 8 }))
  assert.deepEqual(symbols.asked, ['100 2', '100 2', '100 3'])
})

test('where nothing can be named samples are lost and counted', () => {
  const { model, lost } = line(undefined)
  model.apply(sample(10 * S, [1]))
  model.apply(sample(10.1 * S, [1]))
  model.drain(11 * S)
  assert.ok(lost().includes('nothing to name from 2'))
})
