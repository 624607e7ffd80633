import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { TestHub } from './exporters/hub/test-hub.ts'

const RECORDING = join(import.meta.dirname, '../../../e2e/recordings/chain.rec')
const folder = mkdtempSync(join(tmpdir(), 'sonde-replay-'))
after(() => rmSync(folder, { recursive: true }))

/** Longer than a collector that is told to end waits for its hub. */
const LATE_MS = 4000

function replaying(hub: TestHub, data: string) {
  const flags = ['--replay', RECORDING, '--speed', '100000', '--data-dir', data, '--hub', hub.url, '--no-prometheus']
  return spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...flags], { stdio: ['ignore', 'ignore', 'inherit'] })
}

const spooled = (data: string) => {
  const spool = join(data, 'collector/spool')
  return existsSync(spool) ? readdirSync(spool) : []
}

test('a hub that comes long after the end of the recording is waited for, and has all of it', async () => {
  const data = join(folder, 'late')
  const hub = new TestHub(join(folder, 'late.sock'))
  const collector = replaying(hub, data)
  await sleep(LATE_MS)
  assert.equal(collector.exitCode, null)
  await hub.listen()
  assert.deepEqual(await once(collector, 'exit'), [0, null])
  assert.ok(hub.modes.length > 0)
  assert.deepEqual(spooled(data), [])
  await hub.kill()
})

test('told to end, it waits no longer than another: what nobody has is on disk', async () => {
  const data = join(folder, 'never')
  const hub = new TestHub(join(folder, 'never.sock'))
  const collector = replaying(hub, data)
  while (spooled(data).length === 0) await sleep(50) // from then on it is over
  collector.kill('SIGTERM')
  assert.deepEqual(await once(collector, 'exit'), [0, null])
  assert.equal(spooled(data).length, 1)
})
