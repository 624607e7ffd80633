import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from './problem.mjs'
import { run, tail } from './run.mjs'

/**
 * The Node that Sonde runs on: 24, from npm, whatever the system has.
 * @param {string} root
 */
export function nodeOf(root) {
  return join(root, 'node_modules/node/bin/node')
}

/**
 * The environment in which Sonde's own programs and npm's are found first.
 * @param {string} root
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(root) {
  return {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    TURBO_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NO_COLOR: '1',
  }
}

/**
 * Builds what changed since it was built last.
 * @param {string} root
 * @param {readonly string[]} [only] workspaces, with what they stand on; all by default
 */
export async function build(root, only = []) {
  const turbo = join(root, 'node_modules/.bin/turbo')
  if (!existsSync(turbo)) throw new Problem('npm packages are not installed.', 'run `npm ci`, or start without --no-install')
  const started = Date.now()
  const patience = setTimeout(() => console.log('Building (a minute or two the first time) …'), 2000)
  const { code, output } = await run(turbo, ['run', 'build', '--output-logs=errors-only', '--concurrency=2', ...only.map((name) => `--filter=${name}`)], { cwd: root, env: toolEnvironment(root) })
  clearTimeout(patience)
  if (code !== 0) throw new Problem(`The build failed:\n${tail(withoutNoise(output), 40)}`, 'mend what it says and run the command again')
  const seconds = (Date.now() - started) / 1000
  if (seconds > 2) console.log(`Built in ${seconds.toFixed(0)} s.`)
}

/** What npm and turbo say around an error, and empty lines with a task's name before them. @param {string} output */
function withoutNoise(output) {
  return output.split('\n').filter((line) => !/^\S+:build: *$|: npm error |^ *at <unknown>|:build: +at <unknown>/.test(line)).join('\n')
}
