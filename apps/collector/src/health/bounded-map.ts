/**
 * A map that never holds more than `capacity` entries: the one least recently set leaves, and `onEvict` counts it.
 * `get` doesn't renew; use `renew` where use should keep an entry alive.
 */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>()
  readonly capacity: number
  private readonly onEvict: (key: K, value: V) => void

  constructor(options: { capacity: number; onEvict: (key: K, value: V) => void }) {
    this.capacity = options.capacity
    this.onEvict = options.onEvict
  }

  get size(): number {
    return this.entries.size
  }

  get(key: K): V | undefined {
    return this.entries.get(key)
  }

  has(key: K): boolean {
    return this.entries.has(key)
  }

  set(key: K, value: V): void {
    if (this.entries.size >= this.capacity && !this.entries.has(key)) this.evictOldest()
    this.entries.set(key, value)
  }

  /** Makes an entry the youngest. */
  renew(key: K): void {
    const value = this.entries.get(key)
    if (value === undefined) return
    this.entries.delete(key)
    this.entries.set(key, value)
  }

  delete(key: K): boolean {
    return this.entries.delete(key)
  }

  keys(): IterableIterator<K> {
    return this.entries.keys()
  }

  values(): IterableIterator<V> {
    return this.entries.values()
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries[Symbol.iterator]()
  }

  private evictOldest(): void {
    const oldest = this.entries.entries().next().value
    if (!oldest) return
    this.entries.delete(oldest[0])
    this.onEvict(oldest[0], oldest[1])
  }
}
