import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { recordingAt, showRecording } from './replaying/index.mjs'
import { portOf, readArguments } from './set-up/arguments.mjs'
import { root } from './set-up/index.mjs'
import { Problem, sayProblem } from './set-up/problem.mjs'

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

function firstRecording() {
  const first = existsSync(RECORDINGS) ? readdirSync(RECORDINGS).filter((name) => name.endsWith('.rec')).sort()[0] : undefined
  if (first === undefined) throw new Problem(`There is no recording in ${RECORDINGS}.`, 'give one with --recording FILE')
  return join(RECORDINGS, first)
}

async function main() {
  const args = readArguments(process.argv.slice(2), { help: HELP, switches: ['--no-install'], options: ['--port', '--recording'], passesRest: true })
  const given = args.options.get('--recording')
  process.exitCode = await showRecording({
    recording: given === undefined ? firstRecording() : recordingAt(given),
    flags: ['--loop', ...args.rest],
    port: portOf(args, 7663),
    install: !args.switches.has('--no-install'),
  })
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
