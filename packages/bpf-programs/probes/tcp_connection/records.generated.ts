// Generated from tcp_connection.bpf.c by `npm run build -w @sonde/bpf-programs`; do not edit.
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

/** `struct tcp_totals`, 24 bytes. */
export class TcpTotals {
  static readonly bytes = 24
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

  get bytesSent(): number {
    return this.view.getUint32(this.offset, true) + this.view.getUint32(this.offset + 4, true) * 0x1_0000_0000
  }

  get bytesReceived(): number {
    return this.view.getUint32(this.offset + 8, true) + this.view.getUint32(this.offset + 12, true) * 0x1_0000_0000
  }

  get retransmits(): number {
    return this.view.getUint32(this.offset + 16, true)
  }

  get srttUs(): number {
    return this.view.getUint32(this.offset + 20, true)
  }
}

/** `struct tcp_accept_queue`, 48 bytes. */
export class TcpAcceptQueue {
  static readonly leastBytes = 48
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

  get length(): number {
    return this.view.getUint32(this.offset + 24, true)
  }

  get limit(): number {
    return this.view.getUint32(this.offset + 28, true)
  }

  get halfOpen(): number {
    return this.view.getUint32(this.offset + 32, true)
  }

  get drops(): number {
    return this.view.getUint32(this.offset + 36, true)
  }

  get closed(): number {
    return this.view.getUint8(this.offset + 40)
  }
}

/** `struct tcp_closed`, 104 bytes. */
export class TcpClosed {
  static readonly leastBytes = 104
  static readonly bytes = 104
  view!: DataView
  bytes!: Buffer
  offset = 0
  private readonly socketReader = new SocketId()
  private readonly totalsReader = new TcpTotals()

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

  get totals(): TcpTotals {
    return this.totalsReader.at(this.view, this.bytes, this.offset + 64)
  }

  get connectNs(): number {
    return this.view.getUint32(this.offset + 88, true) + this.view.getUint32(this.offset + 92, true) * 0x1_0000_0000
  }

  get pid(): number {
    return this.view.getUint32(this.offset + 96, true)
  }

  get role(): number {
    return this.view.getUint8(this.offset + 100)
  }

  get failure(): number {
    return this.view.getUint8(this.offset + 101)
  }
}

/** `struct tcp_dropped`, 32 bytes. */
export class TcpDropped {
  static readonly leastBytes = 32
  static readonly bytes = 32
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

  get count(): number {
    return this.view.getUint32(this.offset + 16, true) + this.view.getUint32(this.offset + 20, true) * 0x1_0000_0000
  }

  get reason(): number {
    return this.view.getUint32(this.offset + 24, true)
  }
}

/** `struct tcp_listening`, 72 bytes. */
export class TcpListening {
  static readonly leastBytes = 72
  static readonly bytes = 72
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

  get pid(): number {
    return this.view.getUint32(this.offset + 64, true)
  }
}

/** `struct tcp_living`, 40 to 2088 bytes. */
export class TcpLiving {
  static readonly leastBytes = 40
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

  get listed(): number {
    return this.view.getUint32(this.offset + 24, true)
  }

  get count(): number {
    return this.view.getUint32(this.offset + 28, true)
  }

  get last(): number {
    return this.view.getUint8(this.offset + 32)
  }

  get cookiesAt(): number {
    return this.offset + 40
  }
}

/** `struct tcp_opened`, 104 bytes. */
export class TcpOpened {
  static readonly leastBytes = 104
  static readonly bytes = 104
  view!: DataView
  bytes!: Buffer
  offset = 0
  private readonly socketReader = new SocketId()
  private readonly totalsReader = new TcpTotals()

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

  get totals(): TcpTotals {
    return this.totalsReader.at(this.view, this.bytes, this.offset + 64)
  }

  get connectNs(): number {
    return this.view.getUint32(this.offset + 88, true) + this.view.getUint32(this.offset + 92, true) * 0x1_0000_0000
  }

  get pid(): number {
    return this.view.getUint32(this.offset + 96, true)
  }

  get role(): number {
    return this.view.getUint8(this.offset + 100)
  }

  get existing(): number {
    return this.view.getUint8(this.offset + 101)
  }
}

/** `struct tcp_sampled`, 88 bytes. */
export class TcpSampled {
  static readonly leastBytes = 88
  static readonly bytes = 88
  view!: DataView
  bytes!: Buffer
  offset = 0
  private readonly socketReader = new SocketId()
  private readonly totalsReader = new TcpTotals()

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

  get totals(): TcpTotals {
    return this.totalsReader.at(this.view, this.bytes, this.offset + 64)
  }
}

/** `struct tcp_strained`, 80 bytes. */
export class TcpStrained {
  static readonly leastBytes = 80
  static readonly bytes = 80
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

  get windowLimitedNs(): number {
    return this.view.getUint32(this.offset + 24, true) + this.view.getUint32(this.offset + 28, true) * 0x1_0000_0000
  }

  get bufferLimitedNs(): number {
    return this.view.getUint32(this.offset + 32, true) + this.view.getUint32(this.offset + 36, true) * 0x1_0000_0000
  }

  get unreadNs(): number {
    return this.view.getUint32(this.offset + 40, true) + this.view.getUint32(this.offset + 44, true) * 0x1_0000_0000
  }

  get unreadMostNs(): number {
    return this.view.getUint32(this.offset + 48, true) + this.view.getUint32(this.offset + 52, true) * 0x1_0000_0000
  }

  get unreadBytes(): number {
    return this.view.getUint32(this.offset + 56, true)
  }

  get unackedBytes(): number {
    return this.view.getUint32(this.offset + 60, true)
  }

  get pid(): number {
    return this.view.getUint32(this.offset + 64, true)
  }

  get drops(): number {
    return this.view.getUint32(this.offset + 68, true)
  }

  get dropReason(): number {
    return this.view.getUint8(this.offset + 72)
  }

  get resets(): number {
    return this.view.getUint8(this.offset + 73)
  }

  get zeroWindows(): number {
    return this.view.getUint8(this.offset + 74)
  }
}

/** The records this reads, with the fingerprints of their layouts. */
export const layouts = {
  tcp_accept_queue: 'b430c9a0da3c26f4',
  tcp_closed: 'd6e8274f89696851',
  tcp_dropped: '330766234f487fe3',
  tcp_listening: '091311c32504f78d',
  tcp_living: '357f7b8cd5b37b92',
  tcp_opened: '8976f59164a98a5c',
  tcp_sampled: '0a23c68af82fa2e4',
  tcp_strained: '021dded1a1263f77',
} as const
