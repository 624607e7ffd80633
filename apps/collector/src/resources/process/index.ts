import type { Files, ProcessFacts } from '../detector.ts'
import { parseCgroup, parseStat, parseStatus, splitNul } from './parse.ts'

/** USER_HZ is 100 on every architecture we run on. */
export const NS_PER_TICK = 10_000_000
const ARGS_LIMIT = 32 * 1024
const ENVIRONMENT_LIMIT = 256 * 1024

/** What the kernel said of a process, which stands where /proc can't be read any more. */
export interface KernelFacts {
  readonly pid: number
  readonly comm: string
  readonly uid: number
  readonly filename: string
  readonly commandArgs: readonly string[]
  /** When this pid began, nanoseconds since boot: tells it from a later process with its number. 0: not known. */
  readonly startedAt: number
}

/** Reads `/proc/PID`, bounded. Undefined if the process is gone or its number belongs to another by now. */
export function readProcess(known: KernelFacts, files: Files): ProcessFacts | undefined {
  const folder = `/proc/${known.pid}`
  const stat = parseStat(text(files.read(`${folder}/stat`, 4096)))
  if (!stat || !sameStart(stat.startedAtTicks, known.startedAt)) return undefined
  const status = parseStatus(text(files.read(`${folder}/status`, 8192)))
  let environment: string | undefined
  const workingDirectory = files.link(`${folder}/cwd`) ?? ''
  const commandArgs = splitNul(text(files.read(`${folder}/cmdline`, ARGS_LIMIT)))
  return {
    pid: known.pid,
    startedAt: known.startedAt || stat.startedAtTicks * NS_PER_TICK,
    comm: stat.comm,
    // A zombie has neither any more: then what the kernel said of it holds.
    executable: (files.link(`${folder}/exe`) ?? known.filename).replace(/ \(deleted\)$/, ''),
    workingDirectory,
    commandArgs: commandArgs.length > 0 ? commandArgs : known.commandArgs,
    uid: status?.uid ?? known.uid,
    cgroup: parseCgroup(text(files.read(`${folder}/cgroup`, 16384))),
    kernelThread: stat.kernelThread,
    variable(name) {
      environment ??= `\0${text(files.read(`${folder}/environ`, ENVIRONMENT_LIMIT))}\0`
      return variableIn(environment, name)
    },
    file: (path, limit) => files.read(`${folder}/root${absolute(workingDirectory, path)}`, limit),
  }
}

/** Facts of a process that was gone before /proc could be read; its control group is its parent's, most likely. */
export function factsFromKernel(known: KernelFacts, cgroup: string): ProcessFacts {
  return {
    pid: known.pid,
    startedAt: known.startedAt,
    comm: known.comm,
    executable: known.filename,
    workingDirectory: '',
    commandArgs: known.commandArgs,
    uid: known.uid,
    cgroup,
    kernelThread: false,
    variable: () => undefined,
    file: () => undefined,
  }
}

/** stat counts in hundredths of a second (USER_HZ), the kernel in nanoseconds. */
function sameStart(ticks: number, startedAt: number): boolean {
  return startedAt === 0 || Math.abs(ticks * NS_PER_TICK - startedAt) <= 20_000_000
}

function absolute(directory: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function variableIn(environment: string, name: string): string | undefined {
  const at = environment.indexOf(`\0${name}=`)
  if (at < 0) return undefined
  const start = at + name.length + 2
  return environment.slice(start, environment.indexOf('\0', start))
}

function text(bytes: Buffer | undefined): string {
  return bytes === undefined ? '' : bytes.toString('utf8')
}
