import type { BootNanoseconds, WallNanoseconds } from '@sonde/shared/units'

const TWO_32 = 4294967296

/** Boot time to wall time in two u32 halves, since a bigint a row would cost more than all else of the row. */
export class WallClock {
  /** Halves of the last answer of `at`, unsigned. */
  low = 0
  high = 0
  private offsetLow = 0
  private offsetHigh = 0
  private readonly offset: () => bigint

  /** `offset` is wall minus boot time in nanoseconds; it is asked once a window. */
  constructor(offset: () => bigint) {
    this.offset = offset
    this.renew()
  }

  renew(): void {
    const offset = BigInt.asUintN(64, this.offset())
    this.offsetLow = Number(offset & 0xffffffffn)
    this.offsetHigh = Number(offset >> 32n)
  }

  /** Makes `low` and `high` the wall time of a boot time. */
  at(boot: BootNanoseconds): void {
    const low = (boot >>> 0) + this.offsetLow
    this.low = low >>> 0
    this.high = (Math.floor(boot / TWO_32) + this.offsetHigh + (low >= TWO_32 ? 1 : 0)) >>> 0
  }

  /** The same as a bigint, for tables of few rows; 0 stays 0. */
  wall(boot: BootNanoseconds): WallNanoseconds {
    if (boot === 0) return 0n
    this.at(boot)
    return BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(this.low))
  }
}
