import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { TableName } from '@sonde/shared/signal'
import type { Interrupted, StoreFrame } from '../store.ts'

/** The note is one write of one page, so a kill leaves the old or the new one. */
const NOTE_BYTES = 4096

interface Entry {
  readonly stream: string
  readonly host: string
  sequence: number
  readonly rows: Partial<Record<TableName, number>>
}

/**
 * A note, outside the database, of what has been received and isn't committed. It is written without fsync: it has to
 * outlive a kill of this process, not of the machine. What is being committed is noted apart from what came since: either
 * becomes durable as a whole, so the next start can say exactly what was lost.
 */
export class ReceivedNote {
  private readonly file: number
  private open = new Map<string, Entry>()
  private committing: readonly Entry[] = []

  constructor(path: string) {
    this.file = openSync(path, 'w', 0o600)
  }

  received(frame: StoreFrame): void {
    const entry = this.open.get(frame.stream) ?? { stream: frame.stream, host: frame.host, sequence: 0, rows: {} }
    entry.sequence = frame.sequence
    const table = frame.rows?.schema.name as TableName | undefined
    if (table) entry.rows[table] = (entry.rows[table] ?? 0) + frame.rows!.rowCount
    this.open.set(frame.stream, entry)
    this.write()
  }

  /** All that was received so far is being committed. */
  commits(): void {
    this.committing = [...this.open.values()]
    this.open = new Map()
    this.write()
  }

  /** What was being committed is durable. */
  committed(): void {
    this.committing = []
    this.write()
  }

  /** Nothing that was received is kept; it wasn't acknowledged and will come again. */
  dropped(): void {
    this.open = new Map()
    this.committed()
  }

  close(): void {
    closeSync(this.file)
  }

  private write(): void {
    const entries = [...this.committing, ...this.open.values()]
    let text = JSON.stringify(entries)
    // More streams at once than a page holds: only the rows of some are known then, never more than were lost.
    while (Buffer.byteLength(text) > NOTE_BYTES) text = JSON.stringify(entries.splice(0, entries.length >> 1))
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
