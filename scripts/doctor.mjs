import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { readArguments } from './set-up/arguments.mjs'
import { nodeOf } from './set-up/build.mjs'
import { packagesToRun } from './set-up/debian.mjs'
import { root, setUp } from './set-up/index.mjs'
import { checkSystem, lackingCapabilities } from './set-up/machine.mjs'
import { modulesAreCurrent } from './set-up/modules.mjs'
import { Problem, sayProblem } from './set-up/problem.mjs'
import { asCollector } from './supervisor/privileges.mjs'

const HELP = `
npm run doctor [-- OPTIONS]   what this machine lets Sonde watch, what it does not, what that costs, and what to do

Looks at the kernel, its settings and this process's capabilities, and has the kernel load, attach and unload every probe, as \`npm start\` would
and with the same privileges. Nothing stays loaded. Without root it says what it could not try. The exit status is 0 only if every
probe that is on by default can run.

  --json          the same as JSON
  --no-install    use what is installed; still builds what changed
  --help          this text
`

/**
 * As root the kernel's programs are built first; anybody else uses what is there.
 * @param {boolean} install
 */
async function prepare(install) {
  if (process.getuid?.() === 0) return setUp({ packages: packagesToRun, install, only: ['@sonde/collector'] })
  if (!modulesAreCurrent(root)) throw new Problem('This checkout is not set up, and setting it up takes root.', 'run `sudo npm run doctor`, which also can try the probes')
}

function examine() {
  const command = [nodeOf(root), join(root, 'apps/collector/src/doctor/main.ts'), ...process.argv.slice(2).filter((argument) => argument === '--json')]
  const mayDrop = process.getuid?.() === 0 && existsSync('/proc/self/status') && lackingCapabilities(readFileSync('/proc/self/status', 'utf8')).length === 0
  const { program, args } = mayDrop ? asCollector(command) : { program: command[0] ?? '', args: command.slice(1) }
  return spawnSync(program, args, { cwd: root, env: childEnvironment(root), stdio: ['ignore', 'inherit', 'inherit'] })
}

async function main() {
  const args = readArguments(process.argv.slice(2), { help: HELP, switches: ['--json', '--no-install'], options: [] })
  // What is said on the way is not part of the answer.
  if (args.switches.has('--json')) console.log = console.error
  checkSystem()
  await prepare(!args.switches.has('--no-install'))
  const { status, error } = examine()
  if (error) throw new Problem(`The examination could not be started: ${error.message}.`, 'run it with --no-install, or set the checkout up again')
  process.exitCode = status ?? 1
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
