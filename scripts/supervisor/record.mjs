import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { printable, problemSentence, readMessage, watchedLines } from './messages.mjs'

const STOPS_WITHIN_MS = 15_000

/**
 * Runs a collector that records, until a signal or its time is up, and says what came of it.
 * @param {import('./privileges.mjs').CommandLine} command
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, seconds: number | undefined, file: string }} options
 * @returns {Promise<number>} 0 if the recording is whole
 */
export function record(command, { cwd, env, seconds, file }) {
  const child = spawn(command.program, command.args, { cwd, env: { ...env, SONDE_SUPERVISOR_PID: String(process.pid) }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  /** @type {import('./messages.mjs').Recorded | undefined} */
  let recorded
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const stop = () => {
    clearTimeout(timer)
    timer = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS)
    child.kill('SIGTERM')
  }
  createInterface({ input: child.stderr }).on('line', (line) => console.error(printable(line)))
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    const message = readMessage(line)
    if (message.type === 'recorded') recorded = message
    else if (message.type === 'problem') console.error(problemSentence(message))
    else if (message.type === 'ready') {
      console.log([`Recording to ${file} …`, ...watchedLines(message), seconds === undefined ? '  Ctrl-C ends it.' : `  It ends in ${seconds} s, or by Ctrl-C.`].join('\n'))
      if (seconds !== undefined) timer = setTimeout(stop, seconds * 1000)
    }
  })
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`The collector could not be started: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      // Its last line may still be on its way.
      const report = () => resolve(code === 0 && recorded && !recorded.error ? said(recorded, 0) : said(recorded, 1))
      if (child.stdout.readableEnded) report()
      else lines.once('close', report)
    })
  })
}

/**
 * @param {import('./messages.mjs').Recorded | undefined} recorded
 * @param {number} status
 */
function said(recorded, status) {
  if (!recorded) console.error('Nothing was recorded.')
  else {
    const { bytes, records, observations, dropped, file, error } = recorded
    const lost = dropped > 0 ? `; ${dropped} batches did not fit and were left out` : ''
    console.log(printable(`Recorded ${bytes} bytes to ${file}: ${records} records and ${observations} observations of processes${lost}.${error ? ` It is not whole: ${error}` : ''}`))
  }
  return status
}
