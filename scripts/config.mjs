import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { refuseTakenByNpm } from './set-up/arguments.mjs'
import { nodeOf } from './set-up/build.mjs'
import { root } from './set-up/index.mjs'
import { checkSystem } from './set-up/machine.mjs'
import { installModules } from './set-up/modules.mjs'
import { sayProblem } from './set-up/problem.mjs'

const HELP = `
npm run config [-- OPTIONS]   check the configuration: defaults < sonde.config.yaml < SONDE_* variables < flags

  --print    each setting, its value, and where that comes from (default, FILE:LINE, variable, flag)
  --json     the same as JSON
  --help     this text
Any flag of \`npm start\` may be given, to see what it would do. All settings: docs/reference/configuration.md.
What is not understood is said, each mistake with its place and what to do; the exit status is then 1.
`

async function main() {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) return console.log(HELP.trim())
  refuseTakenByNpm(args, ['--print', '--json'])
  checkSystem()
  await installModules(root)
  process.exitCode = spawnSync(nodeOf(root), [join(root, 'apps/collector/src/print-config.ts'), ...args], { cwd: root, stdio: 'inherit' }).status ?? 1
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
