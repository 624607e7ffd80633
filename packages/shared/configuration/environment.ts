import { nearestName, refuse } from './errors.ts'
import type { GivenValue } from './origin.ts'
import { SETTINGS } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Names the file. */
export const FILE_VARIABLE = 'SONDE_CONFIG'
/** Lists of probes, separated by commas. */
const PROBE_LISTS = { SONDE_PROBES_ON: true, SONDE_PROBES_OFF: false } as const
/** Between Sonde's own processes, and for its own tests and benchmarks. */
const OWN = /^SONDE_(SUPERVISOR_PID$|TEST_|BENCH_)/

/** What `SONDE_*` variables set. Throws `ConfigError` for one that is none, naming the nearest. */
export function readEnvironmentValues(environment: Environment): GivenValue[] {
  const values: GivenValue[] = []
  for (const { path, variable } of SETTINGS) {
    const value = variable === undefined ? undefined : environment[variable]
    if (value !== undefined && value !== '') values.push({ path, value, origin: { kind: 'variable', name: variable! } })
  }
  for (const [name, enabled] of Object.entries(PROBE_LISTS)) {
    const probes = environment[name]?.split(',').map((probe) => probe.trim()).filter((probe) => probe !== '') ?? []
    for (const probe of probes) values.push({ path: ['probes', probe, 'enabled'], value: enabled, origin: { kind: 'variable', name } })
  }
  refuseUnknown(environment)
  return values
}

function refuseUnknown(environment: Environment): void {
  const known = [FILE_VARIABLE, ...Object.keys(PROBE_LISTS), ...SETTINGS.flatMap(({ variable }) => variable ?? [])]
  const unknown = Object.keys(environment).find((name) => name.startsWith('SONDE_') && !OWN.test(name) && !known.includes(name))
  if (unknown === undefined) return
  const nearest = nearestName(unknown.slice('SONDE_'.length), known.map((name) => name.slice('SONDE_'.length)))
  refuse(`${unknown}: there is no such variable`, nearest ? `did you mean SONDE_${nearest}?` : 'unset it; docs/reference/configuration.md names them')
}
