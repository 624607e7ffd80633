import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readArguments } from './set-up/arguments.mjs'
import { nodeOf, toolEnvironment } from './set-up/build.mjs'
import { packagesToRun, packagesToTest } from './set-up/debian.mjs'
import { root, setUp } from './set-up/index.mjs'
import { checkKernelAccess } from './set-up/machine.mjs'
import { Problem, sayProblem } from './set-up/problem.mjs'
import { run } from './set-up/run.mjs'

/** @type {{ benchmarks: Record<string, string> }} name → what it measures */
const { benchmarks } = JSON.parse(readFileSync(join(root, 'bench/package.json'), 'utf8'))
const HELP = `
npm run bench [-- NAME …] [-- OPTIONS]   what performance claims are made from; root, and nothing else running

${Object.entries(benchmarks).map(([name, measures]) => `  ${name.padEnd(12)} ${measures}`).join('\n')}

All of them by default. OPTIONS after a second -- go to the benchmark: npm run bench -- nginx -- --rounds 3
  --no-install   use what is installed; still builds what changed
  --help         this text
Results are also written to bench/results/NAME.json, and docs/reference/cost.md is made from them.
`

/**
 * @param {string} name
 * @param {readonly string[]} options
 * @returns {Promise<number>}
 */
function runBenchmark(name, options) {
  console.log(`\n${name}: ${benchmarks[name]}`)
  return new Promise((resolve) => {
    const child = spawn(nodeOf(root), [join(root, `bench/${name}.ts`), ...options], { cwd: root, env: toolEnvironment(root), stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', () => resolve(127))
    child.once('exit', (code) => resolve(code ?? 128))
  })
}

async function main() {
  const given = process.argv.slice(2)
  const end = given.includes('--') ? given.indexOf('--') : given.length
  const args = readArguments(given.slice(0, end), { help: HELP, switches: ['--no-install'], options: [], passesRest: true })
  const unknown = args.rest.find((name) => !(name in benchmarks))
  if (unknown !== undefined) throw new Problem(`There is no benchmark ${unknown}.`, 'see --help')
  checkKernelAccess()
  await setUp({ packages: [...packagesToRun, ...packagesToTest], install: !args.switches.has('--no-install') })
  for (const name of args.rest.length > 0 ? args.rest : Object.keys(benchmarks)) {
    const status = await runBenchmark(name, given.slice(end + 1))
    if (status !== 0) throw new Problem(`The benchmark ${name} ended with status ${status}.`, 'see what it said above')
  }
  await run(nodeOf(root), [join(root, 'bench/cost-page.ts')], { cwd: root, env: toolEnvironment(root) })
}

main().catch((error) => {
  sayProblem(error)
  process.exitCode = 1
})
