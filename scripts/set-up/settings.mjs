import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine } from './arguments.mjs'
import { nodeOf } from './build.mjs'
import { Problem } from './problem.mjs'
import { run } from './run.mjs'

/**
 * What the start itself needs of the configuration.
 * @typedef {{ dataDir: string, address: string, port: number }} Settings
 */

/**
 * Reads the configuration as collector and web will, with the same arguments.
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {Promise<Settings>}
 */
export async function readSettings(root, args) {
  if (!existsSync(nodeOf(root))) throw new Problem('npm packages are not installed.', 'run `npm ci`, or start without --no-install')
  const { output } = await run(nodeOf(root), [join(root, 'apps/collector/src/print-config.ts'), '--json', ...args], { cwd: root })
  /** @type {{ config?: { dataDir: string, web: { listen: string } }, mistakes?: { what: string, fix: string }[] }} */
  let said
  try {
    said = JSON.parse(output)
  } catch (_) {
    throw new Problem(`The configuration cannot be read:\n${output.trim()}`, 'see `npm run config -- --print`')
  }
  const { config, mistakes = [] } = said
  if (config) return { dataDir: config.dataDir, ...addressOf(config.web.listen) }
  const [first, ...more] = mistakes.map(({ what, fix }) => ({ what, fix: fix.replace(/^--help\b/, commandLine('--help')) }))
  throw new Problem([`The configuration is not understood: ${first?.what}.`, ...more.map(({ what, fix }) => `Also: ${what} (${fix}).`)].join('\n'), first?.fix ?? '')
}

/** @param {string} listen checked by the configuration's schema */
function addressOf(listen) {
  const at = listen.lastIndexOf(':')
  const address = listen.slice(0, at).replace(/^\[|\]$/g, '')
  return { address: address === 'localhost' ? '127.0.0.1' : address, port: Number(listen.slice(at + 1)) }
}
