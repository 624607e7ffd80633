import { checkDisk, checkSystem } from './machine.mjs'
import { installPackages, missingPackages } from './debian.mjs'
import { installModules, modulesAreCurrent } from './modules.mjs'
import { build } from './build.mjs'

export { build } from './build.mjs'

/** The checkout that these scripts are part of. */
export const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')

/**
 * Installs what is missing: Debian's packages, and npm's.
 * @param {readonly string[]} packages
 */
export async function install(packages) {
  const needed = (await missingPackages(packages)).length > 0 || !modulesAreCurrent(root)
  if (needed) checkDisk(root, 'set-up')
  await installPackages(packages)
  await installModules(root)
}

/**
 * Brings a checkout to where it can run: Debian's packages, npm's, the build. Does only what is not done yet.
 * `only` builds these workspaces and what they stand on.
 * @param {{ packages: readonly string[], install: boolean, only?: readonly string[] }} options
 */
export async function setUp(options) {
  checkSystem()
  if (options.install) await install(options.packages)
  await build(root, options.only)
}
