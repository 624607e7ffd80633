import { recordingAt, showRecording } from './replaying/index.mjs'
import { fileOf, portOf, readArguments } from './set-up/arguments.mjs'
import { Problem, sayProblem } from './set-up/problem.mjs'

const HELP = `
npm run replay -- FILE [OPTIONS]   show what was recorded at http://127.0.0.1:7663: no privileges, no kernel

Replays a file that \`npm run record\` made, once, in present time; what it held stays on show until Ctrl-C and is then thrown away.
Of a file that is damaged or cut short, what stands before the damage is replayed and counted.

  --speed N       so many times as fast (1)
  --loop          over and over
  --port N        the dashboard's port on 127.0.0.1 (7663)
  --no-install    use what is installed; still builds what changed
  --help          this text
Anything else is passed to the collector.
`

async function main() {
  const args = readArguments(process.argv.slice(2), { help: HELP, switches: ['--no-install', '--loop'], options: ['--port', '--speed'], passesRest: true })
  const { file, rest } = fileOf(args, 'npm run replay -- FILE')
  const speed = args.options.get('--speed') ?? '1'
  if (!(Number(speed) > 0)) throw new Problem(`--speed ${speed} is not a speed.`, 'give a number above 0, such as 10')
  process.exitCode = await showRecording({
    recording: recordingAt(file),
    flags: ['--speed', speed, ...(args.switches.has('--loop') ? ['--loop'] : []), ...rest],
    port: portOf(args, 7663),
    install: !args.switches.has('--no-install'),
  })
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
