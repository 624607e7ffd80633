import type { NativeObject } from './binding.ts'
import { BpfError } from './error.ts'

export interface MapDescription {
  readonly name: string
  /** `enum bpf_map_type`. */
  readonly type: number
  readonly keyBytes: number
  /** Bytes of one value as read here: for a per-CPU map one value, padded to 8, for each possible CPU. */
  readonly valueBytes: number
  readonly maxEntries: number
}

/** Everything that was in a map: entry i has its key at `keys[i × keyBytes]` and its value at `values[i × valueBytes]`. */
export interface MapContents {
  readonly count: number
  readonly keys: Buffer
  readonly values: Buffer
}

const ENOENT = 2
const ENOSPC = 28
const FIRST_BATCH = 1024
/** Entries at once where none are kept. */
const FEW = 64

/** A map of a loaded object. Keys and values are bytes of exactly the map's sizes; others are refused with EINVAL. */
export class BpfMap implements MapDescription {
  readonly name: string
  readonly type: number
  readonly keyBytes: number
  readonly valueBytes: number
  readonly maxEntries: number
  private readonly native: NativeObject

  constructor(native: NativeObject, description: MapDescription) {
    this.native = native
    this.name = description.name
    this.type = description.type
    this.keyBytes = description.keyBytes
    this.valueBytes = description.valueBytes
    this.maxEntries = description.maxEntries
  }

  get fd(): number {
    return this.native.mapFd(this.name)
  }

  /** Reads the value of `key` into `value`; false, and `value` unchanged, if there is none. */
  lookup(key: Uint8Array, value: Uint8Array): boolean {
    return this.native.lookup(this.name, key, value)
  }

  update(key: Uint8Array, value: Uint8Array): void {
    this.native.update(this.name, key, value, 0)
  }

  /** False if there was no such key. */
  delete(key: Uint8Array): boolean {
    return this.native.delete(this.name, key)
  }

  /** The key after `key` (the first after null), written into `next`; false at the end. A key that is gone starts anew. */
  nextKey(key: Uint8Array | null, next: Uint8Array): boolean {
    return this.native.nextKey(this.name, key, next)
  }

  /**
   * All entries, by batch where the kernel has it for this kind of map, else key by key. Entries that come or go
   * meanwhile may be in it or not; the others are in it once.
   */
  readAll(): MapContents {
    return this.readBatches() ?? this.readKeyByKey()
  }

  /**
   * Gives every entry, as `readAll` finds them, without holding them all: `key` and `value` are valid during the call.
   * Entries may be deleted meanwhile only after it has returned.
   */
  forEach(use: (key: Buffer, value: Buffer) => void): void {
    const cursor = Buffer.alloc(Math.max(this.keyBytes, 8))
    let size = Math.max(1, Math.min(FEW, this.maxEntries))
    let keys = Buffer.alloc(size * this.keyBytes)
    let values = Buffer.alloc(size * this.valueBytes)
    for (let first = true; ; ) {
      const [count, errno] = this.native.lookupBatch(this.name, cursor, first, keys, values, size)
      if (errno === ENOSPC && size < this.maxEntries) {
        size = Math.min(size * 2, this.maxEntries)
        keys = Buffer.alloc(size * this.keyBytes)
        values = Buffer.alloc(size * this.valueBytes)
        continue
      }
      if (errno !== 0 && errno !== ENOENT) throw new BpfError(`read ${this.name}`, errno, 'a batch was refused', '')
      for (let i = 0; i < count; i++) use(keys.subarray(i * this.keyBytes, (i + 1) * this.keyBytes), values.subarray(i * this.valueBytes, (i + 1) * this.valueBytes))
      if (errno === ENOENT) return
      first = false
    }
  }

  private readBatches(): MapContents | undefined {
    const cursor = Buffer.alloc(Math.max(this.keyBytes, 8))
    const keys: Buffer[] = []
    const values: Buffer[] = []
    let total = 0
    let size = Math.min(FIRST_BATCH, Math.max(this.maxEntries, 1))
    for (let first = true; ; ) {
      const batchKeys = Buffer.alloc(size * this.keyBytes)
      const batchValues = Buffer.alloc(size * this.valueBytes)
      const [count, errno] = this.native.lookupBatch(this.name, cursor, first, batchKeys, batchValues, size)
      if (errno === ENOSPC && size < this.maxEntries) {
        size = Math.min(size * 2, this.maxEntries)
        continue
      }
      if (errno !== 0 && errno !== ENOENT) {
        if (first) return undefined
        throw new BpfError(`read ${this.name}`, errno, 'a batch was refused after the first', '')
      }
      keys.push(batchKeys.subarray(0, count * this.keyBytes))
      values.push(batchValues.subarray(0, count * this.valueBytes))
      total += count
      if (errno === ENOENT) return { count: total, keys: Buffer.concat(keys), values: Buffer.concat(values) }
      first = false
    }
  }

  private readKeyByKey(): MapContents {
    const keys: Buffer[] = []
    const values: Buffer[] = []
    let last: Buffer | null = null
    for (let seen = 0; seen < this.maxEntries; seen++) {
      const key: Buffer = Buffer.alloc(this.keyBytes)
      if (!this.nextKey(last, key)) break
      const value = Buffer.alloc(this.valueBytes)
      if (this.lookup(key, value)) {
        keys.push(key)
        values.push(value)
      }
      last = key
    }
    return { count: keys.length, keys: Buffer.concat(keys), values: Buffer.concat(values) }
  }
}
