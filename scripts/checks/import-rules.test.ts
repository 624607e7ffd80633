import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { checkImports } from './import-rules.mjs'

const rulesFile = new URL('../../import-rules.cjs', import.meta.url).pathname
const { may } = createRequire(import.meta.url)(rulesFile) as { may: Record<string, string[]> }
const folders = Object.keys(may)

/** A kind of a seam gets two kinds, so that one kind's imports of another are seen. */
const fileIn = (folder: string, name: string, kind = 'one') => `${folder.replace('/*', `/${kind}`)}/${name}.ts`

let root = ''
function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
function importing(from: string, to: string, what: 'import' | 'import type'): void {
  const path = relative(dirname(from), to)
  write(from, `${what} { Target } from '${path.startsWith('.') ? path : `./${path}`}'\nexport type Used = ${what === 'import' ? 'typeof Target' : 'Target'}\n`)
}
/** What the table says of a pair: yes, for types, or no. */
function allowed(from: string, to: string): 'yes' | 'types' | 'no' {
  if (from === to) return 'yes'
  const target = fileIn(to, 'target')
  const matches = (entry: string) => new RegExp(`^${entry}(/|$)`).test(target)
  if (may[from]!.some(matches)) return 'yes'
  return may[from]!.some((entry) => entry.startsWith('types:') && matches(entry.slice('types:'.length))) ? 'types' : 'no'
}

before(() => {
  root = mkdtempSync(join(tmpdir(), 'sonde-import-rules-'))
  cpSync(rulesFile, join(root, 'import-rules.cjs'))
  for (const folder of folders) for (const kind of ['one', 'two']) write(fileIn(folder, 'target', kind), 'export class Target {}\n')
})
after(() => rmSync(root, { recursive: true }))

test('exactly the imports that the table does not name are refused', async () => {
  const expected: string[] = []
  for (const [at, from] of folders.entries()) {
    for (const to of folders) {
      const target = fileIn(to, 'target')
      for (const what of ['import', 'import type'] as const) {
        const file = fileIn(from, `${what === 'import' ? 'value' : 'type'}-of-${folders.indexOf(to)}-in-${at}`)
        importing(file, target, what)
        const verdict = allowed(from, to)
        if (verdict === 'no' || (verdict === 'types' && what === 'import')) expected.push(`${file} imports ${target}`)
      }
    }
    if (!from.endsWith('/*')) continue
    const other = fileIn(from, 'target', 'two')
    const file = fileIn(from, 'other-kind')
    importing(file, other, 'import')
    expected.push(`${file} imports ${other}`)
  }
  const { output } = await checkImports(root)
  const refused = new Set(output.split('\n').map((line) => line.replace(/^[^:]*: /, '')))
  assert.deepEqual([...refused].sort(), expected.sort())
  assert.ok(expected.length > 1000, `${expected.length} pairs are forbidden`)
})

test('the table has no cycle: the flow goes one way', () => {
  const done = new Set<string>()
  const visit = (folder: string, path: readonly string[]) => {
    assert.ok(!path.includes(folder), [...path, folder].join(' → '))
    if (done.has(folder)) return
    for (const to of folders) if (to !== folder && allowed(folder, to) === 'yes') visit(to, [...path, folder])
    done.add(folder)
  }
  for (const folder of folders) visit(folder, [])
})

test('files that the tool does not see are a failure, not an empty success', async () => {
  const blind = join(root, 'blind.cjs')
  writeFileSync(blind, `const rules = require('./import-rules.cjs'); module.exports = { ...rules, options: { ...rules.options, exclude: { path: 'packages/shared' } } }`)
  const { ok, output } = await checkImports(root, blind)
  assert.equal(ok, false)
  assert.match(output, /the tool did not see \d+ files/)
})
