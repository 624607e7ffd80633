import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asksForHelp, ConfigError, flagLines, parseListen, readConfiguration, type Config } from '@sonde/shared/configuration'

/** A start that can't be: one sentence, what is behind it, and what to do. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem'
  readonly detail: string
  readonly fix: string
  constructor(what: string, detail: string, fix: string) {
    super(what)
    this.detail = detail
    this.fix = fix
  }
}

export interface WebConfig {
  readonly address: string
  readonly port: number
  readonly dataDirectory: string
  /** Serve the API alone, without pages. */
  readonly apiOnly: boolean
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly sealAfterMs: number
  readonly sealRows: number
  readonly memoryLimit: string
  readonly threads: number
}

export const HELP = `Usage: node apps/web/server/main.ts [options]

Takes what collectors see, keeps it, and serves the API and the pages.

${flagLines(({ path }) => path[0] === 'web' || path[0] === 'dataDir').join('\n')}

SIGHUP reads the configuration again. All settings: docs/reference/configuration.md.`

type Environment = Readonly<Record<string, string | undefined>>

/** Undefined if only help was asked for. @throws StartProblem */
export function readConfig(args: readonly string[], environment: Environment): WebConfig | undefined {
  return asksForHelp(args) ? undefined : webConfigOf(readSettings(args, environment))
}

/** The whole configuration, of which the web process has use for its part. @throws StartProblem */
export function readSettings(args: readonly string[], environment: Environment): Config {
  try {
    return readConfiguration({ args, environment, workingDirectory: process.cwd(), readFile: (path) => readFileSync(path, 'utf8') }).config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new StartProblem(error.message, error.mistakes.length > 1 ? `And ${error.mistakes.slice(1).map(({ what }) => what).join('; ')}` : 'The configuration is not understood', error.fix)
  }
}

export function webConfigOf({ dataDir, web }: Config): WebConfig {
  return {
    ...parseListen(web.listen)!,
    dataDirectory: dataDir,
    apiOnly: !web.pages,
    retentionMs: Math.round(web.retention.days * 86_400_000),
    retentionBytes: web.retention.bytes,
    sealAfterMs: web.seal.seconds * 1000,
    sealRows: web.seal.rows,
    memoryLimit: web.store.memory,
    threads: web.store.threads,
  }
}

export const webDirectory = (config: WebConfig): string => join(config.dataDirectory, 'web')
export const ingestSocket = (config: WebConfig): string => join(config.dataDirectory, 'run', 'ingest.sock')
