/** What a receiver of OTLP reads: opentelemetry/proto/{trace,metrics,common}/v1, by hand, so that no library of ours is its own judge. */

type Value = string | number | boolean | bigint
type Attributes = Record<string, Value>

export interface ReceivedSpan {
  readonly resource: Attributes
  readonly resourceSchemaUrl: string
  readonly scope: string
  readonly scopeSchemaUrl: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Attributes
  readonly status: number
}

export interface ReceivedPoint {
  readonly resource: Attributes
  readonly metric: string
  readonly unit: string
  /** 1 delta, 2 cumulative. */
  readonly temporality: number
  readonly attributes: Attributes
  readonly start: bigint
  readonly end: bigint
  readonly count: bigint
  readonly sum: number
  readonly bounds: number[]
  readonly buckets: bigint[]
}

/** A sum or a gauge. */
export interface ReceivedNumber {
  readonly service: Value | undefined
  readonly metric: string
  readonly unit: string
  /** 1 delta, 2 cumulative; 0: a gauge. */
  readonly temporality: number
  readonly isMonotonic: boolean
  readonly attributes: Attributes
  readonly start: bigint
  readonly value: number
}

export interface ReceivedExponential {
  readonly metric: string
  readonly attributes: Attributes
  readonly count: bigint
  readonly zeroCount: bigint
  readonly sum: number
  readonly scale: number
  readonly offset: number
  readonly buckets: bigint[]
}

/** Fields by number: varints and fixed widths as bigint, the rest as bytes. */
type Fields = Map<number, (bigint | Buffer)[]>

function fields(bytes: Buffer): Fields {
  const found: Fields = new Map()
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const take = (length: number) => bytes.subarray(at, (at += length))
  while (at < bytes.length) {
    const tag = Number(varint())
    const wire = tag & 7
    const value = wire === 0 ? varint() : wire === 1 ? take(8).readBigUInt64LE() : wire === 2 ? take(Number(varint())) : BigInt(take(4).readUInt32LE())
    found.set(tag >>> 3, [...(found.get(tag >>> 3) ?? []), value])
  }
  return found
}

const messages = (of: Fields, field: number): Fields[] => (of.get(field) ?? []).map((bytes) => fields(bytes as Buffer))
const text = (of: Fields | undefined, field: number): string => (of?.get(field)?.[0] as Buffer | undefined)?.toString('utf8') ?? ''
const hex = (of: Fields, field: number): string => (of.get(field)?.[0] as Buffer | undefined)?.toString('hex') ?? ''
const integer = (of: Fields | undefined, field: number): bigint => (of?.get(field)?.[0] as bigint | undefined) ?? 0n
const double = (bits: bigint): number => Buffer.from(new BigUint64Array([bits]).buffer).readDoubleLE()

function attributes(of: Fields | undefined, field: number): Attributes {
  const pairs = of ? messages(of, field) : []
  return Object.fromEntries(pairs.map((pair) => [text(pair, 1), anyValue(messages(pair, 2)[0]!)]))
}

function anyValue(value: Fields): Value {
  if (value.has(1)) return text(value, 1)
  if (value.has(2)) return integer(value, 2) === 1n
  if (value.has(3)) return Number(integer(value, 3))
  return double(integer(value, 4))
}

export function decodeSpans(body: Buffer): ReceivedSpan[] {
  return messages(fields(body), 1).flatMap((resourceSpans) =>
    messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => ({
        resource: attributes(messages(resourceSpans, 1)[0], 1),
        resourceSchemaUrl: text(resourceSpans, 3),
        scope: text(messages(scopeSpans, 1)[0], 1),
        scopeSchemaUrl: text(scopeSpans, 3),
        traceId: hex(span, 1),
        spanId: hex(span, 2),
        parentSpanId: hex(span, 4),
        name: text(span, 5),
        kind: Number(integer(span, 6)),
        start: integer(span, 7),
        end: integer(span, 8),
        attributes: attributes(span, 9),
        status: Number(integer(messages(span, 15)[0], 3)),
      })),
    ),
  )
}

function packed(of: Fields, field: number): bigint[] {
  return (of.get(field) ?? []).flatMap((value) => {
    if (typeof value === 'bigint') return [value]
    return Array.from({ length: value.length / 8 }, (_, i) => value.readBigUInt64LE(i * 8))
  })
}

export function decodePoints(body: Buffer): ReceivedPoint[] {
  return messages(fields(body), 1).flatMap((resourceMetrics) =>
    messages(resourceMetrics, 2).flatMap((scopeMetrics) =>
      messages(scopeMetrics, 2).flatMap((metric) =>
        messages(metric, 9).flatMap((histogram) =>
          messages(histogram, 1).map((point) => ({
            resource: attributes(messages(resourceMetrics, 1)[0], 1),
            metric: text(metric, 1),
            unit: text(metric, 3),
            temporality: Number(integer(histogram, 2)),
            attributes: attributes(point, 9),
            start: integer(point, 2),
            end: integer(point, 3),
            count: integer(point, 4),
            sum: double(integer(point, 5)),
            bounds: packed(point, 7).map(double),
            buckets: packed(point, 6),
          })),
        ),
      ),
    ),
  )
}

interface ReceivedMetric {
  readonly service: Value | undefined
  readonly metric: Fields
}

function decodeMetrics(body: Buffer): ReceivedMetric[] {
  return messages(fields(body), 1).flatMap((resourceMetrics) => {
    const service = attributes(messages(resourceMetrics, 1)[0], 1)['service.name']
    return messages(resourceMetrics, 2).flatMap((scopeMetrics) => messages(scopeMetrics, 2).map((metric) => ({ service, metric })))
  })
}

export function decodeNumbers(body: Buffer): ReceivedNumber[] {
  return decodeMetrics(body).flatMap(({ service, metric }) =>
    [...messages(metric, 5), ...messages(metric, 7)].flatMap((data) =>
      messages(data, 1).map((point) => ({
        service,
        metric: text(metric, 1),
        unit: text(metric, 3),
        temporality: Number(integer(data, 2)),
        isMonotonic: integer(data, 3) === 1n,
        attributes: attributes(point, 7),
        start: integer(point, 2),
        value: double(integer(point, 4)),
      })),
    ),
  )
}

export function decodeExponentials(body: Buffer): ReceivedExponential[] {
  return decodeMetrics(body).flatMap(({ metric }) =>
    messages(metric, 10).flatMap((histogram) =>
      messages(histogram, 1).map((point) => {
        const positive = messages(point, 8)[0]!
        return {
          metric: text(metric, 1),
          attributes: attributes(point, 1),
          count: integer(point, 4),
          zeroCount: integer(point, 7),
          sum: double(integer(point, 5)),
          scale: zigzag(integer(point, 6)),
          offset: zigzag(integer(positive, 1)),
          buckets: packedVarints(positive, 2),
        }
      }),
    ),
  )
}

/** sint32. */
function zigzag(value: bigint): number {
  return Number((value >> 1n) ^ -(value & 1n))
}

function packedVarints(of: Fields, field: number): bigint[] {
  const found: bigint[] = []
  for (const bytes of (of.get(field) ?? []) as Buffer[]) {
    let value = 0n
    let shift = 0n
    for (const byte of bytes) {
      value |= BigInt(byte & 127) << shift
      shift += 7n
      if (byte >= 128) continue
      found.push(value)
      value = shift = 0n
    }
  }
  return found
}
