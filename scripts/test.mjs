import { staticChecks } from './checks/static.mjs'
import { Tally } from './checks/tally.mjs'
import { groups, runTests, testFiles } from './checks/tests.mjs'
import { readArguments } from './set-up/arguments.mjs'
import { packagesToRun, packagesToTest } from './set-up/debian.mjs'
import { root, setUp } from './set-up/index.mjs'
import { checkKernelAccess } from './set-up/machine.mjs'
import { Problem, sayProblem } from './set-up/problem.mjs'

const GROUPS = ['static', ...groups.map((group) => group.name)]
const HELP = `
npm test [-- OPTIONS] [PATH …]   set up, then every check

  static      generated files, types, lint, import rules, names
  unit        *.test.ts, no privileges
  kernel      real programs in this kernel: *.kernel.test.ts, packages/libbpf, packages/bpf-programs; root
  e2e         exact counts against real servers: e2e/**; root
  journeys    a real browser on the real product: e2e/journeys; root

  --only NAME      one of these (${GROUPS.join(', ')}) or one static check by name
  --no-install     use what is installed; still builds what changed
  --no-build       neither install nor build: for a quick look at one check
  --help           this text
PATHs narrow the tests to files below them. With CI=true a skipped test is a failed one.
The last line is "N passed, N failed" over everything that ran; the exit status is not zero when anything failed or nothing ran.
`
const isRoot = process.getuid?.() === 0
const tally = new Tally(process.env.CI === 'true')

/** @param {import('./set-up/arguments.mjs').Arguments} args */
async function prepare(args) {
  const install = !args.switches.has('--no-install')
  if (isRoot) {
    checkKernelAccess()
    await setUp({ packages: [...packagesToRun, ...packagesToTest], install })
  } else await setUp({ packages: [], install, only: ['@sonde/web'] })
}

/** @param {string | undefined} only */
async function runStatic(only) {
  const named = staticChecks(root).filter((check) => only === undefined || only === 'static' || isNamed(check.name, only))
  for (const check of named) {
    const started = Date.now()
    const { ok, output } = await check.run()
    console.log(`  ${ok ? 'passed' : 'FAILED'}: ${check.name} (${seconds(started)})`)
    if (!ok) console.log(output.trimEnd().replace(/^/gm, '      '))
    tally.check(check.name, ok)
  }
}

/**
 * @param {string} name of a check
 * @param {string} only
 */
function isNamed(name, only) {
  return name === only || name.split(' ')[0] === only
}

/**
 * @param {import('./checks/tests.mjs').Group} group
 * @param {readonly string[]} below
 */
async function runGroup(group, below) {
  const files = testFiles(root, group, below)
  if (files.length === 0 && below.length > 0) return
  if (group.needsRoot && !isRoot) {
    console.log(`\n${group.name}: not run, it needs root`)
    return tally.skip(`${group.name} (needs root)`, files.length)
  }
  console.log(`\n${group.name}: ${files.length} files`)
  const started = Date.now()
  const counts = files.length === 0 ? { passed: 0, failed: 0, skipped: 0 } : await runTests(root, group, files)
  console.log(`  ${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''} (${seconds(started)})`)
  tally.tests(group.name, counts)
}

/** @param {number} startedMs */
function seconds(startedMs) {
  return `${((Date.now() - startedMs) / 1000).toFixed(1)} s`
}

async function main() {
  const args = readArguments(process.argv.slice(2), { help: HELP, switches: ['--no-install', '--no-build'], options: ['--only'], passesRest: true })
  const only = args.options.get('--only')
  const started = Date.now()
  if (args.rest.some((path) => path.startsWith('-'))) throw new Problem(`Unknown argument ${args.rest.find((path) => path.startsWith('-'))}.`, 'see --help')
  if (only !== undefined && !GROUPS.includes(only) && !staticChecks(root).some((check) => isNamed(check.name, only))) throw new Problem(`There is nothing called ${only} to test.`, 'see --help')
  if (!args.switches.has('--no-build')) await prepare(args)
  if (args.rest.length === 0 && !groups.some((group) => group.name === only)) {
    console.log('\nstatic')
    await runStatic(only)
  }
  for (const group of groups) if (only === undefined || only === group.name) await runGroup(group, args.rest)
  console.log(`\nTook ${seconds(started)}.${tally.skipped > 0 ? ` ${tally.skipped} skipped.` : ''}`)
  for (const failure of tally.failures) console.log(`  failed: ${failure}`)
}

main()
  .catch((error) => {
    sayProblem(error)
    tally.check('set-up', false)
  })
  .finally(() => {
    console.log(tally.summary)
    process.exitCode = tally.status
  })
