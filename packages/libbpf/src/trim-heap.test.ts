import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

const MEBIBYTE = 2 ** 20

/** 100 MiB of buffers below the size from which each is given back by itself, of which each hundredth is kept: the last lies at the end. */
const PROGRAM = `
  import { trimHeap } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
  let buffers = Array.from({ length: 1024 }, () => new Uint8Array(100 * 1024).fill(1))
  buffers = buffers.filter((_, i) => i % 100 === 99 || i === 1023)
  gc()
  const before = process.memoryUsage.rss()
  trimHeap()
  console.log(before - process.memoryUsage.rss(), buffers.length)`

test('what was freed between what is used goes back to the system', () => {
  const said = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', PROGRAM], { encoding: 'utf8' })
  const [givenBack, kept] = said.split(' ').map(Number) as [number, number]
  assert.ok(givenBack > 50 * MEBIBYTE && kept === 11, said)
})
