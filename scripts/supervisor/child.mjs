import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** A child that lived this long was well; its next end starts the pauses anew. */
const WELL_AFTER_MS = 60_000

/**
 * @typedef {object} ChildOptions
 * @property {string} name as people read it
 * @property {import('./privileges.mjs').CommandLine} command
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cwd
 * @property {(line: string, stream: 'out' | 'err') => void} onLine
 * @property {(how: string, pauseMs: number) => void} onRestart
 * @property {((status: number) => void) | undefined} [onEnd] given where it may end by itself: it is then not started again, unless a signal ended it
 */

/** One child process, started again whenever it ends by itself. */
export class Child {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process
  /** @type {NodeJS.Timeout | undefined} */
  #restart
  #pauseMs = FIRST_PAUSE_MS
  #startedAtMs = 0
  #stopping = false

  /** @param {ChildOptions} options */
  constructor(options) {
    this.options = options
  }

  get pid() {
    return this.#process?.pid
  }

  start() {
    const { command, env, cwd } = this.options
    this.#startedAtMs = Date.now()
    // In a session of its own: a terminal's Ctrl-C reaches the supervisor alone, which stops its children in order.
    const child = spawn(command.program, command.args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    createInterface({ input: child.stdout }).on('line', (line) => this.options.onLine(line, 'out'))
    createInterface({ input: child.stderr }).on('line', (line) => this.options.onLine(line, 'err'))
    child.once('error', (error) => this.#ended(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => (this.options.onEnd && code !== null ? this.#over(code) : this.#ended(signal ? `was ended by ${signal}` : `ended with status ${code}`)))
  }

  /** @param {number} status */
  #over(status) {
    this.#process = undefined
    if (!this.#stopping) this.options.onEnd?.(status)
  }

  /** @param {string} how */
  #ended(how) {
    this.#process = undefined
    if (this.#stopping) return
    if (Date.now() - this.#startedAtMs > WELL_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS
    const pauseMs = this.#pauseMs
    this.#pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    this.#restart = setTimeout(() => this.start(), pauseMs)
    this.options.onRestart(how, pauseMs)
  }

  /**
   * Asks it to end, and kills it when it has not in time.
   * @param {number} withinMs
   * @returns {Promise<'ended' | 'killed'>}
   */
  stop(withinMs) {
    this.#stopping = true
    clearTimeout(this.#restart)
    const child = this.#process
    if (!child) return Promise.resolve('ended')
    return new Promise((resolve) => {
      const deadline = setTimeout(() => child.kill('SIGKILL'), withinMs)
      child.once('exit', (_, signal) => {
        clearTimeout(deadline)
        resolve(signal === 'SIGKILL' ? 'killed' : 'ended')
      })
      child.kill('SIGTERM')
    })
  }

  /** @param {NodeJS.Signals} signal */
  signal(signal) {
    this.#process?.kill(signal)
  }

  kill() {
    this.#stopping = true
    clearTimeout(this.#restart)
    this.#process?.kill('SIGKILL')
  }
}
