import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { execute, here, outputDirectory } from './workload.ts'

const OPENS_WITHIN_MS = 120_000
const ENDS_WITHIN_MS = 30_000

/** Connections that are open. */
export interface HeldConnections {
  /** Closes them all; resolves when the program has ended. */
  close(): Promise<void>
}

/** A program that is both ends of so many connections, each of which carried one request and its answer. */
export async function holdConnections(count: number): Promise<HeldConnections> {
  const program = await build('crowd-conns', 'connections.c')
  const child = spawn(program, [String(count)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const late = setTimeout(() => child.kill('SIGKILL'), OPENS_WITHIN_MS)
  const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [])])) as [Buffer?]
  clearTimeout(late)
  if (said?.toString() !== 'open\n') throw new Error(`${count} connections could not be opened`)
  return {
    async close() {
      const stubborn = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS)
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      clearTimeout(stubborn)
    },
  }
}

/** Starts a program that does nothing so often a second, so many times (a slow machine takes longer); resolves with how often it was started. */
export async function startPrograms(ratePerSecond: number, count: number): Promise<number> {
  const nothing = await build('crowd-nothing', 'nothing.c', ['-static', '-nostdlib', '-ffreestanding'])
  const { stdout } = await execute(await build('crowd-execs', 'programs.c'), [String(ratePerSecond), String(count), nothing])
  return Number(stdout)
}

async function build(name: string, source: string, flags: readonly string[] = []): Promise<string> {
  const program = join(outputDirectory, name)
  mkdirSync(outputDirectory, { recursive: true })
  await execute('gcc', ['-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', ...flags, '-o', program, join(here, 'crowd', source)])
  return program
}
