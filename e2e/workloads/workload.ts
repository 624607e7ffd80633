import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const execute = promisify(execFile)
export const here = new URL('.', import.meta.url).pathname
/** Where what is compiled goes; not committed. */
export const outputDirectory = join(here, '.output')

/** A running server. */
export interface Workload {
  readonly port: number
  /** The process that was started; it may have workers. */
  readonly pid: number
  /** Ends it and whatever it started, and removes its directory. */
  stop(): Promise<void>
}

export interface Started {
  readonly name: string
  readonly port: number
  readonly command: readonly [string, ...string[]]
  /** Removed at the end. */
  readonly directory: string
  readonly options?: SpawnOptions
  readonly stopSignal?: NodeJS.Signals
}

const READY_WITHIN_MS = 20_000
const STOPS_WITHIN_MS = 10_000

/** A directory of its own that other users may enter: workers of servers give up root. */
export function ownDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `sonde-${name}-`))
  mkdirSync(directory, { recursive: true })
  return directory
}

/**
 * Starts a server in a process group of its own and waits until it accepts on both loopback addresses.
 * Rejects with what it said if it ends before, or is not ready in time.
 */
export async function startServer({ name, port, command, directory, options, stopSignal = 'SIGTERM' }: Started): Promise<Workload> {
  const logFile = join(directory, `${name}.out`)
  const log = openSync(logFile, 'a')
  const child = spawn(command[0], command.slice(1), { cwd: directory, ...options, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const failure = new Promise<never>((_, reject) => child.once('error', reject))
  const stop = () => stopGroup(child, stopSignal).finally(() => rmSync(directory, { recursive: true, force: true }))
  try {
    await Promise.race([failure, accepts(child, '127.0.0.1', port).then(() => accepts(child, '::1', port))])
  } catch (error) {
    const said = readFileSync(logFile, 'utf8').slice(-2000)
    await stop()
    throw new Error(`${name} on port ${port} did not start: ${said}`, { cause: error })
  }
  return { port, pid: child.pid!, stop }
}

async function accepts(child: ChildProcess, host: string, port: number): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`)
    if (await canConnect(host, port)) return
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error(`${host}:${port} does not accept connections`)
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const done = (connected: boolean) => {
      socket.destroy()
      resolve(connected)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}

/** Ends a process group: asks its leader, then kills what is left of the group. */
async function stopGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined) return
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise<void>((resolve) => {
      const impatience = setTimeout(() => signalGroup(child, 'SIGKILL'), STOPS_WITHIN_MS)
      child.once('exit', () => {
        clearTimeout(impatience)
        resolve()
      })
      child.kill(signal)
    })
  }
  signalGroup(child, 'SIGKILL')
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
