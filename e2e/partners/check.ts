import type { Span } from './received.ts'

/**
 * How much later than its server's a client's start may be. The client's is TCP's own stamp of its send, which the
 * acknowledgement renews where that comes at once: on a new connection over loopback, by some microseconds.
 */
const STAMP_TOLERANCE_NS = 100_000n

/** What is wrong between what was done and what arrived; empty if nothing is. Sentences, at most ten. */
export function checkSpans(spans: readonly Span[], prefix: string, count: number): string[] {
  const wrong: string[] = []
  const byPath = Map.groupBy(spans, (span) => span.path)
  for (const hop of ['front', 'back'] as const) {
    const [clientService, serverService] = hop === 'front' ? ['partners-client', 'partners-front'] : ['partners-front', 'partners-back']
    for (let i = 0; i < count; i++) {
      const path = `${prefix}/${hop}/${i}`
      const ends = byPath.get(path) ?? []
      const [server, client] = ['server', 'client'].map((kind) => ends.filter((span) => span.kind === kind))
      if (server!.length !== 1 || client!.length !== 1) wrong.push(`${path}: ${server!.length} server and ${client!.length} client spans`)
      else wrong.push(...checkPair(path, server![0]!, client![0]!, { clientService, serverService, status: String(i).endsWith('7') ? 404 : 200 }))
    }
  }
  if (spans.length !== count * 4) wrong.push(`${spans.length} spans instead of ${count * 4}`)
  return wrong.slice(0, 10)
}

function checkPair(path: string, server: Span, client: Span, expected: { clientService: string; serverService: string; status: number }): string[] {
  const facts: [string, boolean][] = [
    ['one trace id', server.traceId === client.traceId],
    ['the server\'s parent is the client\'s span', server.parentSpanId === client.spanId],
    ['services', client.service === expected.clientService && server.service === expected.serverService],
    ['names without paths', server.name === 'GET' && client.name === 'GET'],
    ['status', server.status === expected.status && client.status === expected.status],
    ['the client began before the server, within 100 µs, and ended after it had begun', client.start <= server.start + STAMP_TOLERANCE_NS && client.end > server.start],
  ]
  return facts.filter(([, holds]) => !holds).map(([fact]) => `${path}: not so: ${fact} (server ${describe(server)}, client ${describe(client)})`)
}

const describe = (span: Span): string => `${span.service} ${span.name} ${span.status} ${span.traceId}/${span.spanId}<${span.parentSpanId} ${span.start}–${span.end}`

/** Whether Jaeger tells of a trace what the collector was given. */
export function checkTrace(given: readonly Span[], told: readonly Span[], parents: Readonly<Record<string, string>>): string[] {
  const traceId = given[0]!.traceId
  const key = (span: Span) => JSON.stringify(span, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  const missing = given.filter((span) => !told.some((other) => key(other) === key(span)))
  const wrong = missing.map((span) => `Jaeger, trace ${traceId}: doesn't tell ${describe(span)}; it tells ${told.map(describe).join('; ') || 'nothing'}`)
  if (told.length !== given.length) wrong.push(`Jaeger, trace ${traceId}: ${told.length} spans instead of ${given.length}`)
  for (const span of given) if ((parents[span.spanId] ?? 'none') !== span.parentSpanId) wrong.push(`Jaeger, trace ${traceId}: parent of ${span.spanId} is ${parents[span.spanId]}, not ${span.parentSpanId}`)
  return wrong
}

/** Largest time by which a client's start comes after its server's, in nanoseconds, and in how many requests it does at all. */
export function reversedStarts(spans: readonly Span[]): { count: number; mostNs: bigint } {
  const clients = new Map(spans.filter((span) => span.kind === 'client').map((span) => [span.spanId, span]))
  const late = spans.flatMap((span) => {
    const client = clients.get(span.parentSpanId)
    return client && client.start > span.start ? [client.start - span.start] : []
  })
  return { count: late.length, mostNs: late.reduce((most, ns) => (ns > most ? ns : most), 0n) }
}
