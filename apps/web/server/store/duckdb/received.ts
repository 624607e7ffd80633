import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { TableName } from '@sonde/shared/signal'
import type { Interrupted, StoreFrame } from '../store.ts'

/** The note is one write of one page, so a kill leaves the old or the new one. */
const NOTE_BYTES = 4096

/**
 * A note, outside the database, of what has been received and isn't committed. It is written without fsync: it has to
 * outlive a kill of this process, not of the machine. With it the next start can say exactly what was lost.
 */
export class ReceivedNote {
  private readonly file: number
  private readonly open = new Map<string, { host: string; sequence: number; rows: Partial<Record<TableName, number>> }>()

  constructor(path: string) {
    this.file = openSync(path, 'w', 0o600)
  }

  received(frame: StoreFrame): void {
    const entry = this.open.get(frame.stream) ?? { host: frame.host, sequence: 0, rows: {} }
    entry.sequence = frame.sequence
    if (frame.rows) entry.rows[frame.rows.schema.name as TableName] = (entry.rows[frame.rows.schema.name as TableName] ?? 0) + frame.rows.rowCount
    this.open.set(frame.stream, entry)
    this.write()
  }

  /** Nothing is open but what `waiting` holds. */
  committed(waiting: Iterable<StoreFrame>): void {
    this.open.clear()
    for (const frame of waiting) this.received(frame)
    this.write()
  }

  close(): void {
    closeSync(this.file)
  }

  private write(): void {
    let text = JSON.stringify([...this.open].map(([stream, entry]) => ({ stream, ...entry })))
    if (text.length > NOTE_BYTES) text = JSON.stringify([...this.open].slice(0, 8).map(([stream, entry]) => ({ stream, ...entry })))
    writeSync(this.file, text.padEnd(NOTE_BYTES), 0, 'utf8')
  }
}

/** What the note of the last run says; empty if there is none or it can't be read. */
export function readReceivedNote(path: string): Interrupted[] {
  try {
    const entries: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Array.isArray(entries) ? (entries as Interrupted[]) : []
  } catch {
    return []
  }
}
