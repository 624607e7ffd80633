/** Buffers have had `latin1Slice` since 2010; it skips what `toString` checks, a third of the cost. Not in @types/node. */
type Latin1 = { latin1Slice(start: number, end: number): string }

/** Bytes [at, end) as text, a byte a character: no byte is refused and none is lost. */
export function latin1(bytes: Buffer, at: number, end: number): string {
  return (bytes as unknown as Latin1).latin1Slice(at, end)
}

let viewed: Buffer | undefined
let view: DataView = new DataView(new ArrayBuffer(0))

/** A view on the bytes; made once for all records of a batch, since they come in one buffer. */
function viewOf(bytes: Buffer): DataView {
  if (bytes === viewed) return view
  viewed = bytes
  return (view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
}

/**
 * Where the next LF stands in [at, end); −1 if none does. Looks at four bytes at a time: a byte of `word` is LF where the
 * same byte of `word ^ LF LF LF LF` is zero, and the lowest zero byte is where `(x - 1 1 1 1) & ~x` first has a high bit.
 * For lines of headers a native call costs more than this takes, a loop by single bytes half as much again.
 */
export function lineFeed(bytes: Buffer, at: number, end: number): number {
  const words = viewOf(bytes)
  for (; at + 4 <= end; at += 4) {
    const x = words.getInt32(at, true) ^ 0x0a0a0a0a
    const zeros = (x - 0x01010101) & ~x & 0x80808080
    if (zeros !== 0) return at + ((31 - Math.clz32(zeros & -zeros)) >> 3)
  }
  for (; at < end; at++) if (bytes[at] === 10) return at
  return -1
}

/** Bytes that are kept to be compared with others, four at a time. */
export class Sample {
  readonly length: number
  private readonly words: Int32Array
  /** The up to three bytes behind the last whole word. */
  private readonly rest: Uint8Array

  /** A copy of [at, end). */
  constructor(bytes: Buffer, at: number, end: number) {
    this.length = end - at
    this.words = new Int32Array(this.length >> 2)
    for (let i = 0; i < this.words.length; i++) this.words[i] = bytes.readInt32LE(at + 4 * i)
    this.rest = Uint8Array.from(bytes.subarray(at + 4 * this.words.length, end))
  }

  static of(text: string): Sample {
    return new Sample(Buffer.from(text, 'latin1'), 0, text.length)
  }

  /** True if these bytes stand at `at`, before `end`. */
  standsAt(bytes: Buffer, at: number, end: number): boolean {
    if (end - at < this.length) return false
    const { words, rest } = this
    const others = viewOf(bytes)
    let i = 0
    for (; i + 4 <= words.length; i += 4, at += 16) {
      const differ =
        (words[i]! ^ others.getInt32(at, true)) | (words[i + 1]! ^ others.getInt32(at + 4, true)) |
        (words[i + 2]! ^ others.getInt32(at + 8, true)) | (words[i + 3]! ^ others.getInt32(at + 12, true))
      if (differ !== 0) return false
    }
    for (; i < words.length; i++, at += 4) if (words[i] !== others.getInt32(at, true)) return false
    for (let j = 0; j < rest.length; j++) if (rest[j] !== bytes[at + j]) return false
    return true
  }

  /** True if [at, end) is exactly these bytes. */
  equals(bytes: Buffer, at: number, end: number): boolean {
    return end - at === this.length && this.standsAt(bytes, at, end)
  }
}

/** Of a key in a `ByteCache`; longer ones have a `Sample` of their own. */
const KEY_BYTES = 64

/**
 * Values made of bytes, found again by bytes without making a string of them. A table of `slots` places (a power of two);
 * a newcomer takes the place of who is there. Forgetting costs making the value again, nothing else, so it isn't counted.
 * Keys lie in one block: an object each, where thousands of new ones come a second, is what the heap would be full of.
 */
export class ByteCache<V> {
  private readonly values: (V | undefined)[]
  private readonly hashes: Int32Array
  private readonly lengths: Uint32Array
  private readonly keys: Buffer
  private readonly keyView: DataView
  private readonly long = new Map<number, Sample>()
  private readonly make: (bytes: Buffer, at: number, end: number) => V

  constructor(slots: number, make: (bytes: Buffer, at: number, end: number) => V) {
    this.values = new Array<V | undefined>(slots).fill(undefined)
    this.hashes = new Int32Array(slots)
    this.lengths = new Uint32Array(slots)
    this.keys = Buffer.alloc(slots * KEY_BYTES)
    this.keyView = new DataView(this.keys.buffer, this.keys.byteOffset, this.keys.length)
    this.make = make
  }

  /** The value of the bytes [at, end). */
  of(bytes: Buffer, at: number, end: number): V {
    let hash = 0x811c9dc5
    for (let i = at; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
    const slot = (hash ^ (hash >>> 15)) & (this.values.length - 1)
    const known = this.values[slot]
    if (known !== undefined && this.hashes[slot] === (hash | 0) && this.isKey(slot, bytes, at, end)) return known
    const value = this.make(bytes, at, end)
    this.values[slot] = value
    this.hashes[slot] = hash
    this.setKey(slot, bytes, at, end)
    return value
  }

  private isKey(slot: number, bytes: Buffer, at: number, end: number): boolean {
    const length = end - at
    if (this.lengths[slot] !== length) return false
    if (length > KEY_BYTES) return this.long.get(slot)!.standsAt(bytes, at, end)
    const { keyView } = this
    const others = viewOf(bytes)
    let key = slot * KEY_BYTES
    for (; at + 4 <= end; at += 4, key += 4) if (keyView.getInt32(key) !== others.getInt32(at)) return false
    for (; at < end; at++, key++) if (this.keys[key] !== bytes[at]) return false
    return true
  }

  private setKey(slot: number, bytes: Buffer, at: number, end: number): void {
    this.lengths[slot] = end - at
    if (end - at > KEY_BYTES) this.long.set(slot, new Sample(bytes, at, end))
    else {
      this.long.delete(slot)
      this.keys.set(bytes.subarray(at, end), slot * KEY_BYTES)
    }
  }
}
