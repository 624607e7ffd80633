/** Buffers have had `latin1Slice` since 2010; it skips what `toString` checks, a third of the cost. Not in @types/node. */
type Latin1 = { latin1Slice(start: number, end: number): string }

/** Bytes [at, end) as text, a byte a character: no byte is refused and none is lost. */
export function latin1(bytes: Buffer, at: number, end: number): string {
  return (bytes as unknown as Latin1).latin1Slice(at, end)
}

/** Where the next LF stands in [at, end); −1 if none does. A loop, since for short lines a native call costs more. */
export function lineFeed(bytes: Buffer, at: number, end: number): number {
  for (let i = at; i < end; i++) if (bytes[i] === 10) return i
  return -1
}

/** True if [at, end) is exactly `text`. */
export function equals(bytes: Buffer, at: number, end: number, text: string): boolean {
  return end - at === text.length && startsWith(bytes, at, end, text)
}

/** True if `text` stands at `at`, before `end`. */
export function startsWith(bytes: Buffer, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

interface Entry<V> {
  readonly hash: number
  readonly text: string
  readonly value: V
}

/**
 * Values made of bytes, found again by bytes without making a string of them. A table of `slots` places (a power of two);
 * a newcomer takes the place of who is there. Forgetting costs making the value again, nothing else, so it isn't counted.
 */
export class ByteCache<V> {
  private readonly entries: (Entry<V> | undefined)[]
  private readonly make: (text: string) => V

  constructor(slots: number, make: (text: string) => V) {
    this.entries = new Array<Entry<V> | undefined>(slots).fill(undefined)
    this.make = make
  }

  /** The value of the bytes [at, end), which are read as latin1. */
  of(bytes: Buffer, at: number, end: number): V {
    let hash = 0x811c9dc5
    for (let i = at; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
    const slot = (hash ^ (hash >>> 15)) & (this.entries.length - 1)
    const entry = this.entries[slot]
    if (entry !== undefined && entry.hash === hash && equals(bytes, at, end, entry.text)) return entry.value
    const text = latin1(bytes, at, end)
    const value = this.make(text)
    this.entries[slot] = { hash, text, value }
    return value
  }
}
