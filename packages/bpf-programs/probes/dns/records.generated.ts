// Generated from dns.bpf.c by `npm run build -w @sonde/bpf-programs`; do not edit.
/*
 * One object of a class reads all records of its kind: `at` moves it. 64-bit integers are numbers, exact up to 2^53.
 * Byte arrays are offsets into the batch (`…At`). Nothing is copied, and nothing is valid after the batch.
 */

/** `struct dns_answered`, 24 to 1256 bytes. */
export class DnsAnswered {
  static readonly leastBytes = 24
  static readonly bytes = 1256
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

  get pid(): number {
    return this.view.getUint32(this.offset + 16, true)
  }

  get length(): number {
    return this.view.getUint16(this.offset + 20, true)
  }

  get copied(): number {
    return this.view.getUint16(this.offset + 22, true)
  }

  get messageAt(): number {
    return this.offset + 24
  }
}

/** The records this reads, with the fingerprints of their layouts. */
export const layouts = {
  dns_answered: '31e924210dbfa1a1',
} as const
