import { mkdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '@sonde/shared/signal'
import { Announcer } from './announce.ts'
import { Collector } from './collector.ts'
import { asksForHelp, ConfigError, HELP, readConfig, type Config, type ReplayConfig } from './config.ts'
import { ExporterConfigError, loadOtlp } from './exporters/index.ts'
import { identifyHost } from './health/host.ts'
import { Losses } from './health/losses.ts'
import { Reloader } from './reload.ts'
import type { Source, SourceOptions } from './source.ts'

const announcer = new Announcer(say)

async function main(args: readonly string[]): Promise<void> {
  if (asksForHelp(args)) return say(HELP.trimStart())
  const read = () => readConfig({ args, environment: process.env, workingDirectory: process.cwd() }).config
  const config = read()
  const [openSource, openOtlp] = await Promise.all([sourceOf(config), loadOtlp(config.exporters.otlp, process.env)])
  const dataDirectory = join(config.dataDir, 'collector')
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  const collector = new Collector({ config, losses: new Losses(), host: identifyHost(dataDirectory), version: readVersion(), dataDirectory, announcer, openSource, openOtlp })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void exitAfter(collector.close()))
  const reloader = new Reloader({ config, read, target: collector, onNotice: (text) => announcer.notice(text) })
  process.on('SIGHUP', () => void reloader.reload().catch(fail))

  /** A recording that isn't looped has come to its end. */
  async function sourceOf({ replay }: Config): Promise<(options: SourceOptions) => Source> {
    // The binding is loaded only where there is a kernel to watch: a demo runs where it isn't built.
    if (replay.file === undefined) return watching()
    const { replayRecording } = await import('./replay-recording.ts')
    return (options) => replayRecording(replay as ReplayConfig, options, (error) => void (error === undefined ? exitAfter(collector.finish()) : fail(error)))
  }
}

async function watching(): Promise<(options: SourceOptions) => Source> {
  const { watchHost, whyNotHere } = await import('./watch-host.ts').catch(notBuilt)
  const problem = whyNotHere()
  if (problem) throw new CannotStart(problem)
  return (options) => watchHost(options)
}

/** Why the collector can't start at all. */
class CannotStart extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.what)
    this.problem = problem
  }
}

function notBuilt(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_DLOPEN_FAILED') throw error
  throw new CannotStart({ what: 'the libbpf binding cannot be loaded', detail: message.split('\n')[0]!, fix: 'build it: npm run build' })
}

async function exitAfter(ended: Promise<void>): Promise<void> {
  await ended
  process.exit(0)
}

/** A bad environment is one clear sentence with the fix; a bug shows where it is. */
function fail(error: unknown): void {
  if (error instanceof CannotStart) announcer.problem(error.problem)
  else if (error instanceof ConfigError) for (const { what, fix } of error.mistakes) announcer.problem({ what: `the configuration is not understood: ${what}`, detail: '', fix })
  else if (error instanceof ExporterConfigError) announcer.problem({ what: 'the configuration is not understood', detail: error.message, fix: 'correct it; --help names the settings' })
  else if (error instanceof Error && error.name === 'UnreadableRecording') announcer.problem({ what: 'the recording cannot be replayed', detail: error.message, fix: 'name a file that `npm run record` made' })
  else if (error instanceof Error && error.name === 'RecordLayoutError') announcer.problem({ what: 'the recording was made by another version of the probes', detail: error.message.split(';')[0]!, fix: 'replay it with the version of Sonde that made it, or record it again' })
  else if (isFromSystem(error)) announcer.problem({ what: 'the collector cannot start', detail: error.message, fix: fixOf(error.code) })
  else throw error
  process.exit(1)
}

function isFromSystem(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'
}

function fixOf(code: string): string {
  switch (code) {
    case 'ENOSPC': return 'make room on that disk, or choose another data directory with --data-dir'
    case 'EACCES':
    case 'EPERM': return 'run as the user that may write there, or choose another data directory with --data-dir'
    default: return 'choose another data directory with --data-dir, or correct what the message names'
  }
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }).version
}

/** Written at once, so that a line said before an exit is read. Nobody listening is no reason to stop. */
function say(text: string): void {
  try {
    writeSync(1, text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE' && (error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
  }
}

main(process.argv.slice(2)).catch(fail)
