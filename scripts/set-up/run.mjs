import { spawn } from 'node:child_process'

const KEPT_CHARACTERS = 256 * 1024

/**
 * Runs a program with no input and keeps the end of what it says.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options] `show` passes its output on as well
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started, 128 + signal when ended by one
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    /** @param {Buffer} bytes */
    const take = (bytes) => {
      output = (output + bytes.toString()).slice(-KEPT_CHARACTERS)
      if (options.show) process.stdout.write(bytes)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', (error) => resolve({ code: 127, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? 128, output }))
  })
}

/**
 * The last lines that say something.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 15) {
  return output.split('\n').filter((line) => line.trim() !== '').slice(-lines).join('\n')
}
