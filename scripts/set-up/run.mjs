import { spawn } from 'node:child_process'
import { Problem } from './problem.mjs'

const KEPT_CHARACTERS = 256 * 1024
/** npm takes minutes to roll back what it installed; the next `npm ci` begins anew anyhow. */
const PATIENCE_MS = 2000

/**
 * Runs a program with no input and keeps the end of what it says. A signal to us ends it first, then rejects: what was to be put
 * back is put back.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, patienceMs?: number }} [options] `patienceMs`: how long it may take to end on a signal
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started, 128 + signal when ended by one
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    /** @param {Buffer} bytes */
    const take = (bytes) => {
      output = (output + bytes.toString()).slice(-KEPT_CHARACTERS)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    let interrupted = false
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      if (!interrupted) setTimeout(() => child.kill('SIGKILL'), options.patienceMs ?? PATIENCE_MS).unref()
      interrupted = true
      child.kill(signal)
    }
    process.on('SIGINT', passOn).on('SIGTERM', passOn)
    const forget = () => process.off('SIGINT', passOn).off('SIGTERM', passOn)
    child.once('error', (error) => {
      forget()
      resolve({ code: 127, output: error.message })
    })
    child.once('close', (code) => {
      forget()
      if (interrupted) reject(new Problem(`Interrupted while running ${program.split('/').at(-1)}.`, 'run the command again: it goes on where it was'))
      else resolve({ code: code ?? 128, output })
    })
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
