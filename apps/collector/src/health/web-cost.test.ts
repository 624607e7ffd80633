import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { WebCost } from './web-cost.ts'

const stat = (pid: number, user: number, system: number) => `${pid} (no) de (x) S 1 ${pid} ${pid} 0 -1 4194304 900 0 0 0 ${user} ${system} 7 7 20 0 11 0 5555 999999 1000 18446744073709551615 1 1`
const rollup = (kibibytes: number) => `55d0-7ffd ---p 00000000 00:00 0 [rollup]\nRss:   900000 kB\nPss:   ${kibibytes} kB\nPss_Dirty:   1 kB\n`

test('CPU and memory of the child that runs the web’s script, whatever its name; another one begins anew', () => {
  const files: Record<string, string> = {
    '/proc/10/task/10/children': '11 12 ', '/proc/11/cmdline': 'node\0apps/collector/src/main.ts\0', '/proc/12/cmdline': 'node\0/opt/sonde/apps/web/server/main.ts\0', '/proc/12/stat': stat(12, 100, 50), '/proc/12/smaps_rollup': rollup(8000),
  }
  const cost = new WebCost(10, (path) => files[path] ?? '')
  assert.equal(cost.measure(1000), null)
  files['/proc/12/stat'] = stat(12, 120, 55)
  assert.deepEqual(cost.measure(2000), { cpuCores: 0.25, memoryBytes: 8_192_000 })
  assert.equal(cost.measure(2000), null)
  delete files['/proc/12/cmdline']
  assert.equal(cost.measure(3000), null)
  Object.assign(files, { '/proc/10/task/10/children': '11 13 ', '/proc/13/cmdline': 'node\0apps/web/server/main.ts\0', '/proc/13/stat': stat(13, 1, 1), '/proc/13/smaps_rollup': rollup(4) })
  assert.equal(cost.measure(4000), null)
  assert.deepEqual(cost.measure(5000), { cpuCores: 0, memoryBytes: 4096 })
  files['/proc/13/stat'] = 'nonsense'
  assert.equal(cost.measure(6000), null)
})

test('in this kernel’s /proc', async () => {
  const child = spawn(process.execPath, ['-e', 'console.log("ready"); setInterval(() => {}, 1000)', 'apps/web/server/main.ts'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const cost = new WebCost(process.pid)
  assert.equal(cost.measure(1000), null)
  const { cpuCores, memoryBytes } = cost.measure(2000)!
  assert.ok(cpuCores >= 0 && memoryBytes > 10_000_000, `${cpuCores} ${memoryBytes}`)
  child.kill()
  await new Promise((resolve) => child.once('exit', resolve))
  assert.equal(cost.measure(3000), null)
})
