import type { TableBatch } from '@sonde/shared/signal'
import type { StoredTable } from './layout.ts'

/** What one dictionary may hold before its generation is sealed and a new one begun. */
export const DICTIONARY_ENTRIES = 400_000
export const DICTIONARY_CHARACTERS = 48_000_000

/** The rows of one table between two sealings, with their own dictionary of texts. */
export class Generation {
  readonly table: StoredTable
  readonly number: number
  readonly createdAtMs: number
  rowCount = 0
  minTime = 2n ** 62n
  maxTime = 0n
  private readonly ids = new Map<string, number>()
  private characters = 0
  private fresh: string[] = []

  constructor(table: StoredTable, number: number, createdAtMs: number) {
    this.table = table
    this.number = number
    this.createdAtMs = createdAtMs
  }

  get isDictionaryFull(): boolean {
    return this.ids.size >= DICTIONARY_ENTRIES || this.characters >= DICTIONARY_CHARACTERS
  }

  /** The text's id here; a new text waits in `takeFresh` to be stored. */
  intern(text: string): number {
    let id = this.ids.get(text)
    if (id === undefined) {
      id = this.ids.size
      this.ids.set(text, id)
      this.characters += text.length
      this.fresh.push(text)
    }
    return id
  }

  /** Texts not stored yet and the id of the first; they count as stored afterwards. */
  takeFresh(): { readonly firstId: number; readonly texts: readonly string[] } {
    const texts = this.fresh
    this.fresh = []
    return { firstId: this.ids.size - texts.length, texts }
  }

  /** Puts back what the store holds, in order of id. */
  restore(texts: readonly string[], rowCount: number, minTime: bigint, maxTime: bigint): void {
    for (const text of texts) this.intern(text)
    this.fresh = []
    this.rowCount = rowCount
    this.minTime = minTime
    this.maxTime = maxTime
  }

  /** Ids here of a batch's strings, by their ids in the batch. */
  internBatch(batch: TableBatch): Uint32Array {
    const ids = new Uint32Array(batch.strings.length)
    for (let i = 0; i < ids.length; i++) ids[i] = this.intern(batch.strings[i]!)
    return ids
  }

  /** Widens what is known of the generation by a batch. */
  count(batch: TableBatch): void {
    this.rowCount += batch.rowCount
    const low = batch.columns[this.table.low] as BigInt64Array
    const high = batch.columns[this.table.high] as BigInt64Array
    for (let row = 0; row < batch.rowCount; row++) {
      if (low[row]! < this.minTime) this.minTime = low[row]!
      if (high[row]! > this.maxTime) this.maxTime = high[row]!
    }
  }
}
