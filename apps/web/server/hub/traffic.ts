import { REQUEST_FLAG, type TableBatch } from '@sonde/shared/signal'

/** Seconds looked back for rates and lags. */
const RATE_SECONDS = 10
const LAG_SAMPLES = 512
/** What comes later than this is read out of a spool; a clock of another host may be wrong by less. */
const LATE_NS = 60e9
const LOSS_SECONDS = 900

/** Counts what arrives, for the honest line: a request seen at both ends is one. */
export class Traffic {
  private readonly requests = new Map<number, number>()
  private readonly losses = new Map<number, number>()
  private readonly lags: { readonly second: number; readonly ns: number }[] = []
  private readonly startedSecond: number

  constructor(now: bigint) {
    this.startedSecond = Number(now / 1_000_000_000n)
  }

  accept(batch: TableBatch, now: bigint): void {
    const second = Number(now / 1_000_000_000n)
    if (batch.schema.name === 'requests') this.acceptRequests(batch, second, now)
    if (batch.schema.name === 'losses') {
      const counts = batch.columns.count as BigInt64Array
      let sum = 0
      for (const count of counts) sum += Number(count)
      add(this.losses, second, sum, LOSS_SECONDS)
    }
  }

  /** Requests a second over the last full seconds; 0 when none arrived. */
  rate(now: bigint): number {
    const second = Number(now / 1_000_000_000n)
    const seconds = Math.max(1, Math.min(RATE_SECONDS, second - this.startedSecond))
    let sum = 0
    for (let i = 1; i <= seconds; i++) sum += this.requests.get(second - i) ?? 0
    return sum / seconds
  }

  /** Losses told in the last 15 minutes. */
  lost(now: bigint): number {
    const oldest = Number(now / 1_000_000_000n) - LOSS_SECONDS
    let sum = 0
    for (const [second, count] of this.losses) if (second >= oldest) sum += count
    return sum
  }

  /** From a request's last byte to its arrival here, over the batches of the last seconds; null when there were none. */
  lag(now: bigint): { readonly p50: number; readonly p95: number } | null {
    const oldest = Number(now / 1_000_000_000n) - RATE_SECONDS
    const sorted = this.lags.filter(({ second }) => second >= oldest).map(({ ns }) => ns).sort((a, b) => a - b)
    if (sorted.length === 0) return null
    const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]!
    return { p50: at(0.5), p95: at(0.95) }
  }

  private acceptRequests(batch: TableBatch, second: number, now: bigint): void {
    const { role, flags, startTime, durationNs } = batch.columns as { role: Uint8Array; flags: Uint8Array; startTime: BigInt64Array; durationNs: BigInt64Array }
    const last = batch.rowCount - 1
    const lagNs = last < 0 || durationNs[last]! < 0n ? undefined : Math.max(0, Number(now - startTime[last]! - durationNs[last]!))
    if (lagNs !== undefined) this.lags.push({ second, ns: lagNs })
    if (this.lags.length > LAG_SAMPLES) this.lags.shift()
    // What comes late is not what goes through now.
    if (lagNs !== undefined && lagNs > LATE_NS) return
    let count = 0
    for (let i = 0; i < batch.rowCount; i++) if (role[i] === 0 || (flags[i]! & REQUEST_FLAG.peerWatched) === 0) count++
    add(this.requests, second, count, RATE_SECONDS + 2)
  }
}

function add(map: Map<number, number>, second: number, count: number, keep: number): void {
  map.set(second, (map.get(second) ?? 0) + count)
  for (const old of map.keys()) {
    if (old >= second - keep) break
    map.delete(old)
  }
}
