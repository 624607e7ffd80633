import { isIP } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

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

  --listen ADDRESS:PORT   where (SONDE_LISTEN; default 127.0.0.1:7663)
  --data-dir DIRECTORY    where to keep things (SONDE_DATA_DIR; default /var/lib/sonde)
  --api-only              no pages
  --help                  this

SONDE_RETENTION_DAYS (7) and SONDE_RETENTION_BYTES (2000000000) say how much is kept, SONDE_SEAL_SECONDS (600) and SONDE_SEAL_ROWS (1000000)
when recent rows become Parquet files, SONDE_STORE_MEMORY (1GB) and SONDE_STORE_THREADS (2) what DuckDB may use.`

/** Reads flags, then the environment. Undefined if only help was asked for. @throws StartProblem */
export function readConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): WebConfig | undefined {
  const values = flags(args)
  if (values.help) return undefined
  return {
    ...parseListen(values.listen ?? env.SONDE_LISTEN ?? '127.0.0.1:7663'),
    dataDirectory: values['data-dir'] ?? env.SONDE_DATA_DIR ?? '/var/lib/sonde',
    apiOnly: values['api-only'] ?? false,
    retentionMs: number(env, 'SONDE_RETENTION_DAYS', 7, 1 / 24, 3650) * 86_400_000,
    retentionBytes: number(env, 'SONDE_RETENTION_BYTES', 2e9, 1e6, 1e15),
    sealAfterMs: number(env, 'SONDE_SEAL_SECONDS', 600, 1, 86_400) * 1000,
    sealRows: number(env, 'SONDE_SEAL_ROWS', 1_000_000, 1000, 100_000_000),
    memoryLimit: env.SONDE_STORE_MEMORY ?? '1GB',
    threads: number(env, 'SONDE_STORE_THREADS', 2, 1, 256),
  }
}

function flags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { listen: { type: 'string' }, 'data-dir': { type: 'string' }, 'api-only': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values
  } catch (error) {
    throw new StartProblem('The web process was started with options it does not know', error instanceof Error ? error.message : String(error), 'see --help')
  }
}

/** Only loopback: whoever may connect sees everything, and there is no authentication to configure yet. */
function parseListen(text: string): { address: string; port: number } {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const address = (parts?.[1] ?? parts?.[2] ?? '').replace(/^localhost$/, '127.0.0.1')
  const port = Number(parts?.[3])
  if (!isIP(address) || port > 65_535) throw new StartProblem(`Sonde cannot listen on "${text}"`, 'It is not an address with a port.', 'write 127.0.0.1:7663 or [::1]:7663')
  if (!address.startsWith('127.') && address !== '::1') {
    throw new StartProblem(`Sonde refuses to listen on ${text}`, 'Anybody who reaches that address could see all traffic of this host: authentication is not configured.', 'listen on 127.0.0.1:7663 and reach it from elsewhere with ssh -L 7663:127.0.0.1:7663')
  }
  return { address, port }
}

function number(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number, least: number, most: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (Number.isFinite(value) && value >= least && value <= most) return value
  throw new StartProblem(`${name} is "${text}"`, `It has to be a number from ${least} to ${most}.`, `correct or unset ${name}`)
}

export const webDirectory = (config: WebConfig): string => join(config.dataDirectory, 'web')
export const ingestSocket = (config: WebConfig): string => join(config.dataDirectory, 'run', 'ingest.sock')
