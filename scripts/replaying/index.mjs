import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { childEnvironment } from '../environment.mjs'
import { root, setUp } from '../set-up/index.mjs'
import { checkDisk, checkPort, checkSystem } from '../set-up/machine.mjs'
import { Problem } from '../set-up/problem.mjs'
import { readSettings } from '../set-up/settings.mjs'
import { Supervisor, commandsOf } from '../supervisor/index.mjs'
import { asCaller } from '../supervisor/privileges.mjs'

/**
 * Shows a recording in the dashboard, as the caller and in a data directory that is thrown away.
 * @param {{ recording: string, flags: readonly string[], port: number, install: boolean }} options `flags`: for the collector beside the recording
 * @returns {Promise<number>} the exit status
 */
export async function showRecording({ recording, flags, port, install }) {
  if (flags.some((flag) => /^--listen(=|$)/.test(flag))) throw new Problem('A recording is shown on 127.0.0.1 only.', 'choose its port with --port')
  checkSystem()
  const address = '127.0.0.1'
  await checkPort({ address, port })
  if (isWritable(root)) await setUp({ packages: [], install, only: ['@sonde/web'] })
  else checkBuilt()
  // What is wrong with it is said once, before anything is started.
  await readSettings(root, ['--replay', recording, ...flags])
  checkDisk(tmpdir(), 'replay')
  const dataDirectory = mkdtempSync(join(tmpdir(), 'sonde-demo-'))
  try {
    for (const part of ['web', 'collector', 'run']) mkdirSync(join(dataDirectory, part), { mode: 0o700 })
    const commands = commandsOf(root, ['--data-dir', dataDirectory, '--listen', `${address}:${port}`, '--replay', recording, ...flags])
    const supervisor = new Supervisor({
      root, dataDirectory, address, port, replays: true, web: asCaller(commands.web), collector: asCaller(commands.collector), env: childEnvironment(root),
    })
    console.log(`Replaying ${recording} …`)
    return await supervisor.run()
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
}

/**
 * A file as the caller named it, who may stand elsewhere than npm runs its scripts.
 * @param {string} given
 */
export function recordingAt(given) {
  const path = resolve(process.env.INIT_CWD ?? '.', given)
  if (!existsSync(path)) throw new Problem(`There is no recording ${path}.`, 'name a file that `npm run record -- FILE` made')
  return path
}

/** @param {string} directory */
function isWritable(directory) {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch (_) {
    return false // somebody else's checkout
  }
}

/** Somebody else's checkout can be run, but not built. */
function checkBuilt() {
  const missing = ['node_modules/node/bin/node', 'prisma/client', 'apps/web/.next/BUILD_ID'].filter((path) => !existsSync(join(root, path)))
  if (missing.length === 0) return
  throw new Problem(`This checkout is not built (${missing.join(', ')} missing), and this user may not write to it.`, 'run `npm run demo` once as its owner, or clone it again as yourself')
}
