/**
 * Remembers between `capacity` and twice as many of the values used last, in two maps: when the young one is full it
 * becomes the old one. Forgetting costs making the value again, nothing else, so it has no loss counter.
 */
export class Recent<V> {
  private young = new Map<string, V>()
  private old = new Map<string, V>()
  private readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get(key: string): V | undefined {
    const value = this.young.get(key)
    if (value !== undefined) return value
    const aged = this.old.get(key)
    if (aged !== undefined) this.set(key, aged)
    return aged
  }

  /** `key` is kept: it must not be a slice of a larger string. */
  set(key: string, value: V): void {
    if (this.young.size >= this.capacity) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(key, value)
  }

  get size(): number {
    return this.young.size + this.old.size
  }
}
