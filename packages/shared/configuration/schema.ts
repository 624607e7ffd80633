import { z } from 'zod'
import { isLoopback, parseListen, parsePlace } from './places.ts'
import { bytes, bytesWithin, number, setting, text, toggle } from './setting.ts'

const MEBIBYTE = 1 << 20
const BYTES = 'bytes, such as 64MiB'
const SWITCH = 'on or off'

const regularExpression = z.string({ error: 'must be a regular expression' }).refine(isRegularExpression, 'is not a regular expression')

const service = z
  .strictObject({
    name: setting(text.max(255), { says: 'the name', takes: 'text' }),
    commandLine: setting(regularExpression.optional(), { says: 'found in the arguments, joined by spaces', takes: 'a regular expression' }),
    cgroup: setting(regularExpression.optional(), { says: 'found in the path of the control group', takes: 'a regular expression' }),
    unit: setting(text.optional(), { says: 'the systemd unit', takes: 'text, such as nginx' }),
    port: setting(number({ least: 1, most: 65_535, whole: true }).optional(), { says: 'a port it listens on', takes: 'a port' }),
  })
  .refine((rule) => rule.commandLine !== undefined || rule.cgroup !== undefined || rule.unit !== undefined || rule.port !== undefined, {
    message: 'needs a condition: commandLine, cgroup, unit or port',
  })

const ringBytes = bytes.refine((size) => size >= 65_536 && size <= 256 * MEBIBYTE && Number.isInteger(Math.log2(size)), 'must be a power of two from 64KiB to 256MiB')

const probe = z.strictObject({
  enabled: setting(toggle.optional(), { says: 'whether it watches; what is on by default is in each probe’s README', takes: SWITCH, reloads: true }),
  ringBytes: setting(ringBytes.optional(), { says: 'its ring buffer; exchange’s 16 MiB, tcp_connection’s 4 MiB, others’ 2 MiB or less', takes: 'a power of two of bytes, such as 4MiB' }),
})

const place = z.string().refine((one) => parsePlace(one) !== undefined, 'is no address, such as 10.0.0.7, 10.0.0.7:5432, 10.0.0.0/8 or [2001:db8::1]:443')

const otlp = z.strictObject({
  enabled: setting(toggle.default(true), { says: 'whether to send, where an endpoint is known', takes: SWITCH, variable: 'SONDE_OTLP', flag: { name: 'no-otlp', sets: false }, reloads: true }),
  endpoint: setting(text.optional(), { says: 'an OpenTelemetry collector; else `OTEL_EXPORTER_OTLP_ENDPOINT` and its kin', takes: 'a URL', variable: 'SONDE_OTLP_ENDPOINT', flag: { name: 'otlp-endpoint', value: 'URL' }, reloads: true }),
  protocol: setting(z.enum(['http/protobuf', 'grpc'], { error: 'must be http/protobuf or grpc' }).optional(), { says: 'how', takes: '`http/protobuf` or `grpc`', variable: 'SONDE_OTLP_PROTOCOL', flag: { name: 'otlp-protocol', value: 'NAME' }, reloads: true }),
  headers: setting(z.record(z.string(), z.string({ error: 'must be text' })).optional(), { says: 'sent along', takes: 'names and values', reloads: true }),
  metricsIntervalMs: setting(number({ least: 100, most: 86_400_000, whole: true }).optional(), { says: 'milliseconds between two exports of metrics', takes: 'a number', variable: 'SONDE_OTLP_METRICS_INTERVAL_MS', reloads: true }),
  queueRows: setting(number({ least: 100, most: 10_000_000, whole: true }).optional(), { says: 'requests that may wait', takes: 'a number', variable: 'SONDE_OTLP_QUEUE_ROWS', reloads: true }),
})

const prometheus = z.strictObject({
  enabled: setting(toggle.default(true), { says: 'whether metrics are served to Prometheus', takes: SWITCH, variable: 'SONDE_PROMETHEUS', flag: { name: 'no-prometheus', sets: false }, reloads: true }),
  // Unlike the dashboard it tells counts and names, no traffic, and a scraper is often elsewhere: any address may be asked for.
  listen: setting(text.refine((value) => parseListen(value) !== undefined, { error: 'must be an address with a port, such as 127.0.0.1:7664' }).default('127.0.0.1:7664'), { says: 'where, below `/metrics`; port 0 for any', takes: '`ADDRESS:PORT`', variable: 'SONDE_PROMETHEUS_LISTEN', reloads: true }),
})

const recording = z.strictObject({
  file: setting(text.optional(), { says: 'save what the ring buffers give', takes: 'a path', variable: 'SONDE_RECORD', flag: { name: 'record', value: 'FILE' } }),
  maxBytes: setting(bytes.optional(), { says: 'the file’s size after which nothing more is taken; 1 GiB', takes: BYTES, variable: 'SONDE_RECORD_MAX_BYTES' }),
})

