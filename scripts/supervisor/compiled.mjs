import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from '../set-up/run.mjs'

/** What the collector loads only where there is a kernel to watch (apps/collector/src/main.ts). */
const LOADED_LATER = 'apps/collector/src/watch-host.ts'
/** With the options of V8. */
const SOURCES = ['apps/collector/src', 'packages', 'scripts/supervisor']

/**
 * Where a child keeps its modules as they were compiled, types stripped (NODE_COMPILE_CACHE).
 * @param {string} dataDirectory
 * @param {'web' | 'collector'} name
 */
export function compiledDirectory(dataDirectory, name) {
  return join(dataDirectory, name, 'compiled')
}

/**
 * Has the collector's modules compiled by a process that ends at once, if some are newer than what there is. One that strips types
 * itself keeps what does it, 20 MiB, for as long as it runs.
 * @param {string} root
 * @param {readonly string[]} command the collector's, without privileges
 * @param {string} dataDirectory
 * @param {NodeJS.ProcessEnv} env
 */
export async function compileCollector(root, command, dataDirectory, env) {
  const directory = compiledDirectory(dataDirectory, 'collector')
  if (changedAt([directory], /./) > changedAt(SOURCES.map((folder) => join(root, folder)), /\.(ts|mjs)$/)) return
  // The same options of V8, for what is compiled depends on them. Should it fail the collector compiles for itself.
  const [node = '', ...rest] = command.slice(0, command.findIndex((word) => word.endsWith('main.ts')) + 1)
  const first = `data:text/javascript,await import(${JSON.stringify(pathToFileURL(join(root, LOADED_LATER)))})`
  await run(node, ['--import', first, ...rest, '--help'], { cwd: root, env: { ...env, NODE_COMPILE_CACHE: directory } })
}

/**
 * When the newest file below one of the folders was written, in milliseconds; 0 if there is none.
 * @param {readonly string[]} folders
 * @param {RegExp} names
 */
function changedAt(folders, names) {
  const times = folders.flatMap((folder) => filesBelow(folder).filter((file) => names.test(file)).map((file) => statSync(file).mtimeMs))
  return times.reduce((newest, time) => Math.max(newest, time), 0)
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  } catch (_) {
    return [] // not made yet
  }
}
