/**
 * Columns from decode to store: a batch is one typed array a column, text as indices into the batch's own dictionary.
 * The same bytes cross the wire, are shown live and are appended to the store, so a row is never an object on the way.
 */
export type ColumnType = 'u8' | 'u16' | 'u32' | 'i64' | 'f64' | 'text'

/** Columns in order; order and types are part of the wire format, so changing either bumps `version`. */
export interface TableSchema {
  readonly name: string
  readonly version: number
  readonly columns: Readonly<Record<string, ColumnType>>
}

export type ColumnArray = Uint8Array | Uint16Array | Uint32Array | BigInt64Array | Float64Array

/** A finished batch. `columns[name].length === rowCount`; text columns hold indices into `strings`, whose entry 0 is ''. */
export interface TableBatch<S extends TableSchema = TableSchema> {
  readonly schema: S
  readonly rowCount: number
  readonly columns: { readonly [C in keyof S['columns']]: ColumnArray }
  readonly strings: readonly string[]
}

/** Bytes an element takes; text is a u32 index. */
export const COLUMN_WIDTH: Readonly<Record<ColumnType, number>> = { u8: 1, u16: 2, u32: 4, i64: 8, f64: 8, text: 4 }

/** A typed array of the column's type over `buffer`. `at` must be a multiple of the column's width. */
export function columnArray(type: ColumnType, buffer: ArrayBuffer, at: number, length: number): ColumnArray {
  switch (type) {
    case 'u8': return new Uint8Array(buffer, at, length)
    case 'u16': return new Uint16Array(buffer, at, length)
    case 'u32': case 'text': return new Uint32Array(buffer, at, length)
    case 'i64': return new BigInt64Array(buffer, at, length)
    case 'f64': return new Float64Array(buffer, at, length)
  }
}

const TWO_32 = 4294967296

/**
 * Builds batches of one table. Cells are set by column position on the row `addRow()` returned; positions are looked up
 * once with `column()`. 64-bit cells are written as two halves, because a bigint costs 65 ns and a number 10.
 */
export class TableBuilder<S extends TableSchema = TableSchema> {
  readonly schema: S
  /** Rows since the last `take()`. */
  rowCount = 0
  /** Grows by one at each `take()`: string ids are valid within one generation only. */
  generation = 0
  /** Grows by one whenever the arrays are replaced, by `take()` or by growth: what `values()` and `halvesOf()` gave is stale then. */
  layout = 0
  private capacity: number
  private readonly types: ColumnType[]
  private readonly names: string[]
  /** Given back, of the capacity that batches have now; all zero. */
  private spare: ColumnArray[] | undefined
  /** Batches in a row that left three quarters of their arrays empty. */
  private roomy = 0
  private arrays: ColumnArray[] = []
  private halves: Uint32Array[] = []
  private strings: string[] = ['']
  private ids = new Map<string, number>([['', 0]])

  constructor(schema: S, capacity = 1024) {
    this.schema = schema
    this.capacity = capacity
    this.names = Object.keys(schema.columns)
    this.types = Object.values(schema.columns)
    this.allocate(capacity)
  }

  /** Position of a column, to be kept by the caller. */
  column(name: keyof S['columns'] & string): number {
    const at = this.names.indexOf(name)
    if (at < 0) throw new Error(`${this.schema.name} has no column ${name}`)
    return at
  }

  /** The present array of a column, for loops that set cells themselves: it has room for the rows added so far. */
  values(column: number): ColumnArray {
    return this.arrays[column]!
  }

  /** The present array of an i64 column as halves: row r has its low one at 2r, its high one at 2r + 1. */
  halvesOf(column: number): Uint32Array {
    return this.halves[column]!
  }

  /** Appends a row of zeros and returns its index. */
  addRow(): number {
    if (this.rowCount === this.capacity) this.grow()
    return this.rowCount++
  }

  /** Sets a u8, u16, u32, f64 or text cell (text: an id from `intern`). */
  set(column: number, row: number, value: number): void {
    ;(this.arrays[column] as Float64Array)[row] = value
  }

  /** Sets an i64 cell from a whole number of magnitude below 2^53. */
  setInteger(column: number, row: number, value: number): void {
    const halves = this.halves[column]!
    halves[row * 2] = value // ToUint32 takes the value modulo 2^32
    halves[row * 2 + 1] = Math.floor(value / TWO_32)
  }

