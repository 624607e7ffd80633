import type { ByteSource } from './byte-source.ts'
import { textAt, type Elf, type Section } from './elf.ts'

const SHT_SYMTAB = 2
const SHT_DYNSYM = 11
const SYMBOL_BYTES = 24
const STT_NOTYPE = 0
const STT_FUNC = 2
const STT_GNU_IFUNC = 10
const STB_LOCAL = 0
const STB_WEAK = 2
/** Larger tables are refused: 4 million symbols. */
const MOST_TABLE_BYTES = 4_000_000 * SYMBOL_BYTES
const CHUNK_BYTES = 680 * SYMBOL_BYTES
const MOST_NAME_BYTES = 4096
/** A function without a size (assembly) ends at the next one, and here at the latest. */
const MOST_UNSIZED_BYTES = 64 * 1024
/** How far back a function is looked for that reaches over later ones. */
const MOST_STEPS_BACK = 8
/** Bytes a function takes here. */
export const FUNCTION_BYTES = 16

/** Functions of one file by address; names are read from the file when they are asked for. */
export class SymbolTable {
  private readonly starts: Float64Array
  private readonly sizes: Uint32Array
  private readonly names: Uint32Array
  private readonly source: ByteSource
  private readonly strings: Section

  constructor(source: ByteSource, strings: Section, found: Found) {
    this.source = source
    this.strings = strings
    const order = found.order(this.nameOf)
    this.starts = Float64Array.from(order, (at) => found.starts[at]!)
    this.sizes = Uint32Array.from(order, (at) => found.sizes[at]!)
    this.names = Uint32Array.from(order, (at) => found.names[at]!)
  }

  get length(): number {
    return this.starts.length
  }

  /** Index of the function that holds the address; −1 if none does. */
  find(address: number): number {
    const { starts, sizes } = this
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (starts[middle]! <= address) low = middle + 1
      else high = middle
    }
    const nearest = low - 1
    for (let at = nearest; at >= 0 && at > nearest - MOST_STEPS_BACK; at--) {
      const size = sizes[at]! || (at === nearest ? MOST_UNSIZED_BYTES : 0)
      if (address < starts[at]! + size) return at
    }
    return -1
  }

  name(at: number): string {
    return this.nameOf(this.names[at]!)
  }

  /** Without the version that a linker may add: `clock_gettime@@GLIBC_2.17`. */
  private readonly nameOf = (offset: number): string => textAt(this.source, this.strings, offset, MOST_NAME_BYTES).replace(/@.*/, '')
}

/** Functions as they stand in a file, in no order. */
class Found {
  readonly starts: Float64Array
  readonly sizes: Uint32Array
  readonly names: Uint32Array
  /** Of two names of one address the greater is taken. */
  readonly ranks: Uint8Array
  count = 0

  constructor(most: number) {
    this.starts = new Float64Array(most)
    this.sizes = new Uint32Array(most)
    this.names = new Uint32Array(most)
    this.ranks = new Uint8Array(most)
  }

  add(entry: Buffer, executable: readonly boolean[]): void {
    const info = entry[4]!
    const type = info & 15
    const section = entry.readUInt16LE(6)
    if (section === 0 || (type !== STT_FUNC && type !== STT_GNU_IFUNC && !(type === STT_NOTYPE && executable[section]))) return
    const start = entry.readBigUInt64LE(8)
    const name = entry.readUInt32LE(0)
    if (start === 0n || start > 0xffff_ffff_ffffn || name === 0) return
    const size = entry.readBigUInt64LE(16)
    const binding = info >> 4
    const at = this.count++
    this.starts[at] = Number(start)
    this.sizes[at] = size > 0xffff_ffffn ? 0xffff_ffff : Number(size)
    this.names[at] = name
    this.ranks[at] = (type === STT_NOTYPE ? 0 : 8) + (size > 0n ? 4 : 0) + (binding === STB_LOCAL ? 0 : binding === STB_WEAK ? 1 : 2)
  }

  /** Positions by address, one for each address. */
  order(nameOf: (offset: number) => string): Uint32Array {
    const { starts } = this
    const sorted = Uint32Array.from({ length: this.count }, (_, at) => at).sort((a, b) => starts[a]! - starts[b]!)
    let kept = 0
    for (const at of sorted) {
      const before = sorted[kept - 1]
      if (before === undefined || starts[before] !== starts[at]) sorted[kept++] = at
      else if (this.isBetter(at, before, nameOf)) sorted[kept - 1] = at
    }
    return sorted.subarray(0, kept)
  }

  /** As people know it: a function before a label, a name others can see before a file's own, and the one with fewer underscores before it. */
  private isBetter(one: number, other: number, nameOf: (offset: number) => string): boolean {
    const seen = (at: number) => this.ranks[at]! >> 2 << 2 | (this.ranks[at]! & 3 ? 1 : 0)
    if (seen(one) !== seen(other)) return seen(one) > seen(other)
    const underscores = (at: number) => /^_*/.exec(nameOf(this.names[at]!))![0].length
    return underscores(one) - underscores(other) < 0 || (underscores(one) === underscores(other) && this.ranks[one]! > this.ranks[other]!)
  }
}

/** The functions that a file's `.symtab` or `.dynsym` names; undefined if it has no such table or it is broken. */
export function readSymbolTable(source: ByteSource, elf: Elf, which: 'symtab' | 'dynsym'): SymbolTable | undefined {
  const table = elf.sections.find(({ type }) => type === (which === 'symtab' ? SHT_SYMTAB : SHT_DYNSYM))
  const strings = table && elf.sections[table.link]
  if (!strings || table.bytes > MOST_TABLE_BYTES || table.offset + table.bytes > source.size) return undefined
  const executable = elf.sections.map((section) => section.executable)
  const found = new Found(Math.floor(table.bytes / SYMBOL_BYTES))
  for (let at = 0; at + SYMBOL_BYTES <= table.bytes; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, table.bytes - at)
    const chunk = source.read(table.offset + at, length)
    if (!chunk) return undefined
    for (let entry = 0; entry + SYMBOL_BYTES <= length; entry += SYMBOL_BYTES) found.add(chunk.subarray(entry, entry + SYMBOL_BYTES), executable)
  }
  return found.count > 0 ? new SymbolTable(source, strings, found) : undefined
}
