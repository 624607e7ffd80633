import type { TableBatch } from '@sonde/shared/signal'

/** Cells of tables with few rows: what is read a few times a second may cost a bigint. */
export class Cells {
  private readonly batch: TableBatch
  row = 0

  constructor(batch: TableBatch) {
    this.batch = batch
  }

  number(column: string): number {
    return Number(this.batch.columns[column]![this.row])
  }

  /** Of a column in nanoseconds. */
  seconds(column: string): number {
    return this.number(column) / 1e9
  }

  text(column: string): string {
    return this.batch.strings[this.number(column)]!
  }
}
