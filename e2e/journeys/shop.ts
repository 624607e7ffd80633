import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const READY_WITHIN_MS = 120_000

export interface ShopOptions {
  readonly port: number
  /** Requests a second from outside. */
  readonly rate: number
  /** Minutes of history before now. */
  readonly history: number
  /** Minutes since which `inventory` is slow. */
  readonly trouble: number
  /** Records of requests that were lost; none by default. */
  readonly losses?: number
  /** So many services, and twice as many addresses, around the shop; none by default. */
  readonly crowd?: number
  /** The web process alone: no collector comes. */
  readonly silent?: boolean
}

/** The web process with the shop of `shop-plan.ts` in it: a known past, then live. */
export interface Shop {
  readonly url: string
  /** GET below /api/v1. */
  get<T>(path: string): Promise<T>
  /** Its collector ends; the web process goes on. */
  fallSilent(): Promise<void>
  stop(): Promise<void>
}

/** Resolves when all of the history is stored. Needs no privileges: nothing is watched. */
export async function startShop({ port, rate, history, trouble, losses = 0, crowd = 0, silent = false }: ShopOptions): Promise<Shop> {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-shop-'))
  const web = start('apps/web/server/main.ts', ['--data-dir', directory, '--listen', `127.0.0.1:${port}`])
  await web.says('"type":"ready"')
  const figures = { rate, history, trouble, losses, crowd }
  const feed = silent ? undefined : start('e2e/journeys/feed.ts', ['--socket', join(directory, 'run', 'ingest.sock'), ...Object.entries(figures).flatMap(([name, value]) => [`--${name}`, String(value)])])
  await feed?.says('history stored')
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    get: async <T>(path: string) => {
      const response = await fetch(`${url}/api/v1/${path}`)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    },
    fallSilent: async () => feed?.stop(),
    stop: async () => {
      await feed?.stop()
      await web.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

interface Running {
  says(text: string): Promise<void>
  stop(): Promise<void>
}

function start(script: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
  return {
    says: async (text) => {
      const deadline = Date.now() + READY_WITHIN_MS
      while (!said.includes(text)) {
        if (hasEnded(child) || Date.now() > deadline) {
          child.kill('SIGKILL')
          throw new Error(`${script} did not say ${text}:\n${said}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    stop: () =>
      new Promise((resolve) => {
        if (hasEnded(child)) return resolve()
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null
