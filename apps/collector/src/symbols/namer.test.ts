import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Stack } from './frame.ts'
import { parseMappings } from './mappings.ts'
import { Namer } from './namer.ts'

const own = { pid: process.pid, startedAt: 1, execId: 1 }
const maps = readFileSync('/proc/self/maps', 'latin1')

function stack(program: Stack['program'], ...addresses: readonly number[]): Stack {
  const bytes = Buffer.alloc(addresses.length * 8)
  addresses.forEach((address, at) => bytes.writeBigUInt64LE(BigInt(address), at * 8))
  return { program, addresses: bytes, kernelFrames: 0 }
}

test('our own process: its program has functions, and who asks again gets the same frame', async () => {
  const namer = new Namer()
  namer.sampled({ ...own, maps })
  const code = parseMappings(maps).find(({ path }) => path === process.execPath)!
  const inCode = code.start + 4096 * 64
  const first = await namer.name([stack(own, inCode), stack(own, inCode, inCode + 1)])
  assert.equal(first.stacks.length, 2)
  assert.ok(first.frames.some(({ binary, nameSource, kind }) => binary === process.execPath && nameSource === 'symtab' && kind === 'runtime'))
  const again = await namer.name([stack(own, inCode)])
  assert.equal(again.frames[again.stacks[0]![0]!], first.frames[first.stacks[0]![0]!])
  assert.ok(namer.state.bounds['bytes of symbols']![0] > 100_000)
  await namer.close()
})

test('an address in nothing, a program that is gone, and one that compiled what it tells in its map', async () => {
  const namer = new Namer()
  const gone = { pid: 2 ** 22 + 1, startedAt: 1, execId: 1 }
  namer.sampled({ ...own, maps })
  namer.sampled({ ...gone, maps: '' })
  const map = `/tmp/perf-${process.pid}.map`
  writeFileSync(map, '10 20 JS:*work /srv/shop.js:7:1\n')
  try {
    const { frames, stacks } = await namer.name([stack(own, 0x15), stack(own, 0x900), stack(gone, 0x15)])
    assert.deepEqual(stacks.map((indices) => Array.from(indices, (at) => frames[at]!.name)), [['work'], ['[unknown]'], ['[the program ended before it was looked at]']])
    assert.deepEqual(namer.state.bounds['compiled functions'], [1, 200_000])
  } finally {
    rmSync(map)
    await namer.close()
  }
})

test('programs beyond the bound are forgotten, and counted', async () => {
  const namer = new Namer()
  for (let pid = 0; pid < 4100; pid++) namer.sampled({ pid: 2 ** 22 + pid, startedAt: 1, execId: 1, maps: '' })
  assert.deepEqual([namer.state.bounds['sampled programs'], namer.state.evicted], [[4096, 4096], 4])
  await namer.close()
})