  /** Sets an i64 cell from two unsigned halves. */
  setHalves(column: number, row: number, low: number, high: number): void {
    const halves = this.halves[column]!
    halves[row * 2] = low
    halves[row * 2 + 1] = high
  }

  /** Sets an i64 cell. */
  setBigint(column: number, row: number, value: bigint): void {
    ;(this.arrays[column] as BigInt64Array)[row] = value
  }

  /** The id of a string in this generation's dictionary. */
  intern(text: string): number {
    let id = this.ids.get(text)
    if (id === undefined) {
      id = this.strings.length
      this.strings.push(text)
      this.ids.set(text, id)
    }
    return id
  }

  /** Bytes the batch would take on the wire, roughly: 2 a character of text. */
  get stringCount(): number {
    return this.strings.length
  }

  /** The rows so far as a batch of their own, or undefined if there are none; starts a new generation. */
  take(): TableBatch<S> | undefined {
    if (this.rowCount === 0) return undefined
    const columns: Record<string, ColumnArray> = {}
    for (let i = 0; i < this.names.length; i++) columns[this.names[i]!] = this.arrays[i]!.subarray(0, this.rowCount) as ColumnArray
    const batch = { schema: this.schema, rowCount: this.rowCount, columns, strings: this.strings } as TableBatch<S>
    this.capacity = Math.max(MIN_CAPACITY, 1 << Math.ceil(Math.log2(this.rowCount)))
    this.renew()
    this.rowCount = 0
    this.generation++
    this.strings = ['']
    this.ids = new Map([['', 0]])
    return batch
  }

  /**
   * Gives back a batch that `take()` gave, for its arrays to be used again: nobody may hold any of its columns any more. Its
   * `strings` stay its own. The garbage collector sees too little of typed arrays to hurry, so 30 new ones a batch add up.
   */
  recycle(batch: TableBatch): void {
    const arrays = this.names.map((name) => batch.columns[name]!)
    const capacity = arrays[0]!.buffer.byteLength / arrays[0]!.BYTES_PER_ELEMENT
    if (batch.schema !== this.schema || capacity < MIN_CAPACITY || capacity > KEPT_CAPACITY) return
    this.roomy = batch.rowCount * 4 <= capacity && capacity > MIN_CAPACITY ? this.roomy + 1 : 0
    if (this.roomy > MOST_ROOMY) return
    for (const array of arrays) new Uint8Array(array.buffer, 0, array.byteLength).fill(0)
    this.spare = arrays.map((array, i) => columnArray(this.types[i]!, array.buffer as ArrayBuffer, 0, capacity))
  }

  /** Arrays for the next batch: those given back, else as large as the last one needed. */
  private renew(): void {
    const { spare } = this
    if (!spare) return this.allocate(this.capacity)
    this.spare = undefined
    this.capacity = spare[0]!.length
    this.use(spare)
  }

  private allocate(capacity: number): void {
    this.use(this.types.map((type) => columnArray(type, new ArrayBuffer(capacity * COLUMN_WIDTH[type]), 0, capacity)))
  }

  private use(arrays: ColumnArray[]): void {
    this.layout++
    this.arrays = arrays
    this.halves = this.arrays.map((array) => (array instanceof BigInt64Array ? new Uint32Array(array.buffer) : EMPTY))
  }

  private grow(): void {
    const full = this.arrays
    this.capacity *= 2
    this.allocate(this.capacity)
    for (let i = 0; i < full.length; i++) (this.arrays[i] as Float64Array).set(full[i] as Float64Array)
  }
}

const EMPTY = new Uint32Array(0)
const MIN_CAPACITY = 1024
/** What a burst made larger than this is let go. */
const KEPT_CAPACITY = 8192
/** What a burst filled is let go after so many batches that didn't: a few seconds. */
const MOST_ROOMY = 64

/** The same rows on their own memory, for who keeps a batch whose columns will be used again. */
export function copyBatch<S extends TableSchema>(batch: TableBatch<S>): TableBatch<S> {
  const columns = Object.fromEntries(Object.entries(batch.columns).map(([name, column]) => [name, column.slice()]))
  return { ...batch, columns: columns as TableBatch<S>['columns'] }
}

/** One cell as a plain value: number, bigint (i64) or string (text). For tests, live rows and error messages, not for hot paths. */
export function cell(batch: TableBatch, column: string, row: number): number | bigint | string {
  const value = batch.columns[column]![row]!
  return batch.schema.columns[column] === 'text' ? batch.strings[Number(value)]! : value
}
