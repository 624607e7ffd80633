import type { StackFrame } from '@sonde/shared/signal'
import { Addresses, orderOf } from './addresses.ts'

/** Kernel addresses begin at this high half (x86-64, arm64): what is kept is the distance from there, which a number holds exactly. */
const HIGH_BASE = 0xffff_0000
const TWO_32 = 4294967296
/** Nothing of the kernel is longer; beyond, an address belongs to something that isn't listed. */
const MOST_FUNCTION_BYTES = 1 << 20
const MOST_LINE_BYTES = 1024
/** Names are kept in pieces of so many bytes: nothing is copied as there come more. */
const PIECE_BYTES = 1 << 18
const NEWLINE = 10
const MOST_FUNCTIONS = 1 << 20

/** A kernel address as a distance, from its two halves. */
export function kernelDistance(low: number, high: number): number {
  return (high - HIGH_BASE) * TWO_32 + low
}

/** True for the high half of a kernel address. */
export function isKernel(high: number): boolean {
  return high >= HIGH_BASE
}

/** Functions of the kernel and its modules, as /proc/kallsyms tells them: `address type name [module]`. */
export class KernelSymbols {
  private readonly starts: Addresses
  private readonly nameAts: Uint32Array
  private readonly names: Names
  private readonly frames = new Map<number, StackFrame>()

  private constructor(list: FunctionList) {
    const order = list.order()
    this.starts = new Addresses(list.distances, order)
    this.nameAts = new Uint32Array(order.length)
    for (let to = 0; to < order.length; to++) this.nameAts[to] = list.nameAts[order[to]!]!
    this.names = list.names
  }

  /** `kallsyms` is the file in parts of any size, each valid until the next. */
  static async read(kallsyms: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<KernelSymbols> {
    const list = new FunctionList()
    for await (const part of kallsyms) list.read(part)
    return new KernelSymbols(list)
  }

  get length(): number {
    return this.starts.length
  }

  /** Bytes it takes, roughly. */
  get bytes(): number {
    return this.starts.bytes + this.nameAts.byteLength + this.names.bytes
  }

  /** All addresses are 0, as they are without CAP_SYSLOG. */
  get isHidden(): boolean {
    return this.starts.length === 0
  }

  /** The function at a distance; undefined if none is known there. */
  find(distance: number): StackFrame | undefined {
    const at = this.starts.lastUpTo(distance)
    if (at < 0 || distance - this.starts.at(at) > MOST_FUNCTION_BYTES) return undefined
    let frame = this.frames.get(at)
    if (!frame) this.frames.set(at, (frame = this.frameAt(at)))
    return frame
  }

  private frameAt(at: number): StackFrame {
    const [name = '', module] = this.names.at(this.nameAts[at]!).split('\t')
    return { name, binary: module ?? '[kernel]', file: '', line: 0, kind: 'kernel', nameSource: 'kallsyms' }
  }
}

/** Texts one after the other, each ended by a newline and in one piece. */
class Names {
  private readonly pieces: Buffer[] = []
  private end = PIECE_BYTES

  get bytes(): number {
    return this.pieces.length * PIECE_BYTES
  }

  /** Keeps `bytes[from … to]`, which ends with a newline, and gives its place. */
  add(bytes: Buffer, from: number, to: number): number {
    if (this.end + to - from > PIECE_BYTES) {
      this.pieces.push(Buffer.alloc(PIECE_BYTES))
      this.end = 0
    }
    const at = (this.pieces.length - 1) * PIECE_BYTES + this.end
    this.end += bytes.copy(this.pieces.at(-1)!, this.end, from, to)
    return at
  }

  at(place: number): string {
    const piece = this.pieces[Math.floor(place / PIECE_BYTES)]!
    const from = place % PIECE_BYTES
    return piece.latin1Slice(from, piece.indexOf(NEWLINE, from))
  }
}

/** Functions (types t, T, w, W) with an address, as they are listed. Lines that aren't such are left out. Nothing is allocated a line. */
class FunctionList {
  distances = new Float64Array(1 << 17)
  nameAts = new Uint32Array(1 << 17)
  readonly names = new Names()
  private count = 0
  /** The beginning of a line whose end is in the next part; of one that is too long nothing is kept. */
  private readonly begun = Buffer.alloc(MOST_LINE_BYTES)
  private begunBytes = 0

  read(part: Buffer): void {
    let at = 0
    for (let end = part.indexOf(NEWLINE); end >= 0; end = part.indexOf(NEWLINE, at)) {
      if (this.begunBytes > 0) this.finish(part, end)
      else if (end - at < MOST_LINE_BYTES) this.line(part, at, end)
      at = end + 1
    }
    const left = part.length - at
    if (this.begunBytes + left > MOST_LINE_BYTES) this.begunBytes = MOST_LINE_BYTES
    else this.begunBytes += part.copy(this.begun, this.begunBytes, at)
  }

  /** Positions by address; of names of one address the first listed, which is the best known. */
  order(): Uint32Array {
    const { distances } = this
    const sorted = orderOf(distances, this.count)
    return sorted.filter((at, i) => i === 0 || distances[sorted[i - 1]!]! !== distances[at]!)
  }

  private finish(part: Buffer, end: number): void {
    const bytes = this.begunBytes
    this.begunBytes = 0
    if (bytes + end + 1 > MOST_LINE_BYTES) return
    part.copy(this.begun, bytes, 0, end + 1)
    this.line(this.begun, 0, bytes + end)
  }

  private line(bytes: Buffer, at: number, end: number): void {
    const type = bytes[at + 17]! | 32
    if (end - at <= 19 || bytes[at + 16] !== 32 || (type !== 116 && type !== 119) || this.count >= MOST_FUNCTIONS) return
    const high = hexadecimal(bytes, at)
    const low = hexadecimal(bytes, at + 8)
    if (high < HIGH_BASE || low < 0) return
    if (this.count === this.distances.length) this.makeRoom()
    this.distances[this.count] = kernelDistance(low, high)
    this.nameAts[this.count++] = this.names.add(bytes, at + 19, end + 1)
  }

  private makeRoom(): void {
    const [distances, nameAts] = [this.distances, this.nameAts]
    this.distances = new Float64Array(this.count * 2)
    this.distances.set(distances)
    this.nameAts = new Uint32Array(this.count * 2)
    this.nameAts.set(nameAts)
  }
}

/** Eight digits; −1 if they aren't. */
function hexadecimal(bytes: Buffer, at: number): number {
  let value = 0
  for (let i = at; i < at + 8; i++) {
    const byte = bytes[i]!
    const digit = byte >= 48 && byte <= 57 ? byte - 48 : byte >= 97 && byte <= 102 ? byte - 87 : -1
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}
