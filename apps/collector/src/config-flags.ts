import { parseArgs } from 'node:util'
import { ConfigError, nearestName } from './config-errors.ts'

/** What the command line says. */
export interface Flags {
  readonly configFile: string | undefined
  /** In the shape of the configuration file. */
  readonly settings: Record<string, unknown>
}

export const HELP = `
sonde-collector [OPTIONS]    watch this host: BPF programs in, telemetry to the hub and other exporters out

  --config FILE            settings (./sonde.config.yaml, else /etc/sonde/sonde.config.yaml; $SONDE_CONFIG)
  --data-dir DIR           where spool and host id are kept, below collector/ (/var/lib/sonde; $SONDE_DATA_DIR)
  --hub URL                ws+unix:/socket:/path, ws://… or wss://… (the data directory's run/ingest.sock; $SONDE_HUB_URL)
  --no-hub                 no hub
  --otlp-endpoint URL      an OpenTelemetry collector ($OTEL_EXPORTER_OTLP_ENDPOINT and its kin)
  --otlp-protocol NAME     http/protobuf or grpc
  --no-otlp                no OTLP, whatever the environment says
  --record FILE            save what the ring buffers give ($SONDE_RECORD)
  --probe-off NAME         don't load this probe; may be given again ($SONDE_PROBES_OFF=a,b)
  --no-statistics          don't measure what programs cost for one second each minute ($SONDE_STATISTICS=off)
  --replay FILE            replay a recording: no privileges, no kernel
  --loop                   … over and over
  --speed N                … N times as fast
  --help                   this text

Settings of the file: dataDir, hub {url, enabled, memoryBytes, spoolBytes}, services [{name, commandLine, cgroup, unit, port}],
peers {"10.0.0.7:5432": name}, probes {name: {enabled, ringBytes}}, exporters {otlp {enabled, endpoint, protocol, headers,
metricsIntervalMs, queueRows}, recording {file, maxBytes}}, memory {ceilingBytes}, statistics.
`

const OPTIONS = {
  config: { type: 'string' },
  'data-dir': { type: 'string' },
  hub: { type: 'string' },
  'no-hub': { type: 'boolean' },
  'otlp-endpoint': { type: 'string' },
  'otlp-protocol': { type: 'string' },
  'no-otlp': { type: 'boolean' },
  record: { type: 'string' },
  'probe-off': { type: 'string', multiple: true },
  'no-statistics': { type: 'boolean' },
  replay: { type: 'string' },
  loop: { type: 'boolean' },
  speed: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Throws `ConfigError` for a flag that is none, naming the nearest. */
export function readFlags(args: readonly string[]): Flags {
  const values = parse(args)
  if (values.replay === undefined && (values.loop || values.speed !== undefined)) throw new ConfigError('--loop and --speed belong to --replay', 'name the recording with --replay FILE')
  const settings = {
    dataDir: values['data-dir'],
    hub: { url: values.hub, enabled: values['no-hub'] ? false : undefined },
    exporters: {
      otlp: { endpoint: values['otlp-endpoint'], protocol: values['otlp-protocol'], enabled: values['no-otlp'] ? false : undefined },
      recording: { file: values.record },
    },
    probes: Object.fromEntries((values['probe-off'] ?? []).map((name) => [name, { enabled: false }])),
    statistics: values['no-statistics'] ? false : undefined,
    replay: { file: values.replay, loop: values.loop, speed: values.speed },
  }
  return { configFile: values.config, settings: given(settings) ?? {} }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false, strict: true }).values
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error
    const unknown = /'(?:--)?([\w-]+)/.exec(message)?.[1]
    const nearest = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && unknown !== undefined ? nearestName(unknown, Object.keys(OPTIONS)) : undefined
    throw new ConfigError(message.split('. ')[0]!, nearest ? `did you mean --${nearest}?` : '--help names the options')
  }
}

/** The tree without what was not given; undefined if nothing was. */
function given(tree: Record<string, unknown>): Record<string, unknown> | undefined {
  const entries = Object.entries(tree)
    .map(([key, value]) => [key, typeof value === 'object' && value !== null && !Array.isArray(value) ? given(value as Record<string, unknown>) : value] as const)
    .filter(([, value]) => value !== undefined)
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}
