import type { ByteSource } from './byte-source.ts'
import { Addresses, orderOf } from '../addresses.ts'
import { textAt, type Elf, type Section } from './elf.ts'

const SHT_SYMTAB = 2
const SHT_DYNSYM = 11
const SYMBOL_BYTES = 24
const STT_NOTYPE = 0
const STT_FUNC = 2
const STT_GNU_IFUNC = 10
const STB_LOCAL = 0
const STB_WEAK = 2
/** Larger tables are refused: reading one takes 25 bytes a symbol for a moment. */
const MOST_TABLE_BYTES = 1_000_000 * SYMBOL_BYTES
const CHUNK_BYTES = 680 * SYMBOL_BYTES
const MOST_NAME_BYTES = 4096
const NAMES_BYTES = 64 * 1024
const MOST_UNDERSCORES = 8
const UNDERSCORE = 95
const TWO_32 = 4294967296
const MOST_ADDRESS = 0xffff_ffff_ffff
/** A function without a size (assembly) ends at the next one, and here at the latest. */
const MOST_UNSIZED_BYTES = 64 * 1024
/** How far back a function is looked for that reaches over later ones. */
const MOST_STEPS_BACK = 8
/** Bytes a function takes here. */
export const FUNCTION_BYTES = 12

/** Functions of one file by address; names are read from the file when they are asked for. */
export class SymbolTable {
  private readonly starts: Addresses
  private readonly sizes: Uint32Array
  private readonly names: Uint32Array
  private readonly source: ByteSource
  private readonly strings: Section

  private constructor(source: ByteSource, strings: Section, { starts, sizes, names }: Found, order: Uint32Array) {
    this.source = source
    this.strings = strings
    this.starts = new Addresses(starts, order)
    this.sizes = new Uint32Array(order.length)
    this.names = new Uint32Array(order.length)
    for (let to = 0; to < order.length; to++) {
      this.sizes[to] = sizes[order[to]!]!
      this.names[to] = names[order[to]!]!
    }
  }

  static async of(source: ByteSource, strings: Section, found: Found): Promise<SymbolTable> {
    return new SymbolTable(source, strings, found, await found.order(source, strings))
  }

  get length(): number {
    return this.starts.length
  }

  /** Index of the function that holds the address; −1 if none does. */
  find(address: number): number {
    const { starts, sizes } = this
    const nearest = starts.lastUpTo(address)
    for (let at = nearest; at >= 0 && at > nearest - MOST_STEPS_BACK; at--) {
      const size = sizes[at]! || (at === nearest ? MOST_UNSIZED_BYTES : 0)
      if (address < starts.at(at) + size) return at
    }
    return -1
  }

  /** Without the version that a linker may add: `clock_gettime@@GLIBC_2.17`. */
  async name(at: number): Promise<string> {
    return (await textAt(this.source, this.strings, this.names[at]!, MOST_NAME_BYTES)).replace(/@.*/, '')
  }
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

  /** The entry at a place, if it is a function's. Of hundreds of thousands each: nothing is allocated for one. */
  add(table: Buffer, entry: number, executable: readonly boolean[]): void {
    const info = table[entry + 4]!
    const type = info & 15
    const section = table.readUInt16LE(entry + 6)
    if (section === 0 || (type !== STT_FUNC && type !== STT_GNU_IFUNC && !(type === STT_NOTYPE && executable[section]))) return
    const start = table.readUInt32LE(entry + 8) + table.readUInt32LE(entry + 12) * TWO_32
    const name = table.readUInt32LE(entry)
    if (start === 0 || start > MOST_ADDRESS || name === 0) return
    const size = table.readUInt32LE(entry + 20) > 0 ? 0xffff_ffff : table.readUInt32LE(entry + 16)
    const binding = info >> 4
    const at = this.count++
    this.starts[at] = start
    this.sizes[at] = size
    this.names[at] = name
    this.ranks[at] = (type === STT_NOTYPE ? 0 : 8) + (size > 0 ? 4 : 0) + (binding === STB_LOCAL ? 0 : binding === STB_WEAK ? 1 : 2)
  }

  /** Positions by address, one for each address. */
  async order(source: ByteSource, strings: Section): Promise<Uint32Array> {
    const { starts } = this
    const sorted = orderOf(starts, this.count)
    const rivals = sorted.filter((at, i) => starts[at] === starts[sorted[i - 1]!] || starts[at] === starts[sorted[i + 1]!])
    const underscores = await this.underscoresOf(rivals, source, strings)
    let kept = 0
    for (const at of sorted) {
      const before = sorted[kept - 1]
      if (before === undefined || starts[before] !== starts[at]) sorted[kept++] = at
      else if (this.isBetter(at, before, underscores)) sorted[kept - 1] = at
    }
    return sorted.subarray(0, kept)
  }

  /** As people know it: a function before a label, a name others can see before a file's own, and the one with fewer underscores before it. */
  private isBetter(one: number, other: number, underscores: ReadonlyMap<number, number>): boolean {
    const seen = (at: number) => this.ranks[at]! >> 2 << 2 | (this.ranks[at]! & 3 ? 1 : 0)
    if (seen(one) !== seen(other)) return seen(one) > seen(other)
    const difference = underscores.get(one)! - underscores.get(other)!
    return difference < 0 || (difference === 0 && this.ranks[one]! > this.ranks[other]!)
  }

  /** How many underscores begin the names at these positions; read in the order in which they stand, for there may be many. */
  private async underscoresOf(positions: Uint32Array, source: ByteSource, strings: Section): Promise<Map<number, number>> {
    const counts = new Map<number, number>()
    let part: Buffer | undefined
    let partAt = 0
    for (const i of orderOf(Float64Array.from(positions, (at) => this.names[at]!), positions.length)) {
      const at = positions[i]!
      const name = this.names[at]!
      if (!part || name + MOST_UNDERSCORES > partAt + part.length) {
        part = await source.read(strings.offset + name, Math.max(0, Math.min(NAMES_BYTES, strings.bytes - name, source.size - strings.offset - name)))
        partAt = name
      }
      let count = 0
      while (count < MOST_UNDERSCORES && part?.[name - partAt + count] === UNDERSCORE) count++
      counts.set(at, count)
    }
    return counts
  }
}

/** The functions that a file's `.symtab` or `.dynsym` names; undefined if it has no such table or it is broken. */
export async function readSymbolTable(source: ByteSource, elf: Elf, which: 'symtab' | 'dynsym'): Promise<SymbolTable | undefined> {
  const table = elf.sections.find(({ type }) => type === (which === 'symtab' ? SHT_SYMTAB : SHT_DYNSYM))
  const strings = table && elf.sections[table.link]
  if (!strings || table.bytes > MOST_TABLE_BYTES || table.offset + table.bytes > source.size) return undefined
  const executable = elf.sections.map((section) => section.executable)
  const found = new Found(Math.floor(table.bytes / SYMBOL_BYTES))
  for (let at = 0; at + SYMBOL_BYTES <= table.bytes; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, table.bytes - at)
    const chunk = await source.read(table.offset + at, length)
    if (!chunk) return undefined
    for (let entry = 0; entry + SYMBOL_BYTES <= length; entry += SYMBOL_BYTES) found.add(chunk, entry, executable)
  }
  return found.count > 0 ? SymbolTable.of(source, strings, found) : undefined
}
