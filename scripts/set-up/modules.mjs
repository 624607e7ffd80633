import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from './problem.mjs'
import { run, tail } from './run.mjs'

/**
 * @typedef {Record<string, { version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean }>} LockedPackages
 */

/**
 * Installs npm's packages as locked, if what is installed differs.
 * @param {string} root the checkout
 */
export async function installModules(root) {
  if (modulesAreCurrent(root)) return
  console.log('Installing npm packages as locked (a minute or so) …')
  // No install script runs: every native part used here comes prebuilt in its package or is built by `turbo run build`.
  const { code, output } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root })
  if (code === 0) return
  throw new Problem(`npm ci failed:\n${tail(output)}`, 'check the network and the npm registry, then run the command again')
}

/**
 * Whether node_modules holds what package-lock.json says. Packages for other platforms may be absent.
 * @param {string} root
 */
export function modulesAreCurrent(root) {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return false
  return sameModules(packagesIn(join(root, 'package-lock.json')), packagesIn(installed))
}

/**
 * @param {LockedPackages} locked
 * @param {LockedPackages} installed
 */
export function sameModules(locked, installed) {
  for (const [path, wanted] of Object.entries(locked)) {
    if (path === '') continue
    const found = installed[path]
    if (!found) {
      if (wanted.optional) continue
      return false
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity || found.resolved !== wanted.resolved) return false
  }
  return Object.keys(installed).every((path) => path in locked)
}

/**
 * @param {string} lockFile
 * @returns {LockedPackages}
 */
function packagesIn(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages
}
