import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { nodeOf } from '../set-up/build.mjs'
import { urlOf } from '../set-up/machine.mjs'
import { Child } from './child.mjs'
import { compiledDirectory } from './compiled.mjs'
import { printable, problemSentence, readMessage, watchedLines } from './messages.mjs'

const READY_WITHIN_MS = 60_000
/** Both, one after the other: with what the supervisor itself needs below the 5 s that Ctrl-C may take. */
const STOPS_WITHIN_MS = 4500
const COLLECTOR_STOPS_WITHIN_MS = 2800
/** A child that ends this often before all is ready has a reason that another start will not mend. */
const STARTS_BEFORE_READY = 3
/** npm passes the terminal's Ctrl-C on, so one press arrives twice. */
const SAME_PRESS_MS = 500
const ASK_EVERY_MS = 100
/** A collector whose hub exporter is switched off never comes. */
const CONNECTED_WITHIN_MS = 3000
const WHO = { web: 'The web process', collector: 'The collector' }

/**
 * @typedef {object} Tree
 * @property {string} root the checkout
 * @property {string} dataDirectory
 * @property {string} address
 * @property {number} port
 * @property {boolean} [replays] the collector replays a recording: it ends when that is over, and fails for good
 * @property {import('./privileges.mjs').CommandLine} web
 * @property {import('./privileges.mjs').CommandLine} collector
 * @property {NodeJS.ProcessEnv} env
 */

/** The process tree: web and collector, started together, stopped in order. */
export class Supervisor {
  /** @type {import('./messages.mjs').Ready | undefined} what the collector said when it was */
  #collectorReady
  #allReady = false
  #stopping = false
  #starts = 0
  /** Those that ended by themselves and are not back. @type {Set<string>} */
  #ended = new Set()
  /** @type {string[]} */
  #said = []
  /** @type {(status: number) => void} */
  #finish = () => {}
  /** A terminal that is closed sends SIGHUP, too. */
  #inTerminal = hasTerminal()

