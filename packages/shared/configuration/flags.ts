import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { nearestName, refuse } from './errors.ts'
import type { GivenValue } from './origin.ts'
import { SETTINGS, type Setting } from './settings.ts'

/** What the command line says. */
export interface Flags {
  readonly configFile: string | undefined
  readonly values: readonly GivenValue[]
}

const FLAGGED = SETTINGS.filter((setting): setting is Setting & { flag: NonNullable<Setting['flag']> } => setting.flag !== undefined)
const PROBE_FLAGS = { 'probe-on': true, 'probe-off': false } as const
const OPTIONS: ParseArgsOptionsConfig = {
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  ...Object.fromEntries(Object.keys(PROBE_FLAGS).map((name) => [name, { type: 'string', multiple: true }])),
  ...Object.fromEntries(FLAGGED.map(({ flag }) => [flag.name, { type: 'value' in flag ? 'string' : 'boolean' }])),
}

/** Throws `ConfigError` for a flag that is none, naming the nearest. */
export function readFlags(args: readonly string[]): Flags {
  const given = parse(args)
  if (given.replay === undefined && (given.loop !== undefined || given.speed !== undefined)) refuse('--loop and --speed belong to --replay', 'name the recording with --replay FILE')
  const values: GivenValue[] = []
  for (const { path, flag } of FLAGGED) {
    const value = given[flag.name]
    if (value !== undefined) values.push({ path, value: 'value' in flag ? value : flag.sets, origin: { kind: 'flag', name: flag.name } })
  }
  for (const [name, enabled] of Object.entries(PROBE_FLAGS)) {
    for (const probe of (given[name] ?? []) as string[]) values.push({ path: ['probes', probe, 'enabled'], value: enabled, origin: { kind: 'flag', name } })
  }
  return { configFile: given.config as string | undefined, values }
}

/** `--name VALUE` and what it is for, of the settings that a program has use for. */
export function flagLines(isWanted: (setting: Setting) => boolean): string[] {
  const lines = FLAGGED.filter(isWanted).map(({ flag, says, variable }) => {
    const name = `--${flag.name}${'value' in flag ? ` ${flag.value}` : ''}`
    const what = 'value' in flag ? says : `${flag.sets ? '' : 'not: '}${says}`
    return [name, `${what}${variable ? ` ($${variable})` : ''}`] as const
  })
  const all = [['--config FILE', 'settings (./sonde.config.yaml, else /etc/sonde/sonde.config.yaml; $SONDE_CONFIG)'], ...lines, ['--help', 'this text']] as const
  return all.map(([name, what]) => `  ${name.padEnd(24)} ${what}`)
}

function parse(args: readonly string[]): Readonly<Record<string, unknown>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false, strict: true }).values
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error
    const unknown = /'(?:--)?([\w-]+)/.exec(message)?.[1]
    const nearest = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && unknown !== undefined ? nearestName(unknown, Object.keys(OPTIONS)) : undefined
    return refuse(message.split('. ')[0]!, nearest ? `did you mean --${nearest}?` : '--help names the options')
  }
}
