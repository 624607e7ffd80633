import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'

const root = new URL('..', import.meta.url).pathname
const WITHIN_MS = 100_000

/** A command of ours as somebody runs it, with what it says. */
export interface RunningCommand {
  readonly said: () => string
  /** Resolves when it has said so; fails if it ends before, or doesn't in good time. */
  saying(what: RegExp): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Its exit status. */
  readonly ended: Promise<number | null>
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** A program and its arguments that run it, such as `unshare`. */
  readonly within?: readonly string[]
}

/** Runs `scripts/<name>.mjs` on what is installed. */
export function runCommand(name: string, args: readonly string[], { environment = {}, within = [] }: CommandOptions = {}): RunningCommand {
  const [program, ...rest] = [...within, 'node', `${root}scripts/${name}.mjs`, '--no-install', ...args]
  const child = spawn(program!, rest, { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (text += bytes.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return {
    said: () => text,
    ended,
    signal: (signal) => void child.kill(signal),
    async saying(what) {
      const deadline = Date.now() + WITHIN_MS
      while (!what.test(text)) {
        if (Date.now() > deadline || child.exitCode !== null || child.signalCode !== null) {
          child.kill('SIGTERM')
          assert.fail(`${name} did not say ${what}, but:\n${text}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
}

/** Runs a command that is to fail at once: what it said, without the lines about the build. */
export async function failing(name: string, args: readonly string[], options?: CommandOptions): Promise<string> {
  const command = runCommand(name, args, options)
  assert.equal(await command.ended, 1, command.said())
  return command.said().trim()
}

/** A command in a mount namespace of its own, in which a shell first mounts things. */
export function mounted(...mounts: readonly string[]): string[] {
  return ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-euc', [...mounts, 'exec "$@"'].join('\n'), 'sh']
}
