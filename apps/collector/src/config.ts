import { readFileSync } from 'node:fs'
import { probes } from '@sonde/bpf-programs'
import { flagLines, readConfiguration, type Config, type Configuration, type ConfigSources } from '@sonde/shared/configuration'

export { asksForHelp, ConfigError } from '@sonde/shared/configuration'
export type { Config, Configuration } from '@sonde/shared/configuration'
export type ReplayConfig = Config['replay'] & { readonly file: string }

export const HELP = `
sonde-collector [OPTIONS]    watch this host: BPF programs in, telemetry to the hub and other exporters out

${flagLines(({ path }) => path[0] !== 'web').join('\n')}
  --probe-on NAME          switch a probe on; may be given again ($SONDE_PROBES_ON=a,b)
  --probe-off NAME         … or off ($SONDE_PROBES_OFF=a,b)

SIGHUP reads the configuration again. All settings: docs/reference/configuration.md.
`

/** The configuration and where each value comes from; names of probes are checked. Throws `ConfigError`. */
export function readConfig(sources: Omit<ConfigSources, 'readFile' | 'probes'> & Partial<ConfigSources>): Configuration {
  return readConfiguration({ readFile: (path) => readFileSync(path, 'utf8'), probes: probes.map(({ name }) => name), ...sources })
}
