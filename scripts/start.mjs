import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { childEnvironment } from './environment.mjs'
import { DEFAULT_DATA_DIRECTORY, prepareAccount, prepareDataDirectory } from './set-up/account.mjs'
import { portOf, readArguments } from './set-up/arguments.mjs'
import { packagesToRun } from './set-up/debian.mjs'
import { build, install, root } from './set-up/index.mjs'
import { checkDisk, checkKernelAccess, checkPort, checkSystem } from './set-up/machine.mjs'
import { sayProblem } from './set-up/problem.mjs'
import { readSettings } from './set-up/settings.mjs'
import { Supervisor, commandsOf } from './supervisor/index.mjs'
import { compileCollector } from './supervisor/compiled.mjs'
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
Any other flag sets something (docs/reference/configuration.md), as do sonde.config.yaml and SONDE_* variables:
\`npm run config -- --print\` shows what comes out. SIGHUP reads the configuration again.
What this kernel can and cannot do: \`npm run doctor\`.
`

async function main() {
  const args = readArguments(process.argv.slice(2), { help: HELP, switches: ['--no-install'], options: ['--port', '--data-dir'], passesRest: true })
  checkSystem()
  checkKernelAccess()
  if (!args.switches.has('--no-install')) await install(packagesToRun)
  const settings = await readSettings(root, flagsOf(args))
  await checkPort(settings)
  const wanted = resolve(root, settings.dataDir)
  checkDisk(wanted, 'data')
  await build(root)
  const account = await prepareAccount()
  prepareDataDirectory(wanted, account)
  const dataDirectory = realpathSync(wanted)
  const lock = await holdDataDirectory(dataDirectory)
  // Only where the links are other than what is configured: what a child reads for itself it can read again.
  const flags = [...flagsOf(args), ...(dataDirectory === settings.dataDir ? [] : ['--data-dir', dataDirectory])]
  const commands = commandsOf(root, flags)
  const env = childEnvironment(root)
  await compileCollector(root, commands.collector, dataDirectory, env)
  const supervisor = new Supervisor({
    root,
    dataDirectory,
    ...settings,
    web: await webCommand(commands.web, account, { checkout: root, dataDirectory }),
    collector: asCollector(commands.collector),
    env,
  })
  process.exitCode = await supervisor.run()
  lock.close()
}

/** As the configuration takes them. @param {import('./set-up/arguments.mjs').Arguments} args */
function flagsOf(args) {
  const directory = args.options.get('--data-dir')
  const port = args.options.has('--port') ? ['--listen', `127.0.0.1:${portOf(args, 0)}`] : []
  return [...args.rest, ...port, ...(directory === undefined ? [] : ['--data-dir', resolve(directory)])]
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
