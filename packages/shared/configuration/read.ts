import { FILE_VARIABLE, readEnvironmentValues, type Environment } from './environment.ts'
import { ConfigError, explain, refuse, unknown, type Mistake } from './errors.ts'
import { readFileValues } from './file.ts'
import { readFlags } from './flags.ts'
import { originKey, type GivenValue, type Origin, type Origins } from './origin.ts'
import { schema, type Config } from './schema.ts'

export interface ConfigSources {
  /** Without node and the script. */
  readonly args: readonly string[]
  readonly environment: Environment
  readonly workingDirectory: string
  /** A file's text; throws as the system does. */
  readonly readFile: (path: string) => string
  /** Where probes are known: their names. */
  readonly probes?: readonly string[]
}

export interface Configuration {
  readonly config: Config
  readonly origins: Origins
}

const FILE_NAME = 'sonde.config.yaml'

/**
 * Defaults, then the configuration file, then `SONDE_*` variables, then flags: what comes later wins, key by key. Throws
 * `ConfigError` with the place and the fix of all that isn't understood.
 */
export function readConfiguration(sources: ConfigSources): Configuration {
  const flags = readFlags(sources.args)
  const given = [...fileValues(flags.configFile, sources), ...readEnvironmentValues(sources.environment), ...flags.values]
  const origins = new Map<string, Origin>()
  const tree: Tree = {}
  for (const { path, value, origin } of given) {
    set(tree, path, value)
    origins.set(originKey(path), origin)
  }
  const result = schema.safeParse(tree)
  const mistakes = [...(result.success ? [] : explain(result.error, origins).mistakes), ...unknownProbes(tree, origins, sources.probes)]
  if (mistakes.length > 0) throw new ConfigError(mistakes as [Mistake, ...Mistake[]])
  return { config: result.data!, origins }
}

export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h')
}

function fileValues(flag: string | undefined, { environment, workingDirectory, readFile }: ConfigSources): GivenValue[] {
  const named = flag ?? (environment[FILE_VARIABLE] || undefined)
  for (const path of named !== undefined ? [named] : [`${workingDirectory}/${FILE_NAME}`, `/etc/sonde/${FILE_NAME}`]) {
    const text = textOf(path, readFile)
    if (text !== undefined) return readFileValues(path, text)
  }
  return named === undefined ? [] : refuse(`there is no configuration file ${named}`, 'name one that exists with --config')
}

function textOf(path: string, readFile: ConfigSources['readFile']): string | undefined {
  try {
    return readFile(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return refuse(`${path} cannot be read: ${message}`, 'make it readable, or name another with --config')
  }
}

function unknownProbes(tree: Tree, origins: Origins, known: readonly string[] | undefined): Mistake[] {
  if (!known || !isTree(tree.probes)) return []
  return Object.keys(tree.probes).filter((name) => !known.includes(name)).map((name) => unknown(['probes', name], known, origins, 'probe'))
}

type Tree = { [key: string]: unknown }

/** Lists are replaced, not joined. */
function set(tree: Tree, path: readonly string[], value: unknown): void {
  if (path.includes('__proto__')) refuse(`${path.join('.')}: there is no such setting`, 'leave it out')
  let at = tree
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(at, key) && isTree(at[key]) ? at[key] : {}
    at[key] = next
    at = next
  }
  at[path.at(-1)!] = value
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
