// Generated from process_lifecycle.bpf.c by `npm run build -w @sonde/bpf-programs`; do not edit.
import { latin1Until } from '../../btf/bytes.ts'

/*
 * One object of a class reads all records of its kind: `at` moves it. 64-bit integers are numbers, exact up to 2^53.
 * Byte arrays are offsets into the batch (`…At`). Nothing is copied, and nothing is valid after the batch.
 */

/** `struct process`, 40 bytes. */
export class Process {
  static readonly bytes = 40
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

  get startedNs(): number {
    return this.view.getUint32(this.offset, true) + this.view.getUint32(this.offset + 4, true) * 0x1_0000_0000
  }

  get pid(): number {
    return this.view.getUint32(this.offset + 8, true)
  }

  get parentPid(): number {
    return this.view.getUint32(this.offset + 12, true)
  }

  get uid(): number {
    return this.view.getUint32(this.offset + 16, true)
  }

  get netns(): number {
    return this.view.getUint32(this.offset + 20, true)
  }

  get comm(): string {
    return latin1Until(this.bytes, this.offset + 24, 16)
  }
}

/** `struct process_executed`, 64 to 832 bytes. */
export class ProcessExecuted {
  static readonly leastBytes = 64
  static readonly bytes = 832
  view!: DataView
  bytes!: Buffer
  offset = 0
  private readonly processReader = new Process()

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

  get process(): Process {
    return this.processReader.at(this.view, this.bytes, this.offset + 16)
  }

  get filenameLength(): number {
    return this.view.getUint16(this.offset + 56, true)
  }

  get argumentsLength(): number {
    return this.view.getUint16(this.offset + 58, true)
  }

  get textAt(): number {
    return this.offset + 64
  }
}

/** `struct process_exited`, 32 bytes. */
export class ProcessExited {
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

  get startedNs(): number {
    return this.view.getUint32(this.offset + 16, true) + this.view.getUint32(this.offset + 20, true) * 0x1_0000_0000
  }

  get pid(): number {
    return this.view.getUint32(this.offset + 24, true)
  }

  get status(): number {
    return this.view.getUint32(this.offset + 28, true)
  }
}

/** `struct process_started`, 64 bytes. */
export class ProcessStarted {
  static readonly leastBytes = 64
  static readonly bytes = 64
  view!: DataView
  bytes!: Buffer
  offset = 0
  private readonly processReader = new Process()

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

  get process(): Process {
    return this.processReader.at(this.view, this.bytes, this.offset + 16)
  }

  get existing(): number {
    return this.view.getUint32(this.offset + 56, true)
  }
}

/** The records this reads, with the fingerprints of their layouts. */
export const layouts = {
  process_executed: '51509848401e581c',
  process_exited: 'a04d9c86747e91c8',
  process_started: '9af060789f15c63c',
} as const
