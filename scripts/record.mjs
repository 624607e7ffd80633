import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { fileOf, readArguments } from './set-up/arguments.mjs'
import { packagesToRun } from './set-up/debian.mjs'
import { root, setUp } from './set-up/index.mjs'
import { checkKernelAccess, checkSystem } from './set-up/machine.mjs'
import { Problem, sayProblem } from './set-up/problem.mjs'
import { commandsOf } from './supervisor/index.mjs'
import { asCollector } from './supervisor/privileges.mjs'
import { record } from './supervisor/record.mjs'

const HELP = `
npm run record -- FILE [OPTIONS]   save what the kernel tells about this host, for \`npm run replay -- FILE\`

Runs the collector until Ctrl-C, or for as long as --seconds says, and writes what its ring buffers give to FILE: processes, connections and the
beginnings of what passes on them, headers among it. Keep it as you would keep a packet capture. Needs what \`npm start\` needs; one may run beside it.

  --seconds N     end by itself
  --force         write over a file that is there
  --no-install    use what is installed; still builds what changed
  --help          this text
Anything else is passed to the collector, such as --probe-off NAME.
`

async function main() {
  const args = readArguments(process.argv.slice(2), { help: HELP, switches: ['--no-install', '--force'], options: ['--seconds'], passesRest: true })
  const { file: given, rest } = fileOf(args, 'npm run record -- FILE')
  const seconds = args.options.has('--seconds') ? Number(args.options.get('--seconds')) : undefined
  if (seconds !== undefined && !(seconds > 0 && seconds <= 86_400)) throw new Problem(`--seconds ${args.options.get('--seconds')} is no time to record.`, 'give a number of seconds, up to 86400')
  checkSystem()
  checkKernelAccess()
  const file = resolve(process.env.INIT_CWD ?? '.', given)
  makeFile(file, args.switches.has('--force'))
  const dataDirectory = mkdtempSync(join(tmpdir(), 'sonde-record-'))
  try {
    await setUp({ packages: packagesToRun, install: !args.switches.has('--no-install'), only: ['@sonde/collector'] })
    mkdirSync(join(dataDirectory, 'collector'), { mode: 0o700 })
    const flags = ['--data-dir', dataDirectory, '--no-hub', '--no-otlp', '--no-prometheus', '--record', file, ...rest]
    process.exitCode = await record(asCollector(commandsOf(root, flags).collector), { cwd: root, env: childEnvironment(root), seconds, file })
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
    settle(file)
  }
}

/**
 * Made here, by all of root's power: the collector may not write into other users' directories.
 * @param {string} file
 * @param {boolean} force
 */
function makeFile(file, force) {
  try {
    closeSync(openSync(file, force ? 'w' : 'wx', 0o600))
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'EEXIST') throw new Problem(`${file} is there already.`, 'name another file, or write over it with --force')
    throw new Problem(`${file} cannot be written: ${message}.`, 'name a file in a directory that exists')
  }
}

/** Nothing recorded leaves no file; what was recorded belongs to who called sudo. @param {string} file */
function settle(file) {
  const { SUDO_UID, SUDO_GID } = process.env
  if (statSync(file).size === 0) rmSync(file)
  else if (SUDO_UID && SUDO_GID) chownSync(file, Number(SUDO_UID), Number(SUDO_GID))
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
