// Generated from cpu_profile.bpf.c by `npm run build -w @sonde/bpf-programs`; do not edit.
import { latin1Until } from '../../btf/bytes.ts'

/*
 * One object of a class reads all records of its kind: `at` moves it. 64-bit integers are numbers, exact up to 2^53.
 * Byte arrays are offsets into the batch (`…At`). Nothing is copied, and nothing is valid after the batch.
 */

/** `struct cpu_sample`, 56 to 2088 bytes. */
export class CpuSample {
  static readonly leastBytes = 56
  static readonly bytes = 2088
  view!: DataView
  bytes!: Buffer
  offset = 0

  /** Reads the one at `offset` from now on; `view` and `bytes` are over the same memory. */
  at(view: DataView, bytes: Buffer, offset: number): this {
    this.view = view
    this.bytes = bytes
    this.offset = offset
    return this
  }

  get typeId(): number {
    return this.view.getUint32(this.offset, true)
  }

  get probeId(): number {
    return this.view.getUint16(this.offset + 4, true)
  }

  get cpu(): number {
    return this.view.getUint16(this.offset + 6, true)
  }

  get bootNs(): number {
    return this.view.getUint32(this.offset + 8, true) + this.view.getUint32(this.offset + 12, true) * 0x1_0000_0000
  }

  get startedNs(): number {
    return this.view.getUint32(this.offset + 16, true) + this.view.getUint32(this.offset + 20, true) * 0x1_0000_0000
  }

  get pid(): number {
    return this.view.getUint32(this.offset + 24, true)
  }

  get tid(): number {
    return this.view.getUint32(this.offset + 28, true)
  }

  get execId(): number {
    return this.view.getUint32(this.offset + 32, true)
  }

  get kernelFrames(): number {
    return this.view.getUint16(this.offset + 36, true)
  }

  get userFrames(): number {
    return this.view.getUint16(this.offset + 38, true)
  }

  get comm(): string {
    return latin1Until(this.bytes, this.offset + 40, 16)
  }

  get stackAt(): number {
    return this.offset + 56
  }
}

/** The records this reads, with the fingerprints of their layouts. */
export const layouts = {
  cpu_sample: '6efa3c763850a16d',
} as const
