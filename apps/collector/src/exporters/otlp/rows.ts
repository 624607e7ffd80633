import { HTTP_REQUEST_METHOD, URL_SCHEME } from '@sonde/shared/semconv'
import type { REQUESTS, TableBatch } from '@sonde/shared/signal'

export type RequestBatch = TableBatch<typeof REQUESTS>
/** Attributes a protocol gave, those that are of a type OpenTelemetry has. */
export type RowAttributes = Readonly<Record<string, string | number | boolean>>

const NONE: RowAttributes = Object.freeze({})

/** A batch of requests with the halves of its 64-bit columns and each text of attributes parsed once. */
export class RequestRows {
  readonly batch: RequestBatch
  readonly strings: readonly string[]
  private readonly parsed: (RowAttributes | undefined)[] = []
  private readonly halves = new Map<string, Uint32Array>()

  constructor(batch: RequestBatch) {
    this.batch = batch
    this.strings = batch.strings
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

  attributes(row: number): RowAttributes {
    const id = Number(this.batch.columns.attributes[row])
    return (this.parsed[id] ??= parseAttributes(this.strings[id]!))
  }

  /** The rows that are HTTP requests by what their protocol said of them: they have a method and what the HTTP conventions require. */
  httpRows(): number[] {
    const rows: number[] = []
    const { method } = this.batch.columns
    for (let row = 0; row < this.batch.rowCount; row++) {
      if (method[row] !== 0 && isHttp(this.attributes(row))) rows.push(row)
    }
    return rows
  }
}

const isHttp = (attributes: RowAttributes): boolean => URL_SCHEME in attributes || HTTP_REQUEST_METHOD in attributes

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
