import { readFile } from 'node:fs/promises'
import { PORTS } from './systems.ts'

/** A span as it was read back, whoever told of it. Times are nanoseconds since the epoch. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  /** `server` or `client`. */
  readonly kind: string
  readonly service: string
  readonly start: bigint
  readonly end: bigint
  readonly path: string
  readonly status: number
}

type Value = { stringValue?: string; intValue?: string | number }
interface OtlpResource { attributes: { key: string; value: Value }[] }
interface OtlpSpan {
  traceId: string; spanId: string; parentSpanId?: string; name: string; kind: number | string
  startTimeUnixNano: string; endTimeUnixNano: string; attributes: OtlpResource['attributes']
}
interface ResourceSpans { resource: OtlpResource; scopeSpans: { spans: OtlpSpan[] }[] }
interface ResourceMetrics {
  resource: OtlpResource
  scopeMetrics: { metrics: { name: string; histogram?: { aggregationTemporality: number; dataPoints: { count: string; attributes: OtlpResource['attributes'] }[] } }[] }[]
}

const KINDS: Readonly<Record<string, string>> = { 2: 'server', 3: 'client', SPAN_KIND_SERVER: 'server', SPAN_KIND_CLIENT: 'client' }

function attribute(attributes: OtlpResource['attributes'], key: string): string {
  const value = attributes.find((one) => one.key === key)?.value
  return String(value?.stringValue ?? value?.intValue ?? '')
}

/** Both Jaeger's API and the collector's file may write ids in base64, as protobuf's JSON does. */
const hex = (id: string, bytes: number): string => (id.length === bytes * 2 ? id.toLowerCase() : Buffer.from(id, 'base64').toString('hex'))

function spansOf(groups: readonly ResourceSpans[]): Span[] {
  return groups.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: hex(span.traceId, 16),
        spanId: hex(span.spanId, 8),
        parentSpanId: span.parentSpanId ? hex(span.parentSpanId, 8) : '',
        name: span.name,
        kind: KINDS[span.kind] ?? String(span.kind),
        service: attribute(resource.attributes, 'service.name'),
        start: BigInt(span.startTimeUnixNano),
        end: BigInt(span.endTimeUnixNano),
        path: attribute(span.attributes, 'url.path') || new URL(attribute(span.attributes, 'url.full') || 'http://none/').pathname,
        status: Number(attribute(span.attributes, 'http.response.status_code')),
      })),
    ),
  )
}

/** What the collector wrote down: its whole lines. */
async function lines(file: string): Promise<{ resourceSpans?: ResourceSpans[]; resourceMetrics?: ResourceMetrics[] }[]> {
  const text = await readFile(file, 'utf8').catch(() => '') // nothing came yet
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line))
}

/** The spans at the collector whose path begins with `prefix`. */
export async function collectorSpans(file: string, prefix: string): Promise<Span[]> {
  const spans = (await lines(file)).flatMap(({ resourceSpans }) => spansOf(resourceSpans ?? []))
  return spans.filter((span) => span.path.startsWith(prefix))
}

/** The newest count of a metric at the collector, by service, all attribute sets together (cumulative). */
export async function collectorCounts(file: string, metric: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { resource, scopeMetrics } of (await lines(file)).flatMap(({ resourceMetrics }) => resourceMetrics ?? [])) {
    const found = scopeMetrics.flatMap(({ metrics }) => metrics).find(({ name }) => name === metric)
    if (found?.histogram) counts[attribute(resource.attributes, 'service.name')] = found.histogram.dataPoints.reduce((sum, point) => sum + Number(point.count), 0)
  }
  return counts
}

/** One trace as Jaeger's OTLP API (`/api/v3/traces/{id}`) tells it; empty if it doesn't know it. */
export async function jaegerTrace(traceId: string): Promise<Span[]> {
  const response = await fetch(`http://127.0.0.1:${PORTS.jaegerQuery}/api/v3/traces/${traceId}`)
  if (!response.ok) return []
  const { result } = (await response.json()) as { result?: { resourceSpans?: ResourceSpans[] } }
  return spansOf(result?.resourceSpans ?? [])
}

/** The references Jaeger's own JSON (`/api/traces/{id}`, what its pages use) gives: span id → parent's span id. */
export async function jaegerParents(traceId: string): Promise<Record<string, string>> {
  const response = await fetch(`http://127.0.0.1:${PORTS.jaegerQuery}/api/traces/${traceId}`)
  const { data } = (await response.json()) as { data?: { spans: { spanID: string; references: { refType: string; spanID: string }[] }[] }[] }
  const spans = data?.[0]?.spans ?? []
  return Object.fromEntries(spans.map((span) => [span.spanID, span.references.find((reference) => reference.refType === 'CHILD_OF')?.spanID ?? '']))
}
