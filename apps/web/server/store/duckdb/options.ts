import { isProcessorShort } from './pressure.ts'

export interface DuckDbStoreOptions {
  /** Holds telemetry.duckdb and segments/. */
  readonly directory: string
  readonly retentionMs: number
  readonly retentionBytes: number
  /** A generation is sealed at this age (if it has `sealMinRows`, else an hour later) or size. */
  readonly sealAfterMs: number
  readonly sealRows: number
  /** While the processor is short, sealing waits for the programs that are watched, up to four times `sealRows`. */
  readonly isProcessorShort: () => boolean
  readonly sealMinRows: number
  readonly commitMs: number
  readonly pendingLimitBytes: number
  /** Free space below which nothing is taken. */
  readonly reserveBytes: number
  readonly threads: number
  readonly memoryLimit: string
  readonly queryTimeoutMs: number
  readonly now: () => bigint
}

export const STORE_DEFAULTS = {
  retentionMs: 7 * 86_400_000,
  retentionBytes: 2_000_000_000,
  sealAfterMs: 600_000,
  sealRows: 1_000_000,
  isProcessorShort,
  sealMinRows: 10_000,
  commitMs: 400,
  pendingLimitBytes: 128 << 20,
  reserveBytes: 64 << 20,
  // Of each statement, and each runs on a thread of its own. With a second one, who waits for it spins: a third of the time of a commit.
  threads: 1,
  memoryLimit: '1GB',
  queryTimeoutMs: 30_000,
  now: () => BigInt(Date.now()) * 1_000_000n,
} as const satisfies Omit<DuckDbStoreOptions, 'directory'>
