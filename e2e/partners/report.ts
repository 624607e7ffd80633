import { cpus, release, totalmem } from 'node:os'
import type { Partner } from './install.ts'
import type { Span } from './received.ts'

export interface PassResult {
  readonly protocol: string
  /** At the collector. */
  readonly spans: number
  /** Read back from Jaeger with client and server joined. */
  readonly traces: number
  /** Requests in `http.server.request.duration` of the last server of the chain. */
  readonly served: number
  /** Requests whose client seems to start after its server, and by how much at most. */
  readonly reversed: { readonly count: number; readonly mostNs: bigint }
  readonly wrong: readonly string[]
  /** The two spans of one request. */
  readonly example: readonly Span[]
}

/** The page docs/reference/partners.md. */
export function reportOf(results: readonly PassResult[], partners: readonly Partner[], requests: number): string {
  const versions = partners.map(({ name, version }) => `${name} ${version}`).join(', ')
  const rows = results.map((result) => `| ${result.protocol} | ${result.spans} of ${requests * 4} | ${result.traces} of ${requests * 2} | ${result.served} | ${result.reversed.count} (≤ ${result.reversed.mostNs} ns) | ${result.wrong.length === 0 ? 'yes' : `no: ${result.wrong.length} things`} |`)
  const examples = results.flatMap(({ protocol, example }) => [`### ${protocol}`, '', '```', ...example.map(spanLine), '```', ''])
  const wrong = results.flatMap((result) => result.wrong.map((sentence) => `- ${sentence}`))
  return [
    '# Partners: the last run of `npm run partners`',
    '',
    `${new Date().toISOString()}, Linux ${release()}, ${cpus().length} CPUs, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${versions}.`,
    '',
    `Sonde watched three uninstrumented Node processes (client → front → back, ${requests} requests each way, keep-alive, loopback) and`,
    'exported by OTLP to a real OpenTelemetry Collector, which passed it on to a real Jaeger. Each request must be one CLIENT and',
    'one SERVER span with one trace id, the client\'s span the server\'s parent; Jaeger must tell the same spans, to the nanosecond',
    '(`/api/v3/traces`), and the same parents (`/api/traces`). On a connection\'s first request over loopback a client\'s start may lie',
    'microseconds after its server\'s: it is TCP\'s stamp of the send, which an acknowledgement that comes at once renews.',
    '',
    '| protocol | spans at the collector | joined traces in Jaeger | requests in the last server\'s metric (warm-ups too) | client starts after its server | as it should be |',
    '|--|--|--|--|--|--|',
    ...rows,
    '',
    '## One request as it was read at the collector',
    '',
    ...examples,
    ...(wrong.length > 0 ? ['## What was wrong', '', ...wrong, ''] : []),
  ].join('\n')
}

function spanLine(span: Span): string {
  return `${span.kind.padEnd(6)} ${span.service.padEnd(16)} ${span.name} ${span.path} ${span.status}  trace ${span.traceId} span ${span.spanId} parent ${span.parentSpanId || 'none'}  start ${span.start} duration ${span.end - span.start} ns`
}
