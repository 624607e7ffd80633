import type { ColumnArray, TableBatch } from '@sonde/shared/signal'
import type { FrameMode } from '@sonde/shared/wire'
import { isEnded } from '../hub/living.ts'
import type { OwnLosses } from '../health/own-losses.ts'

/** A row may be ahead of this clock by so much. */
const AHEAD_NS = 86_400_000_000_000n

const TIME_COLUMN: Readonly<Record<string, string>> = { requests: 'startTime', connections: 'openedAt', listeners: 'openedAt', tcp_drops: 'time', processes: 'startedAt', service_usage: 'time', losses: 'time', measurements: 'time', host_usage: 'time', device_usage: 'time', cgroup_usage: 'time' }

/**
 * The rows of a frame that go into the store: of connections, listeners and processes only those that have ended (what lives is kept
 * in memory, and a snapshot says it anew), and no row whose time is impossible. Those are counted.
 */
export function storableRows(mode: FrameMode, batch: TableBatch, now: bigint, losses: OwnLosses): TableBatch | undefined {
  const lives = batch.schema.name === 'connections' || batch.schema.name === 'listeners' || batch.schema.name === 'processes'
  if (mode === 'snapshot') return undefined
  const times = batch.columns[TIME_COLUMN[batch.schema.name] ?? 'time'] as BigInt64Array
  const kept: number[] = []
  let impossible = 0
  for (let row = 0; row < batch.rowCount; row++) {
    if (lives && !isEnded(batch, row)) continue
    if (times[row]! < 0n || times[row]! > now + AHEAD_NS) impossible++
    else kept.push(row)
  }
  losses.count('web.ingest', 'a time that cannot be', batch.schema.name, impossible)
  if (kept.length === 0) return undefined
  return withClosing(kept.length === batch.rowCount ? batch : pick(batch, kept))
}

/** The batch with only these rows; its dictionary stays. */
export function pick(batch: TableBatch, rows: readonly number[]): TableBatch {
  const columns: Record<string, ColumnArray> = {}
  for (const [name, column] of Object.entries(batch.columns)) {
    const picked = new (column.constructor as new (length: number) => ColumnArray)(rows.length)
    for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i]!]!
    columns[name] = picked
  }
  return { ...batch, rowCount: rows.length, columns }
}

/** A connection that failed before it was has no closing time of its own: it ended when that was told. */
function withClosing(batch: TableBatch): TableBatch {
  if (batch.schema.name !== 'connections') return batch
  const closedAt = (batch.columns.closedAt as BigInt64Array).slice()
  const time = batch.columns.time as BigInt64Array
  for (let row = 0; row < batch.rowCount; row++) if (closedAt[row] === 0n) closedAt[row] = time[row]!
  return { ...batch, columns: { ...batch.columns, closedAt } }
}
