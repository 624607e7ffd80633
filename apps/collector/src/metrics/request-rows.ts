import { HTTP_REQUEST_METHOD, URL_SCHEME } from '@sonde/shared/semconv'
import type { REQUESTS, TableBatch } from '@sonde/shared/signal'

export type RequestBatch = TableBatch<typeof REQUESTS>
/** Attributes a protocol gave, those that are of a type OpenTelemetry has. */
export type RowAttributes = Readonly<Record<string, string | number | boolean>>

const TWO_32 = 4294967296
const NONE: RowAttributes = Object.freeze({})

/** A batch of requests with the halves of its 64-bit columns and each text of attributes parsed once. */
export class RequestRows {
  readonly batch: RequestBatch
  readonly strings: readonly string[]
  /** Halves of the columns that are read for every row. */
  private readonly durations: Uint32Array
  private readonly starts: Uint32Array
  private readonly parsed: (RowAttributes | undefined)[] = []
  private readonly http: (boolean | undefined)[] = []
  private readonly halves = new Map<string, Uint32Array>()

  constructor(batch: RequestBatch) {
    this.batch = batch
    this.strings = batch.strings
    this.durations = this.halvesOf('durationNs')
    this.starts = this.halvesOf('startTime')
  }

  text(column: keyof typeof REQUESTS.columns, row: number): string {
    return this.strings[Number(this.batch.columns[column][row])]!
  }

  number(column: keyof typeof REQUESTS.columns, row: number): number {
    return Number(this.batch.columns[column][row])
  }

  /** An i64 column as pairs of unsigned halves, low first. */
  halvesOf(column: keyof typeof REQUESTS.columns): Uint32Array {
    let halves = this.halves.get(column)
    if (!halves) {
      const cells = this.batch.columns[column] as BigInt64Array
      this.halves.set(column, (halves = new Uint32Array(cells.buffer, cells.byteOffset, cells.length * 2)))
    }
    return halves
  }

  /** An i64 cell of magnitude below 2^53. */
  integer(column: keyof typeof REQUESTS.columns, row: number): number {
    return integerOf(this.halvesOf(column), row)
  }

  /** In seconds since the epoch, to less than a microsecond. */
  startSeconds(row: number): number {
    return integerOf(this.starts, row) / 1e9
  }

  /** From the arrival of the request to the last byte of its answer; to the last that was seen, if unanswered. */
  durationNs(row: number): number {
    const duration = integerOf(this.durations, row)
    if (duration >= 0) return duration
    return Math.max(0, this.integer('readNs', row), this.integer('requestEndNs', row), this.integer('firstByteNs', row))
  }

  /** In 32-bit words, highest first. */
  traceId(row: number): readonly [number, number, number, number] {
    const high = this.halvesOf('traceIdHigh')
    const low = this.halvesOf('traceIdLow')
    return [high[row * 2 + 1]!, high[row * 2]!, low[row * 2 + 1]!, low[row * 2]!]
  }

  attributes(row: number): RowAttributes {
    const id = Number(this.batch.columns.attributes[row])
    return (this.parsed[id] ??= parseAttributes(this.strings[id]!))
  }

  /** By what their protocol said of them: HTTP requests have a method and what the HTTP conventions require. */
  isHttp(row: number): boolean {
    if (this.batch.columns.method[row] === 0) return false
    const id = this.batch.columns.attributes[row] as number
    return (this.http[id] ??= saysHttp(this.attributes(row)))
  }

  httpRows(): number[] {
    const rows: number[] = []
    for (let row = 0; row < this.batch.rowCount; row++) if (this.isHttp(row)) rows.push(row)
    return rows
  }
}

function saysHttp(attributes: RowAttributes): boolean {
  return URL_SCHEME in attributes || HTTP_REQUEST_METHOD in attributes
}

function integerOf(halves: Uint32Array, row: number): number {
  return (halves[row * 2 + 1]! | 0) * TWO_32 + halves[row * 2]!
}

function parseAttributes(json: string): RowAttributes {
  if (json === '') return NONE
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return NONE // our own protocols write it: their tests see to its being JSON
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return NONE
  return Object.fromEntries(Object.entries(value).filter(([, attribute]) => ['string', 'number', 'boolean'].includes(typeof attribute)))
}