const hub = z.strictObject({
  url: setting(text.optional(), { says: 'where signals go; else the socket in the data directory', takes: '`ws+unix:/socket:/path`, `ws://…` or `wss://…`', variable: 'SONDE_HUB_URL', flag: { name: 'hub', value: 'URL' } }),
  enabled: setting(toggle.default(true), { says: 'whether they go anywhere', takes: SWITCH, variable: 'SONDE_HUB', flag: { name: 'no-hub', sets: false } }),
  memoryBytes: setting(bytes.optional(), { says: 'what may wait in memory; 32 MiB', takes: BYTES, variable: 'SONDE_HUB_MEMORY_BYTES' }),
  spoolBytes: setting(bytes.optional(), { says: 'what may wait on disk; 256 MiB', takes: BYTES, variable: 'SONDE_HUB_SPOOL_BYTES' }),
})

const replay = z.strictObject({
  file: setting(text.optional(), { says: 'replay a recording: no privileges, no kernel', takes: 'a path', flag: { name: 'replay', value: 'FILE' } }),
  loop: setting(toggle.default(false), { says: 'over and over', takes: SWITCH, flag: { name: 'loop', sets: true } }),
  speed: setting(number({ least: 0.001, most: 1_000_000, whole: false }).default(1), { says: 'so many times as fast', takes: 'a number', flag: { name: 'speed', value: 'N' } }),
})

const listen = text.superRefine((value, context) => {
  const address = parseListen(value)
  if (!address) context.addIssue({ code: 'custom', message: `Sonde cannot listen on "${value}": it is not an address with a port`, params: { fix: 'write 127.0.0.1:7663 or [::1]:7663' } })
  // Whoever may connect sees everything, and there is no authentication to configure yet.
  else if (!isLoopback(address)) {
    const fix = 'listen on 127.0.0.1:7663 and reach it from elsewhere with ssh -L 7663:127.0.0.1:7663'
    context.addIssue({ code: 'custom', message: `Sonde refuses to listen on ${value}: anybody who reaches that address could see all traffic of this host, for authentication is not configured`, params: { fix } })
  }
})

const web = z.strictObject({
  listen: setting(listen.default('127.0.0.1:7663'), { says: 'where the dashboard and the API are', takes: '`ADDRESS:PORT`', variable: 'SONDE_LISTEN', flag: { name: 'listen', value: 'ADDRESS:PORT' } }),
  pages: setting(toggle.default(true), { says: 'serve the pages, not the API alone', takes: SWITCH, variable: 'SONDE_PAGES', flag: { name: 'api-only', sets: false } }),
  retention: z
    .strictObject({
      days: setting(number({ least: 1 / 24, most: 3650, whole: false }).default(7), { says: 'how long telemetry is kept', takes: 'days', variable: 'SONDE_RETENTION_DAYS', reloads: true }),
      bytes: setting(bytesWithin(1e6, 1e15).default(2e9), { says: 'how much of it', takes: BYTES, variable: 'SONDE_RETENTION_BYTES', reloads: true }),
    })
    .prefault({}),
  seal: z
    .strictObject({
      seconds: setting(number({ least: 1, most: 86_400, whole: false }).default(600), { says: 'the age at which recent rows become Parquet files', takes: 'seconds', variable: 'SONDE_SEAL_SECONDS' }),
      rows: setting(number({ least: 1000, most: 100_000_000, whole: true }).default(1_000_000), { says: 'the number of rows at which they do', takes: 'a number', variable: 'SONDE_SEAL_ROWS' }),
    })
    .prefault({}),
  store: z
    .strictObject({
      memory: setting(text.default('1GB'), { says: 'memory that DuckDB may use', takes: 'text, such as 1GB', variable: 'SONDE_STORE_MEMORY' }),
      threads: setting(number({ least: 1, most: 256, whole: true }).default(1), { says: 'threads of a statement; each statement runs on its own, and a second one waits by polling', takes: 'a number', variable: 'SONDE_STORE_THREADS' }),
    })
    .prefault({}),
})

/** Every setting there is. Names of probes are checked by who knows them. */
export const schema = z.strictObject({
  dataDir: setting(text.default('/var/lib/sonde'), { says: 'where everything is kept', takes: 'a path', variable: 'SONDE_DATA_DIR', flag: { name: 'data-dir', value: 'DIR' } }),
  probes: setting(z.record(z.string(), probe).default({}), { says: 'by name', takes: 'probes' }),
  services: setting(z.array(service, { error: 'must be a list of rules' }).max(1000).default([]), { says: 'names of services; the first rule that matches counts, and all it says must match', takes: 'rules', reloads: true }),
  peers: setting(z.record(place, text.max(255)).default({}), { says: 'names of addresses and networks, the narrowest first', takes: 'names by place', reloads: true }),
  exporters: z.strictObject({ otlp: otlp.prefault({}), prometheus: prometheus.prefault({}), recording: recording.prefault({}) }).prefault({}),
  hub: hub.prefault({}),
  memory: z.strictObject({ ceilingBytes: setting(bytes.default(200 * MEBIBYTE), { says: 'above which the collector says so', takes: BYTES, variable: 'SONDE_MEMORY_CEILING_BYTES' }) }).prefault({}),
  statistics: setting(toggle.default(true), { says: 'measure what programs cost, for one second each minute', takes: SWITCH, variable: 'SONDE_STATISTICS', flag: { name: 'no-statistics', sets: false } }),
  replay: replay.prefault({}),
  web: web.prefault({}),
})

export type Config = z.infer<typeof schema>

function isRegularExpression(source: string): boolean {
  try {
    RegExp(source).exec('')
    return true
  } catch {
    return false
  }
}
