// Generated from exchange.bpf.c by `npm run build -w @sonde/bpf-programs`; do not edit.
/*
 * One object of a class reads all records of its kind: `at` moves it. 64-bit integers are numbers, exact up to 2^53.
 * Byte arrays are offsets into the batch (`…At`). Nothing is copied, and nothing is valid after the batch.
 */

/** `struct socket_id`, 48 bytes. */
export class SocketId {
  static readonly bytes = 48
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

  get cookie(): number {
    return this.view.getUint32(this.offset, true) + this.view.getUint32(this.offset + 4, true) * 0x1_0000_0000
  }

  get netns(): number {
    return this.view.getUint32(this.offset + 8, true)
  }

  get localPort(): number {
    return this.view.getUint16(this.offset + 12, true)
  }

  get remotePort(): number {
    return this.view.getUint16(this.offset + 14, true)
  }

  get localAddressAt(): number {
    return this.offset + 16
  }

  get remoteAddressAt(): number {
    return this.offset + 32
  }
}

/** `struct exchange`, 160 to 1696 bytes. */
export class Exchange {
  static readonly leastBytes = 160
  static readonly bytes = 1696
  view!: DataView
  bytes!: Buffer
  offset = 0
  private readonly socketReader = new SocketId()

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

  get socket(): SocketId {
    return this.socketReader.at(this.view, this.bytes, this.offset + 16)
  }

  get requestArrivedNs(): number {
    return this.view.getUint32(this.offset + 64, true) + this.view.getUint32(this.offset + 68, true) * 0x1_0000_0000
  }

  get requestReadNs(): number {
    return this.view.getUint32(this.offset + 72, true) + this.view.getUint32(this.offset + 76, true) * 0x1_0000_0000
  }

  get requestEndNs(): number {
    return this.view.getUint32(this.offset + 80, true) + this.view.getUint32(this.offset + 84, true) * 0x1_0000_0000
  }

  get responseStartNs(): number {
    return this.view.getUint32(this.offset + 88, true) + this.view.getUint32(this.offset + 92, true) * 0x1_0000_0000
  }

  get responseEndNs(): number {
    return this.view.getUint32(this.offset + 96, true) + this.view.getUint32(this.offset + 100, true) * 0x1_0000_0000
  }

  get requestBytes(): number {
    return this.view.getUint32(this.offset + 104, true) + this.view.getUint32(this.offset + 108, true) * 0x1_0000_0000
  }

  get responseBytes(): number {
    return this.view.getUint32(this.offset + 112, true) + this.view.getUint32(this.offset + 116, true) * 0x1_0000_0000
  }

  get pid(): number {
    return this.view.getUint32(this.offset + 120, true)
  }

  get tid(): number {
    return this.view.getUint32(this.offset + 124, true)
  }

  get turn(): number {
    return this.view.getUint32(this.offset + 128, true)
  }

  get requestSequence(): number {
    return this.view.getUint32(this.offset + 132, true)
  }

  get responseSequence(): number {
    return this.view.getUint32(this.offset + 136, true)
  }

  get srttUs(): number {
    return this.view.getUint32(this.offset + 140, true)
  }

  get retransmits(): number {
    return this.view.getUint32(this.offset + 144, true)
  }

  get requestPrefixLength(): number {
    return this.view.getUint16(this.offset + 148, true)
  }

  get responsePrefixLength(): number {
    return this.view.getUint16(this.offset + 150, true)
  }

  get role(): number {
    return this.view.getUint8(this.offset + 152)
  }

  get flags(): number {
    return this.view.getUint8(this.offset + 153)
  }

  get prefixAt(): number {
    return this.offset + 160
  }
}

/** `struct exchange_continued`, 48 to 176 bytes. */
export class ExchangeContinued {
  static readonly leastBytes = 48
  static readonly bytes = 176
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

  get cookie(): number {
    return this.view.getUint32(this.offset + 16, true) + this.view.getUint32(this.offset + 20, true) * 0x1_0000_0000
  }

  get responseBytes(): number {
    return this.view.getUint32(this.offset + 24, true) + this.view.getUint32(this.offset + 28, true) * 0x1_0000_0000
  }

  get responseEndNs(): number {
    return this.view.getUint32(this.offset + 32, true) + this.view.getUint32(this.offset + 36, true) * 0x1_0000_0000
  }

  get turn(): number {
    return this.view.getUint32(this.offset + 40, true)
  }

  get prefixLength(): number {
    return this.view.getUint16(this.offset + 44, true)
  }

  get flags(): number {
    return this.view.getUint8(this.offset + 46)
  }

  get prefixAt(): number {
    return this.offset + 48
  }
}

/** The records this reads, with the fingerprints of their layouts. */
export const layouts = {
  exchange: 'e94dd93905b84fcf',
  exchange_continued: '859b56d4b6069c61',
} as const
