import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { DEFAULT_DATA_DIRECTORY, prepareAccount, prepareDataDirectory } from './set-up/account.mjs'
import { portOf, readArguments } from './set-up/arguments.mjs'
import { packagesToRun } from './set-up/debian.mjs'
import { root, setUp } from './set-up/index.mjs'
import { checkDisk, checkKernelAccess, checkPort, checkSystem } from './set-up/machine.mjs'
import { sayProblem } from './set-up/problem.mjs'
import { Supervisor, commandsOf } from './supervisor/index.mjs'
import { holdDataDirectory } from './supervisor/lock.mjs'
import { asCollector } from './supervisor/privileges.mjs'
import { webCommand } from './supervisor/reachable.mjs'

const HELP = `
npm start [-- OPTIONS]      watch this host and show it at http://127.0.0.1:7663

Checks the machine, installs what is missing (Debian's packages by apt, npm's as locked), builds what changed,
makes the system user "sonde" and the data directory, and runs collector and web until Ctrl-C.
Needs Linux on x86-64 with BTF, Node 20 or newer, and root. Without root: npm run demo.

  --port N          the dashboard's port on 127.0.0.1 (7663)
  --data-dir DIR    where telemetry is kept (${DEFAULT_DATA_DIRECTORY}, or $SONDE_DATA_DIR)
  --no-install      use what is installed; still builds what changed
  --help            this text
Anything else is passed to the collector.
`

async function main() {
  const args = readArguments(process.argv.slice(2), { help: HELP, switches: ['--no-install'], options: ['--port', '--data-dir'], passesRest: true })
  const port = portOf(args, 7663)
  const wanted = resolve(args.options.get('--data-dir') ?? process.env.SONDE_DATA_DIR ?? DEFAULT_DATA_DIRECTORY)
  checkSystem()
  checkKernelAccess()
  await checkPort(port)
  checkDisk(wanted, 'data')
  await setUp({ packages: packagesToRun, install: !args.switches.has('--no-install') })
  const account = await prepareAccount()
  prepareDataDirectory(wanted, account)
  const dataDirectory = realpathSync(wanted)
  const lock = await holdDataDirectory(dataDirectory)
  const commands = commandsOf(root, args.rest)
  const supervisor = new Supervisor({
    root,
    dataDirectory,
    port,
    web: await webCommand(commands.web, account, { checkout: root, dataDirectory }),
    collector: asCollector(commands.collector),
    env: childEnvironment(root),
  })
  process.exitCode = await supervisor.run()
  lock.close()
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
