import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Problem } from '../set-up/problem.mjs'
import { run } from '../set-up/run.mjs'
import { asWeb, withinClosedParent } from './privileges.mjs'

const OTHERS_MAY_ENTER = 0o001

/**
 * The topmost directory on the way to `path` that other users may not enter.
 * @param {string} path
 * @returns {string | undefined}
 */
export function closedParent(path) {
  /** @type {string | undefined} */
  let closed
  for (let at = dirname(path); at !== '/'; at = dirname(at)) {
    if ((statSync(at).mode & OTHERS_MAY_ENTER) === 0) closed = at
  }
  return closed
}

/**
 * The web process's command line, fitted so that its user reaches the checkout and the data directory.
 * @param {readonly string[]} command
 * @param {{ uid: number, gid: number }} account
 * @param {{ checkout: string, dataDirectory: string }} paths
 */
export async function webCommand(command, account, paths) {
  let line = asWeb(command, account)
  const check = [asWeb(['test', '-r', `${paths.checkout}/package.json`, '-a', '-x', `${paths.checkout}/node_modules/node/bin/node`, '-a', '-w', `${paths.dataDirectory}/web`], account)]
  for (const closed of new Set([closedParent(paths.checkout), closedParent(paths.dataDirectory)])) {
    if (closed === undefined) continue
    const below = [paths.checkout, paths.dataDirectory].filter((path) => path.startsWith(`${closed}/`))
    line = withinClosedParent(line, closed, below)
    check.push(withinClosedParent(/** @type {import('./privileges.mjs').CommandLine} */ (check.at(-1)), closed, below))
  }
  const last = check.at(-1)
  const { code, output } = last ? await run(last.program, last.args) : { code: 0, output: '' }
  if (code !== 0) {
    throw new Problem(
      `The web process, which runs as the user sonde, cannot read ${paths.checkout} or write ${paths.dataDirectory}/web.${output ? ` (${output.trim()})` : ''}`,
      `make the checkout readable: chmod -R go+rX ${paths.checkout}`,
    )
  }
  return line
}
