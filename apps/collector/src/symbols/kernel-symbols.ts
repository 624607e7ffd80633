import type { StackFrame } from '@sonde/shared/signal'

/** Kernel addresses begin at this high half (x86-64, arm64): what is kept is the distance from there, which a number holds exactly. */
const HIGH_BASE = 0xffff_0000
const TWO_32 = 4294967296
/** Nothing of the kernel is longer; beyond, an address belongs to something that isn't listed. */
const MOST_FUNCTION_BYTES = 1 << 20
const MOST_LINE_BYTES = 1024
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
  private readonly starts: Float64Array
  /** Where names begin in `text`; each ends with a newline. */
  private readonly nameAts: Uint32Array
  private readonly text: Buffer
  private readonly frames = new Map<number, StackFrame>()

  /** `kallsyms` is the file in parts of any size. */
  constructor(kallsyms: Iterable<Buffer>) {
    const list = new FunctionList()
    for (const part of kallsyms) list.read(part)
    const order = list.order()
    this.starts = Float64Array.from(order, (at) => list.distances[at]!)
    this.nameAts = Uint32Array.from(order, (at) => list.nameAts[at]!)
    this.text = Buffer.from(list.text.subarray(0, list.textBytes))
  }

  get length(): number {
    return this.starts.length
  }

  /** Bytes it takes, roughly. */
  get bytes(): number {
    return this.starts.byteLength + this.nameAts.byteLength + this.text.length
  }

  /** All addresses are 0, as they are without CAP_SYSLOG. */
  get isHidden(): boolean {
    return this.starts.length === 0
  }

  /** The function at a distance; undefined if none is known there. */
  find(distance: number): StackFrame | undefined {
    const { starts } = this
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (starts[middle]! <= distance) low = middle + 1
      else high = middle
    }
    const at = low - 1
    if (at < 0 || distance - starts[at]! > MOST_FUNCTION_BYTES) return undefined
    let frame = this.frames.get(at)
    if (!frame) this.frames.set(at, (frame = this.frameAt(at)))
    return frame
  }

  private frameAt(at: number): StackFrame {
    const nameAt = this.nameAts[at]!
    const [name = '', module] = this.text.latin1Slice(nameAt, this.text.indexOf(10, nameAt)).split('\t')
    return { name, binary: module ?? '[kernel]', file: '', line: 0, kind: 'kernel', nameSource: 'kallsyms' }
  }
}

/** Functions (types t, T, w, W) with an address, as they are listed. Lines that aren't such are left out. */
class FunctionList {
  distances = new Float64Array(1 << 16)
  nameAts = new Uint32Array(1 << 16)
  /** Names, each ended by a newline. */
  text = Buffer.alloc(1 << 20)
  textBytes = 0
  private count = 0
  private rest: Buffer = Buffer.alloc(0)

  read(part: Buffer): void {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, part]) : part
    let at = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      if (end - at < MOST_LINE_BYTES) this.line(bytes, at, end)
      at = end + 1
    }
    this.rest = Buffer.from(bytes.subarray(Math.max(at, bytes.length - MOST_LINE_BYTES)))
  }

  /** Positions by address; of names of one address the first listed, which is the best known. */
  order(): Uint32Array {
    const { distances } = this
    const sorted = Uint32Array.from({ length: this.count }, (_, at) => at).sort((a, b) => distances[a]! - distances[b]! || a - b)
    return sorted.filter((at, i) => i === 0 || distances[sorted[i - 1]!]! !== distances[at]!)
  }

  private line(bytes: Buffer, at: number, end: number): void {
    const type = bytes[at + 17]! | 32
    if (end - at <= 19 || bytes[at + 16] !== 32 || (type !== 116 && type !== 119) || this.count >= MOST_FUNCTIONS) return
    const high = Number.parseInt(bytes.latin1Slice(at, at + 8), 16)
    const low = Number.parseInt(bytes.latin1Slice(at + 8, at + 16), 16)
    if (!(high >= HIGH_BASE) || Number.isNaN(low)) return
    const nameBytes = end + 1 - (at + 19)
    this.makeRoom(nameBytes)
    this.distances[this.count] = kernelDistance(low, high)
    this.nameAts[this.count++] = this.textBytes
    bytes.copy(this.text, this.textBytes, at + 19, end + 1)
    this.textBytes += nameBytes
  }

  private makeRoom(nameBytes: number): void {
    if (this.count === this.distances.length) {
      const [distances, nameAts] = [this.distances, this.nameAts]
      this.distances = new Float64Array(this.count * 2)
      this.distances.set(distances)
      this.nameAts = new Uint32Array(this.count * 2)
      this.nameAts.set(nameAts)
    }
    if (this.textBytes + nameBytes > this.text.length) this.text = Buffer.concat([this.text, Buffer.alloc(this.text.length)])
  }
}
