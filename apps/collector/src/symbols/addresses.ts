/** Positions of the first `count` values in ascending order; of equal ones the earlier first. */
export function orderOf(values: Float64Array, count: number): Uint32Array {
  let least = Infinity
  let most = -Infinity
  for (let at = 0; at < count; at++) {
    const value = values[at]!
    if (value < least) least = value
    if (value > most) most = value
  }
  const order = new Uint32Array(count)
  const places = 2 ** Math.ceil(Math.log2(Math.max(1, count)))
  if (!((most - least + 1) * places <= Number.MAX_SAFE_INTEGER)) {
    for (let at = 0; at < count; at++) order[at] = at
    return order.sort((a, b) => values[a]! - values[b]! || a - b)
  }
  // Value and position as one number: sorted without a call of ours for each comparison, ten times as fast.
  const keys = new Float64Array(count)
  for (let at = 0; at < count; at++) keys[at] = (values[at]! - least) * places + at
  keys.sort()
  for (let at = 0; at < count; at++) order[at] = keys[at]! % places
  return order
}

/** Ascending addresses, four bytes each where the first and the last are less than 4 GiB apart. */
export class Addresses {
  private readonly first: number
  private readonly distances: Uint32Array | Float64Array

  /** Of the values those at the positions, which are in their order. */
  constructor(values: Float64Array, order: Uint32Array) {
    this.first = order.length > 0 ? values[order[0]!]! : 0
    const last = order.length > 0 ? values[order.at(-1)!]! : 0
    this.distances = last - this.first < 2 ** 32 ? new Uint32Array(order.length) : new Float64Array(order.length)
    for (let to = 0; to < order.length; to++) this.distances[to] = values[order[to]!]! - this.first
  }

  get length(): number {
    return this.distances.length
  }

  get bytes(): number {
    return this.distances.byteLength
  }

  at(index: number): number {
    return this.first + this.distances[index]!
  }

  /** Index of the last at or before the address; −1 if all are after it. */
  lastUpTo(address: number): number {
    const { distances } = this
    const distance = address - this.first
    let low = 0
    let high = distances.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (distances[middle]! <= distance) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
