// node configuration/build.ts [--check]: writes docs/reference/configuration.md; --check: fails if it isn't current.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reference } from './reference.ts'

const file = join(import.meta.dirname, '../../../docs/reference/configuration.md')
const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === reference()

if (!process.argv.includes('--check')) writeFileSync(file, reference())
else if (!isCurrent) {
  console.log('docs/reference/configuration.md is not current: node packages/shared/configuration/build.ts, and commit it')
  process.exitCode = 1
}
