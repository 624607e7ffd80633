import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { portOf, readArguments } from './set-up/arguments.mjs'
import { root, setUp } from './set-up/index.mjs'
import { checkPort, checkSystem } from './set-up/machine.mjs'
import { Problem, sayProblem } from './set-up/problem.mjs'
import { Supervisor, commandsOf } from './supervisor/index.mjs'
import { asCaller } from './supervisor/privileges.mjs'

const HELP = `
npm run demo [-- OPTIONS]   show a recorded host at http://127.0.0.1:7663: no privileges, no kernel

Replays a recording of real traffic, over and over, into the same dashboard. Installs npm's packages and builds if that is
not done yet; installs nothing into the system. What it stores is thrown away at the end.

  --port N           the dashboard's port on 127.0.0.1 (7663)
  --recording FILE   another recording than e2e/recordings' first
  --no-install       use what is installed; still builds what changed
  --help             this text
Anything else is passed to the collector.
`
const RECORDINGS = join(root, 'e2e/recordings')

/** @param {string | undefined} given */
function recordingOf(given) {
  if (given !== undefined) {
    if (!existsSync(given)) throw new Problem(`There is no recording ${given}.`, 'name a file made by the recording exporter')
    return resolve(given)
  }
  const first = existsSync(RECORDINGS) ? readdirSync(RECORDINGS).filter((name) => name.endsWith('.rec')).sort()[0] : undefined
  if (first === undefined) throw new Problem(`There is no recording in ${RECORDINGS}.`, 'give one with --recording FILE')
  return join(RECORDINGS, first)
}

/** @param {string} directory */
function isWritable(directory) {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch (_) {
    return false // somebody else's checkout
  }
}

/** Somebody else's checkout can be run, but not built. */
function checkBuilt() {
  const missing = ['node_modules/node/bin/node', 'prisma/client', 'apps/web/.next/BUILD_ID'].filter((path) => !existsSync(join(root, path)))
  if (missing.length === 0) return
  throw new Problem(`This checkout is not built (${missing.join(', ')} missing), and this user may not write to it.`, 'run `npm run demo` once as its owner, or clone it again as yourself')
}

async function main() {
  const args = readArguments(process.argv.slice(2), { help: HELP, switches: ['--no-install'], options: ['--port', '--recording'], passesRest: true })
  const port = portOf(args, 7663)
  checkSystem()
  await checkPort(port)
  const recording = recordingOf(args.options.get('--recording'))
  if (isWritable(root)) await setUp({ packages: [], install: !args.switches.has('--no-install'), only: ['@sonde/web'] })
  else checkBuilt()
  const dataDirectory = mkdtempSync(join(tmpdir(), 'sonde-demo-'))
  for (const part of ['web', 'collector', 'run']) mkdirSync(join(dataDirectory, part), { mode: 0o700 })
  const commands = commandsOf(root, ['--replay', recording, '--loop', ...args.rest])
  const supervisor = new Supervisor({
    root,
    dataDirectory,
    port,
    web: asCaller(commands.web),
    collector: asCaller(commands.collector),
    env: childEnvironment(root),
  })
  try {
    console.log(`Replaying ${recording} …`)
    process.exitCode = await supervisor.run()
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
