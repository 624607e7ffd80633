import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { execute, here, outputDirectory } from './workload.ts'

/** One kind of request; `%d` in the path becomes the request's number. */
export interface RequestKind {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly path: string
  readonly bodyBytes?: number
  /** How many of each round are of this kind; 1 by default. */
  readonly weight?: number
}

export interface ExactLoad {
  readonly port: number
  /** Exactly so many. */
  readonly requests: number
  readonly kinds: readonly RequestKind[]
  readonly address?: '127.0.0.1' | '::1'
  readonly threads?: number
  /** A connection a request, instead of keeping it. */
  readonly close?: boolean
  /** Requests on their way on a connection at once. */
  readonly depth?: number
  /** Writes in which each head goes out. */
  readonly headWrites?: number
  readonly oneByteWrites?: boolean
  readonly pauseUs?: number
  readonly noDelay?: boolean
  readonly latenciesFile?: string
}

export interface ExactResult {
  readonly sent: number
  readonly answered: number
  readonly failed: number
  /** Answers of /echo-length that named another length. */
  readonly wrongBodies: number
  readonly connections: number
  /** Why the first failed; '' if none did. */
  readonly error: string
  readonly counts: readonly { readonly method: string; readonly path: string; readonly bodyBytes: number; readonly status: number; readonly count: number }[]
  /** From before the first byte is sent to after the last is read, by CLOCK_MONOTONIC. */
  readonly latencyNs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number }
}

const source = join(here, 'exact-client')
const program = join(outputDirectory, 'exact-client')
const RUNS_WITHIN_MS = 300_000

/** Sends the load; failed requests are in the result, not an exception. */
export async function sendExactly(load: ExactLoad): Promise<ExactResult> {
  await build()
  const options = { maxBuffer: 1 << 24, timeout: RUNS_WITHIN_MS }
  // It ends with 1 when a request failed, having said which.
  const { stdout } = await execute(program, commandLine(load), options).catch((error: Error & { code?: number; stdout?: string }) => {
    if (error.code === 1 && error.stdout) return { stdout: error.stdout }
    throw error
  })
  return JSON.parse(stdout) as ExactResult
}

function commandLine(load: ExactLoad): string[] {
  const kinds = load.kinds.flatMap((kind) => ['--request', `${kind.method}:${kind.path}:${kind.bodyBytes ?? 0}:${kind.weight ?? 1}`])
  const line = ['--port', String(load.port), '--requests', String(load.requests), '--address', load.address ?? '127.0.0.1', '--check-bodies', ...kinds]
  const numbers = { '--threads': load.threads, '--depth': load.depth, '--head-writes': load.headWrites, '--pause-us': load.pauseUs, '--latencies': load.latenciesFile }
  for (const [name, value] of Object.entries(numbers)) if (value !== undefined) line.push(name, String(value))
  const switches = { '--close': load.close, '--one-byte': load.oneByteWrites, '--no-delay': load.noDelay }
  for (const [name, on] of Object.entries(switches)) if (on) line.push(name)
  return line
}

/** Latencies as written to `latenciesFile`, in nanoseconds, failed ones left out. */
export function readLatencies(file: string): number[] {
  const rows = readFileSync(file, 'latin1').trimEnd().split('\n')
  return rows.map((row) => row.split('\t')).filter((fields) => fields[2] !== '0').map((fields) => Number(fields[3]))
}

async function build(): Promise<void> {
  const sources = readdirSync(source).filter((name) => /\.[ch]$/.test(name)).map((name) => join(source, name))
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs))
  if (existsSync(program) && statSync(program).mtimeMs > newest) return
  mkdirSync(outputDirectory, { recursive: true })
  await execute('gcc', ['-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-pthread', '-o', program, ...sources.filter((path) => path.endsWith('.c'))])
}
