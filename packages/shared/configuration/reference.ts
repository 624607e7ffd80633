import { valueAt } from './difference.ts'
import { schema } from './schema.ts'
import { formatPath, SETTINGS, type Setting } from './settings.ts'

/** docs/reference/configuration.md. */
export function reference(): string {
  return `# Configuration

<!-- Made from packages/shared/configuration by its build.ts; do not edit. -->

Defaults, then \`sonde.config.yaml\` (in the working directory, else in \`/etc/sonde\`, or where \`--config\` or \`SONDE_CONFIG\` says), then
\`SONDE_*\` variables, then flags: what comes later wins, setting by setting; lists are replaced as a whole. What is not known is refused, with the nearest
known name. \`npm run config -- --print\` shows what comes out and where each value comes from.

On SIGHUP, \`npm start\` has its processes read the configuration again. Settings marked **reloads** apply at once; of any other that changed it is said that it needs a restart.
A configuration that is not understood changes nothing.

| Setting | What | Takes | Default | Variable | Flag | |
|--|--|--|--|--|--|--|
${SETTINGS.map(row).join('\n')}

Probes are also switched by \`SONDE_PROBES_ON\` and \`SONDE_PROBES_OFF\` (names, separated by commas) and by \`--probe-on NAME\` and \`--probe-off NAME\`, which may be given again.
The standard \`OTEL_EXPORTER_OTLP_*\` variables hold for what \`exporters.otlp\` leaves open.

\`\`\`yaml
# sonde.config.yaml
services:
  - name: checkout
    commandLine: node .*/checkout/server\\.js
peers:
  10.0.0.7:5432: orders-db
probes:
  block_io: { enabled: on }
web:
  retention: { days: 14, bytes: 8GiB }
\`\`\`
`
}

const DEFAULTS = schema.parse({})

function row({ path, says, takes, variable, flag, reloads }: Setting): string {
  const value = valueAt(DEFAULTS, path)
  const cells = [
    `\`${formatPath(path)}\``, says, takes, value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``, variable ? `\`${variable}\`` : '',
    flag ? `\`--${flag.name}${'value' in flag ? ` ${flag.value}` : ''}\`` : '', reloads ? '**reloads**' : '',
  ]
  return `| ${cells.join(' | ')} |`
}
