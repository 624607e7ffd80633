import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = new URL('../..', import.meta.url).pathname
const READY_WITHIN_MS = 120_000

export interface SondeOptions {
  readonly port: number
  /** Kept between runs if given; else one that is removed at the end. */
  readonly dataDirectory?: string
  readonly environment?: Readonly<Record<string, string>>
  /** `start` as root on the kernel, `demo` on a recording. */
  readonly command?: 'start' | 'demo'
  readonly arguments?: readonly string[]
}

/** Sonde as a person runs it. */
export interface RunningSonde {
  readonly url: string
  /** What it has printed so far. */
  readonly said: () => string
  readonly pid: number
  /** Its processes, by a part of their command line; 0 if there is none. */
  find(part: string): number
  /** GET below /api/v1; throws with the answer if it isn't 2xx. */
  get<T>(path: string): Promise<T>
  /** As Ctrl-C would; resolves with the exit status. */
  stop(): Promise<number>
}

/** `npm start` (or the demo) without installing; resolves when it says that it is ready. */
export async function startSonde(options: SondeOptions): Promise<RunningSonde> {
  const own = options.dataDirectory === undefined ? mkdtempSync(join(tmpdir(), 'sonde-data-')) : undefined
  const command = options.command ?? 'start'
  const line = [join(root, `scripts/${command}.mjs`), '--no-install', '--port', String(options.port)]
  if (command === 'start') line.push('--data-dir', options.dataDirectory ?? own!)
  const child = spawn('node', [...line, ...(options.arguments ?? [])], {
    cwd: root,
    // Several of them at once, and one that somebody uses, don't want the same port.
    env: { ...process.env, SONDE_PROMETHEUS_LISTEN: '127.0.0.1:0', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()))
  await ready(child, () => text)
  const url = `http://127.0.0.1:${options.port}`
  return {
    url,
    said: () => text,
    pid: child.pid!,
    find: (part) => descendants(child.pid!).find((pid) => commandLine(pid).includes(part)) ?? 0,
    get: (path) => get(`${url}/api/v1/${path}`),
    stop: async () => {
      const status = await stopped(child)
      if (own) rmSync(own, { recursive: true, force: true })
      return status
    },
  }
}

async function ready(child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (!said().includes('Sonde is ready')) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Sonde ended with ${child.exitCode ?? child.signalCode}:\n${said()}`)
    if (Date.now() > deadline) {
      child.kill('SIGTERM')
      throw new Error(`Sonde wasn't ready within ${READY_WITHIN_MS / 1000} s:\n${said()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

function stopped(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 128))
    child.kill('SIGINT')
  })
}

/** '' if it is gone. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** A process and all that it started, and they. */
export function descendants(ancestor: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'latin1').replace(/^.*\) /, '').split(' ')[1]))
    } catch {
      // it ended meanwhile
    }
  }
  const within = (pid: number): boolean => pid === ancestor || (parents.has(pid) && pid > 1 && within(parents.get(pid)!))
  return [...parents.keys()].filter(within)
}
