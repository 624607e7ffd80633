import assert from 'node:assert/strict'
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ListeningProbe } from '../../testing/distributions.ts'
import { blockIo } from './block_io.ts'

let probe: ListeningProbe
before(() => { probe = new ListeningProbe(blockIo) })
after(() => probe.close())

/** Writes a device has completed (/proc/diskstats). */
function writesOf(device: string): number {
  const line = readFileSync('/proc/diskstats', 'latin1').split('\n').find((one) => one.trim().split(/\s+/)[2] === device)
  return Number(line!.trim().split(/\s+/)[7])
}

test('what a process writes and syncs is its own, on the device below it, and no more than the device did', () => {
  const folder = mkdtempSync(join(import.meta.dirname, '.sync-'))
  const disks = readFileSync('/proc/diskstats', 'latin1').trim().split('\n').map((line) => line.trim().split(/\s+/)[2]!)
  const before = new Map(disks.map((disk) => [disk, writesOf(disk)]))
  try {
    const file = openSync(join(folder, 'x'), 'w')
    for (let i = 0; i < 10; i++) {
      writeSync(file, Buffer.alloc(65_536, i))
      fsyncSync(file)
    }
    closeSync(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
  const written = Object.entries(probe.of(process.pid)).filter(([name]) => name.endsWith(' write'))
  const [name, { count, timed, sumNs }] = written.sort((a, b) => b[1].count - a[1].count)[0]!
  assert.ok(count >= 10 && timed === count && sumNs > 0, `${name}: ${count}`)
  const device = name.split(' ')[0]!
  assert.ok(count <= writesOf(device) - before.get(device)!, `${device} did ${writesOf(device) - before.get(device)!}`)
})
