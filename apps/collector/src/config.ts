import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { ConfigError, explain } from './config-errors.ts'
import { readFlags, type Flags } from './config-flags.ts'
import { schema, type Config } from './config-schema.ts'

export { ConfigError } from './config-errors.ts'
export { HELP } from './config-flags.ts'
export type { Config, ReplayConfig } from './config-schema.ts'

export interface ConfigSources {
  /** Without node and the script. */
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  /** The file's text, or undefined if there is none; throws if it can't be read. */
  readonly readFile?: (path: string) => string | undefined
}

const FILE_NAME = 'sonde.config.yaml'

/**
 * Defaults, then the configuration file, then `SONDE_*` variables, then flags: what comes later wins, key by key. Throws
 * `ConfigError` with the place and the fix for anything that isn't understood.
 */
export function readConfig(sources: ConfigSources): Config {
  const flags = readFlags(sources.args)
  const merged: Tree = {}
  for (const layer of [readFileLayer(flags, sources), environmentLayer(sources.environment), flags.settings]) merge(merged, layer)
  const result = schema.safeParse(merged)
  if (!result.success) throw explain(result.error)
  return result.data
}

export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h')
}

type Tree = { [key: string]: unknown }

function readFileLayer(flags: Flags, { environment, workingDirectory, readFile = readTextFile }: ConfigSources): Tree {
  const named = flags.configFile ?? environment.SONDE_CONFIG
  for (const path of named !== undefined ? [named] : [join(workingDirectory, FILE_NAME), join('/etc/sonde', FILE_NAME)]) {
    const text = readFile(path)
    if (text !== undefined) return parseFile(path, text)
  }
  if (named !== undefined) throw new ConfigError(`there is no configuration file ${named}`, 'name one that exists with --config')
  return {}
}

function parseFile(path: string, text: string): Tree {
  let tree: unknown
  try {
    tree = parseYaml(text)
  } catch (error) {
    throw new ConfigError(`${path} is not YAML: ${(error as Error).message.split('\n')[0]}`, 'correct the file')
  }
  if (tree === null || tree === undefined) return {}
  if (!isTree(tree)) throw new ConfigError(`${path} holds no settings`, 'write keys and values, such as `dataDir: /var/lib/sonde`')
  return tree
}

function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new ConfigError(`${path} cannot be read: ${message}`, 'make it readable, or name another with --config')
  }
}

/** Variables and the keys they set. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  SONDE_DATA_DIR: ['dataDir'],
  SONDE_HUB_URL: ['hub', 'url'],
  SONDE_OTLP_ENDPOINT: ['exporters', 'otlp', 'endpoint'],
  SONDE_OTLP_PROTOCOL: ['exporters', 'otlp', 'protocol'],
  SONDE_RECORD: ['exporters', 'recording', 'file'],
  SONDE_MEMORY_CEILING_BYTES: ['memory', 'ceilingBytes'],
  SONDE_STATISTICS: ['statistics'],
}

function environmentLayer(environment: ConfigSources['environment']): Tree {
  const layer: Tree = {}
  for (const [name, path] of Object.entries(VARIABLES)) {
    const value = environment[name]
    if (value !== undefined && value !== '') set(layer, path, value)
  }
  for (const name of environment.SONDE_PROBES_OFF?.split(',') ?? []) if (name.trim() !== '') set(layer, ['probes', name.trim(), 'enabled'], false)
  return layer
}

/** Sets a value in a tree of plain objects. */
export function set(tree: Tree, path: readonly string[], value: unknown): void {
  let at = tree
  for (const key of path.slice(0, -1)) {
    const next = isTree(at[key]) ? at[key] : {}
    at[key] = next
    at = next
  }
  at[path.at(-1)!] = value
}

/** Lists are replaced, not joined. */
function merge(into: Tree, from: Tree): void {
  for (const [key, value] of Object.entries(from)) {
    if (key === '__proto__') continue
    if (isTree(value) && isTree(into[key])) merge(into[key], value)
    else into[key] = isTree(value) ? structuredClone(value) : value
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
