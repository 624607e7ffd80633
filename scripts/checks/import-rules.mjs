import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeOf } from '../set-up/build.mjs'
import { run, tail } from '../set-up/run.mjs'
import { filesOf } from './files.mjs'

const ownRoot = fileURLToPath(new URL('../..', import.meta.url))
const FOLDERS = ['apps', 'packages', 'prisma']

/**
 * Imports that import-rules.cjs does not allow. The tool takes a tree it cannot parse for an empty one, and calls that
 * success: so every one of our source files must be among what it saw, and most must import something.
 * @param {string} root
 * @param {string} [config]
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export async function checkImports(root, config = join(root, 'import-rules.cjs')) {
  const tool = join(ownRoot, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const scratch = mkdtempSync(join(tmpdir(), 'sonde-imports-'))
  const report = join(scratch, 'report.json')
  try {
    const { output } = await run(nodeOf(ownRoot), [tool, '--config', config, '--output-type', 'json', '--output-to', report, ...FOLDERS], { cwd: root })
    if (!existsSync(report)) return { ok: false, output: `dependency-cruiser did not run:\n${tail(output)}` }
    const violations = violationsIn(JSON.parse(readFileSync(report, 'utf8')), root)
    return { ok: violations.length === 0, output: violations.join('\n') }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

/**
 * @typedef {object} Report as dependency-cruiser writes it
 * @property {{ source: string, dependencies: unknown[] }[]} modules
 * @property {{ violations: { rule: { name: string }, from: string, to: string, cycle?: { name: string }[] }[] }} summary
 *
 * @param {Report} report
 * @param {string} root
 */
function violationsIn({ modules, summary }, root) {
  const violations = summary.violations.map(({ rule, from, to, cycle }) => `${rule.name}: ${from} imports ${cycle ? cycle.map((step) => step.name).join(' → ') : to}`)
  const seen = new Set(modules.map((module) => module.source))
  const unseen = filesOf(root, isOurSource).filter((path) => !seen.has(path))
  if (unseen.length > 0) violations.push(`the tool did not see ${unseen.length} files: ${unseen.slice(0, 5).join(', ')} …`)
  const imports = modules.reduce((sum, module) => sum + module.dependencies.length, 0)
  if (imports < modules.length / 2) violations.push(`the tool saw only ${imports} imports in ${modules.length} modules: it cannot parse them`)
  return violations
}

/** @param {string} path */
function isOurSource(path) {
  return FOLDERS.includes(path.split('/')[0] ?? '') && /\.tsx?$/.test(path) && !path.endsWith('.d.ts')
}
