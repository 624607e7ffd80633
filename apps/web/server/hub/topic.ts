import type { TableBatch } from '@sonde/shared/signal'

/** A topic opened with parameters: what a subscription reads. Two with the same key are the same. */
export type TopicReading =
  | {
      readonly kind: 'snapshot'
      readonly key: string
      evaluate(): Promise<unknown>
      /** False when what it asks about is over: evaluated once. */
      changes(now: bigint): boolean
      /** Probes that measure it: they listen all the time while somebody looks. */
      readonly probes?: readonly string[]
    }
  | {
      readonly kind: 'append'
      readonly key: string
      /** The list's name in `data`. */
      readonly list: string
      /** Rows of the batch that belong to it. */
      match(batch: TableBatch, host: string): number[]
      row(batch: TableBatch, index: number, host: string): unknown
      readonly table: string
    }

/** Makes readings of topics. Throws what `problemOf` understands. */
export interface Topics {
  open(topic: string, params: unknown): TopicReading
  problemOf(error: unknown): unknown
}

/** A subscriber's end of a reading. */
export interface Listener {
  snapshot(data: unknown): void
  append(list: string, rows: readonly unknown[], skipped: number): void
  error(problem: unknown): void
}
