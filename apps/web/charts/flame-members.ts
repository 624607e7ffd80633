/** A list of nodes with weights that grows by doubling and is emptied without being freed. */
export class Members {
  node = new Int32Array(1024)
  weight = new Float64Array(1024)
  count = 0

  push(node: number, weight: number): void {
    if (this.count === this.node.length) this.grow(this.count * 2)
    this.node[this.count] = node
    this.weight[this.count++] = weight
  }

  /** Room for so many more, which are written by their places. */
  extend(count: number): void {
    this.count += count
    if (this.count > this.node.length) this.grow(Math.max(this.count, this.node.length * 2))
  }

  private grow(size: number): void {
    this.node = grownInts(this.node, size)
    this.weight = grownNumbers(this.weight, size)
  }
}

/** Weights of all. */
export function sum(members: Members): number {
  let total = 0
  for (let i = 0; i < members.count; i++) total += members.weight[i]!
  return total
}

/** The same numbers, with room for `size`. */
export function grownInts(list: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size)
  larger.set(list)
  return larger
}

/** The same numbers, with room for `size`. */
export function grownNumbers(list: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size)
  larger.set(list)
  return larger
}
