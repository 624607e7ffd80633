import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { Problem } from '../set-up/problem.mjs'

// An abstract socket's name fills sun_path: Node 20 pads it with zeros and Node 24 does not, which would be two names.
const NAME_LENGTH = 107

/**
 * Holds a data directory against a second Sonde until this process ends, however it ends; leaves no file.
 * @param {string} directory
 * @returns {Promise<import('node:net').Server>} close it to let go
 */
export function holdDataDirectory(directory) {
  const name = `sonde-${createHash('sha256').update(realpathSync(directory)).digest('hex')}`
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => reject(new Problem(`Another Sonde uses the data directory ${directory}.`, 'stop it, or give this one its own with --data-dir')))
    server.listen(`\0${name.padEnd(NAME_LENGTH, '-')}`, () => resolve(server))
    server.unref()
  })
}