  /** @param {Tree} tree */
  constructor(tree) {
    this.tree = tree
    const env = { ...tree.env, SONDE_SUPERVISOR_PID: String(process.pid) }
    // What is compiled stays compiled, types stripped: each is there 160 ms sooner and 20 MB smaller (measured). Each has its own, as each runs as another user.
    /** @param {'web' | 'collector'} name */
    const shared = (name) => ({ env: { ...env, ...MALLOC[name], NODE_COMPILE_CACHE: compiledDirectory(tree.dataDirectory, name) }, cwd: tree.root })
    this.web = new Child({ ...shared('web'), ...this.#reports('web'), name: 'web', command: tree.web })
    this.collector = new Child({ ...shared('collector'), ...this.#reports('collector'), name: 'collector', command: tree.collector })
  }

  get url() {
    return urlOf(this.tree)
  }

  /**
   * Runs until it is told to stop.
   * @returns {Promise<number>} the exit status
   */
  async run() {
    /** @type {Promise<number>} */
    const finished = new Promise((resolve) => (this.#finish = resolve))
    const forget = this.#listenForSignals()
    this.web.start()
    this.collector.start()
    void this.#becomeReady()
    const status = await finished
    forget()
    return status
  }

  async #becomeReady() {
    const deadline = Date.now() + READY_WITHIN_MS
    /** @type {number | undefined} */
    let answersSince
    while (!this.#stopping && Date.now() < deadline) {
      const web = this.#collectorReady ? await this.#askWeb() : 'away'
      if (web !== 'away') answersSince ??= Date.now()
      if (this.#collectorReady && (web === 'connected' || (answersSince !== undefined && Date.now() - answersSince > CONNECTED_WITHIN_MS))) {
        this.#allReady = true
        return console.log([`\nSonde is ready at ${this.url}`, ...(this.tree.replays ? [] : watchedLines(this.#collectorReady)), '  Ctrl-C stops it.\n'].join('\n'))
      }
      await pause(ASK_EVERY_MS)
    }
    if (this.#stopping) return
    this.#say(`${WHO[this.#collectorReady ? 'web' : 'collector']} was not ready within ${READY_WITHIN_MS / 1000} s.`)
    void this.stop(1)
  }

  /** @returns {Promise<'away' | 'alone' | 'connected'>} whether it answers, and whether the collector has come to it */
  async #askWeb() {
    try {
      const answer = await fetch(`${this.url}/api/v1/health`, { signal: AbortSignal.timeout(2000) })
      if (answer.status !== 200) return 'away'
      const { hosts } = /** @type {{ hosts: { connected: boolean }[] }} */ (await answer.json())
      return hosts.some((host) => host.connected) ? 'connected' : 'alone'
    } catch (_) {
      return 'away' // not listening yet
    }
  }

  /**
   * @param {'web' | 'collector'} name
   * @param {import('./messages.mjs').Ready} message
   */
  #ready(name, message) {
    if (name === 'collector') this.#collectorReady = message
    if (this.#allReady && this.#ended.delete(name)) console.log(`${WHO[name]} is there again.`)
  }

  /** @param {'web' | 'collector'} name */
  #reports(name) {
    return {
      /**
       * @param {string} line
       * @param {'out' | 'err'} stream
       */
      onLine: (line, stream) => {
        const message = readMessage(line)
        if (message.type === 'ready') this.#ready(name, message)
        else if (message.type === 'problem') this.#say(problemSentence(message))
        // Standard output is for messages; what else a library prints there (Next.js does) helps nobody.
        else if (message.type === 'recorded') this.#say(`collector: ${message.records} records were recorded to ${printable(message.file)}`)
        else if (stream === 'err' || message.type === 'notice') this.#say(`${name}: ${printable(message.text)}`)
      },
      /**
       * @param {string} how
       * @param {number} pauseMs
       */
      onRestart: (how, pauseMs) => this.#restarting(name, how, pauseMs),
      onEnd: name === 'collector' && this.tree.replays ? this.#replayed : undefined,
    }
  }

  /** @param {number} status */
  #replayed = (status) => {
    if (status === 0) return console.log('The recording is over; what it held stays on show until Ctrl-C.')
    console.error('\nThe recording cannot be shown.')
    void this.stop(1)
  }

  /**
   * @param {'web' | 'collector'} name
   * @param {string} how
   * @param {number} pauseMs
   */
  #restarting(name, how, pauseMs) {
    const who = WHO[name]
    this.#ended.add(name)
    if (!this.#allReady && ++this.#starts >= STARTS_BEFORE_READY) {
      console.error(`\n${who} ${how}; Sonde cannot start.`)
      void this.stop(1)
    } else console.error(`${who} ${how}; it is started again in ${pauseMs / 1000} s.`)
  }

  /**
   * Says a line; a child that fails at every start says it once.
   * @param {string} line
   */
  #say(line) {
    if (!this.#allReady) {
      if (this.#said.includes(line)) return
      this.#said.push(line)
    }
    console.error(line)
  }

  #listenForSignals() {
    let firstAtMs = 0
    const onSignal = () => {
      if (!this.#stopping) {
        firstAtMs = Date.now()
        console.log('\nStopping …')
        void this.stop(0)
      } else if (Date.now() - firstAtMs > SAME_PRESS_MS) {
        this.collector.kill()
        this.web.kill()
      }
    }
    const onHangUp = () => (this.#inTerminal && !hasTerminal() ? onSignal() : this.#reload())
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onHangUp)
    return () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onHangUp)
  }

  /** Both read the configuration again, and say what they make of it. */
  #reload() {
    console.log('Reading the configuration again …')
    for (const child of [this.collector, this.web]) child.signal('SIGHUP')
  }

  /**
   * Collector first: what it still holds goes to the web process, which is there to take it.
   * @param {number} status to end with
   */
  async stop(status) {
    if (this.#stopping) return
    this.#stopping = true
    const until = Date.now() + STOPS_WITHIN_MS
    const killed = []
    if ((await this.collector.stop(COLLECTOR_STOPS_WITHIN_MS)) === 'killed') killed.push(this.collector.options.name)
    if ((await this.web.stop(until - Date.now())) === 'killed') killed.push(this.web.options.name)
    if (killed.length > 0) console.error(`Killed, as it did not end in time: ${killed.join(', ')}.`)
    else if (status === 0) console.log('Stopped.')
    this.#finish(status)
  }
}

/**
 * V8 lets its young generation grow to three times this many MiB, 16 by default, and hardly gives it back. What is made
 * and dropped in 100 ms fits into less; the old generation and typed arrays are elsewhere.
 */
const YOUNG_MIB = { web: 8, collector: 2 }
/**
 * By how much the collector's heap may grow before it is collected again. V8 alone lets it double (decision 0013).
 */
const OLD_GROWS_PERCENT = 10

/**
 * glibc raises the size from which freed memory goes back to the system to the largest that was ever freed (up to 32 MiB), and
 * has memory of its own for each thread: 70 MiB that nobody used after 20,000 connections had been opened. In bytes.
 */
const MALLOC = { web: {}, collector: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '32768', MALLOC_TRIM_THRESHOLD_: '131072' } }

/**
 * The commands of the tree, without privileges; the collector collects garbage when it is quiet
 * (health/quiet-collection.ts), and on its own thread: where the processor is short, waiting for V8's helpers made 3 ms 50, and the ring buffer
 * holds 160. While it marks its heap it goes on to collect what is young: V8 alone lets that grow until then, to 40 MiB instead of 8, and all of it
 * has to be marked at once, 100 to 280 ms instead of 10 to 60. Both take every setting's flag.
 * @param {string} root
 * @param {readonly string[]} flags
 */
export function commandsOf(root, flags) {
  const node = nodeOf(root)
  return {
    web: [node, `--max-semi-space-size=${YOUNG_MIB.web}`, join(root, 'apps/web/server/main.ts'), ...flags],
    collector: [node, `--max-semi-space-size=${YOUNG_MIB.collector}`, `--heap-growing-percent=${OLD_GROWS_PERCENT}`, '--expose-gc', '--single-threaded-gc', '--no-separate-gc-phases', join(root, 'apps/collector/src/main.ts'), ...flags],
  }
}

/** Whether this process has a terminal that is still there. */
function hasTerminal() {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch (_) {
    return false // ENXIO: none, EIO: it is gone
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
