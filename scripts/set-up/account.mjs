import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from './problem.mjs'
import { run, tail } from './run.mjs'

/** The system user that the web process runs as. */
export const ACCOUNT = 'sonde'
export const DEFAULT_DATA_DIRECTORY = '/var/lib/sonde'

/** @typedef {{ uid: number, gid: number }} Account */

/**
 * Makes the system user if it does not exist.
 * @returns {Promise<Account>}
 */
export async function prepareAccount() {
  const existing = await findAccount()
  if (existing) return existing
  const { code, output } = await run('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', ACCOUNT])
  const made = await findAccount()
  if (made) return made
  throw new Problem(`The system user ${ACCOUNT} could not be made (useradd ended with ${code}):\n${tail(output, 3)}`, `make it by hand: useradd --system ${ACCOUNT}`)
}

/** @returns {Promise<Account | undefined>} */
async function findAccount() {
  const { code, output } = await run('getent', ['passwd', ACCOUNT])
  if (code !== 0) return undefined
  const [, , uid, gid] = output.trim().split(':')
  if (uid === '0') throw new Problem(`The user ${ACCOUNT} is root.`, 'give it another user id: the web process never runs as root')
  return { uid: Number(uid), gid: Number(gid) }
}

/**
 * Makes the data directory: `web/` for the web process alone, `collector/` for root alone, `run/` where they meet.
 * @param {string} directory
 * @param {Account} account
 */
export function prepareDataDirectory(directory, account) {
  try {
    own(directory, 0, 0, 0o755)
    own(join(directory, 'web'), account.uid, account.gid, 0o700)
    own(join(directory, 'collector'), 0, 0, 0o700)
    // Set-group-id: the socket that the web process makes here belongs to root's group, so that a collector
    // without CAP_DAC_OVERRIDE may connect to it.
    own(join(directory, 'run'), account.uid, 0, 0o2770)
  } catch (error) {
    throw new Problem(`The data directory ${directory} cannot be prepared: ${error instanceof Error ? error.message : String(error)}.`, 'give another place with --data-dir')
  }
}

/**
 * @param {string} directory
 * @param {number} uid
 * @param {number} gid
 * @param {number} mode
 */
function own(directory, uid, gid, mode) {
  mkdirSync(directory, { recursive: true })
  chownSync(directory, uid, gid)
  chmodSync(directory, mode)
}
