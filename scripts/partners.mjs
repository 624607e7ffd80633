import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeOf, toolEnvironment } from './set-up/build.mjs'
import { packagesToRun, packagesToTest } from './set-up/debian.mjs'
import { root, setUp } from './set-up/index.mjs'
import { checkKernelAccess } from './set-up/machine.mjs'
import { Problem, sayProblem } from './set-up/problem.mjs'

const HELP = `
npm run partners [-- OPTIONS]   the same spans at a real OpenTelemetry Collector and a real Jaeger

Installs what it needs into .partners (minutes the first time), runs Sonde and real servers, and reads the joined
client-server traces back. Root. Not part of npm test; its last report is in docs/reference/.

  --no-install   use what is installed; still builds what changed
  --help         this text
Anything else is passed to e2e/partners/partners.ts.
`

async function main() {
  const given = process.argv.slice(2)
  if (given.includes('--help') || given.includes('-h')) return console.log(HELP.trim())
  const program = join(root, 'e2e/partners/partners.ts')
  if (!existsSync(program)) throw new Problem('e2e/partners/partners.ts is missing from this checkout.', 'check it out again')
  checkKernelAccess()
  await setUp({ packages: [...packagesToRun, ...packagesToTest], install: !given.includes('--no-install') })
  const rest = given.filter((argument) => argument !== '--no-install')
  // The caller's programs first: the Go that builds them is newer than Debian's.
  const env = { ...toolEnvironment(root), PATH: `${process.env.PATH}:${toolEnvironment(root).PATH}` }
  const child = spawn(nodeOf(root), [program, ...rest], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  child.once('exit', (code) => (process.exitCode = code ?? 128))
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
