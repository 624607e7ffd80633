/**
 * Ids that both ends of a request come to by themselves, in processes and on hosts that know nothing of each other: hashes
 * of the 4-tuple, client first, and the sequence number of the request's first byte. Whole u32 arithmetic, no bigint:
 * 64-bit values are two halves. Namespaces and cookies take no part, since they differ between the ends.
 */
export class RequestIds {
  pairHigh = 0
  pairLow = 0
  /** The trace id, most significant word first. */
  readonly trace = new Uint32Array(4)
  /** The row's and span's own id, never 0. */
  high = 0
  low = 0

  /** Makes the ids of one end of a request. `role` is 0 for a server's, 1 for a client's. */
  make(tupleHigh: number, tupleLow: number, sequence: number, role: 0 | 1): void {
    const low = mix(tupleLow ^ Math.imul(sequence, 0x9e3779b1))
    const high = mix(tupleHigh ^ Math.imul(low, 0x85ebca77) ^ sequence)
    this.pairHigh = high >>> 0
    this.pairLow = low >>> 0
    const trace = this.trace
    trace[0] = mix(high ^ 0x243f6a88)
    trace[1] = mix(low ^ 0x13198a2e)
    trace[2] = mix(Math.imul(high, 0x27d4eb2f) ^ low ^ 0x03707344)
    trace[3] = mix(Math.imul(low, 0x165667b1) ^ high ^ 0x299f31d0) | 1 // all zero is no trace id
    const salt = role === 0 ? 0x082efa98 : 0x452821e6
    this.low = (mix(Math.imul(low, 0xc2b2ae3d) ^ high ^ salt) | 1) >>> 0
    this.high = mix(Math.imul(high, 0x9e3779b1) ^ low ^ salt) >>> 0
  }
}

/** Hash of a 4-tuple as two signed words: [high, low]. */
export function hashTuple(clientAddress: string, clientPort: number, serverAddress: string, serverPort: number): [number, number] {
  const text = `${clientAddress} ${clientPort} ${serverAddress} ${serverPort}`
  let high = 0x811c9dc5
  let low = 0x6a09e667
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x85ebca6b)
    low ^= low >>> 13
  }
  return [mix(high), mix(low ^ Math.imul(high, 5))]
}

/** Spreads each bit over all 32 (the finaliser of MurmurHash3); a bijection, so it loses nothing. */
function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}
