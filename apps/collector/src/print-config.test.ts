import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('print-config.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sonde-config-'))
after(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'sonde.config.yaml')

function print(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, ...environment } })
  return { stdout, stderr, status }
}

test('each setting with its value and where that comes from; probes as they are by default', () => {
  writeFileSync(file, 'probes:\n  block_io: { enabled: on }\n')
  const { stdout, stderr, status } = print(['--print', '--no-hub'], { SONDE_RETENTION_DAYS: '3' })
  assert.deepEqual([stderr, status], ['', 0])
  const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/).join(' | '))
  for (const line of ['dataDir | /var/lib/sonde | default', `probes.block_io.enabled | true | ${file}:2`, 'probes.exchange.enabled | true | default', 'hub.enabled | false | --no-hub', 'web.retention.days | 3 | SONDE_RETENTION_DAYS']) {
    assert.ok(lines.includes(line), `${line} is not in\n${stdout}`)
  }
  const { config, settings } = JSON.parse(print(['--json']).stdout) as { config: { probes: unknown }; settings: { path: string; value: unknown; from: string }[] }
  assert.deepEqual(config.probes, { block_io: { enabled: true } })
  assert.deepEqual(settings.find(({ path }) => path === 'probes.block_io.enabled'), { path: 'probes.block_io.enabled', value: true, from: `${file}:2` })
})

test('without --print it only checks', () => {
  writeFileSync(file, '')
  assert.deepEqual(print([]), { stdout: 'The configuration is understood; `npm run config -- --print` shows it.\n', stderr: '', status: 0 })
})

test('what is not understood is said, with status 1', () => {
  writeFileSync(file, 'probes:\n  block_oi: { enabled: on }\nstatistics: maybe\n')
  const { stdout, stderr, status } = print(['--print'])
  assert.deepEqual([stdout, status], ['', 1])
  assert.match(stderr, new RegExp(`^${file}:3: statistics: must be on or off\n {2}What to do: .*\n${file}:2: probes\\.block_oi: there is no such probe\n {2}What to do: did you mean probes\\.block_io\\?\n$`))
  const { mistakes } = JSON.parse(print(['--json']).stdout) as { mistakes: { what: string }[] }
  assert.equal(mistakes.length, 2)
})
