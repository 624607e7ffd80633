import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { nodeOf } from '../set-up/build.mjs'
import { root } from '../set-up/index.mjs'
import { compileCollector, compiledDirectory } from './compiled.mjs'
import { commandsOf } from './index.mjs'

const data = mkdtempSync(join(tmpdir(), 'sonde-compiled-'))
after(() => rmSync(data, { recursive: true }))
const directory = compiledDirectory(data, 'collector')
const { collector } = commandsOf(root, [])

/** What the collector's own process finds of what it loads at once, by Node's own word. */
function found(): { readonly known: number; readonly unknown: number } {
  const env = { ...process.env, NODE_COMPILE_CACHE: directory, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }
  const { stderr } = spawnSync(nodeOf(root), [...collector.slice(1), '--help'], { env, encoding: 'utf8' })
  const count = (word: RegExp) => stderr.match(word)?.length ?? 0
  return { known: count(/retrieving transpile cache for StrippedTypeScript \S+success/g), unknown: count(/no transpile cache for StrippedTypeScript/g) }
}

test('the collector finds all its modules compiled, so that it strips no types itself', async () => {
  await compileCollector(root, collector, data, process.env)
  const { known, unknown } = found()
  assert.equal(unknown, 0)
  assert.ok(known > 100, `${known} modules`)
})

test('what is compiled stays as it is until a source is newer', async () => {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const [missing, ...others] = files as [string, ...string[]]
  rmSync(missing)
  await compileCollector(root, collector, data, process.env)
  assert.equal(existsSync(missing), false)
  for (const file of others) utimesSync(file, 1, 1)
  await compileCollector(root, collector, data, process.env)
  assert.equal(existsSync(missing), true)
})
