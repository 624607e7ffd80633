import { gzipSync } from 'node:zlib'
import type { TimeRange } from '../store/store.ts'
import { stackOf, type ProfileTree } from './profile-tree.ts'

/** Protocol buffers' wire format, as much as pprof needs: varints and what has a length. */
class Message {
  private readonly bytes: number[] = []

  /** A field of wire type 0; 0 is left out, being the default. */
  number(field: number, value: number | bigint): this {
    if (value !== 0 && value !== 0n) this.varint(field << 3).varint(value)
    return this
  }

  text(field: number, value: string): this {
    return this.sized(field, Buffer.from(value, 'utf8'))
  }

  message(field: number, value: Message): this {
    return this.sized(field, value.bytes)
  }

  /** Repeated numbers, packed. */
  numbers(field: number, values: readonly number[]): this {
    const packed = new Message()
    for (const value of values) packed.varint(value)
    return this.sized(field, packed.bytes)
  }

  encoded(): Buffer {
    return Buffer.from(this.bytes)
  }

  private sized(field: number, value: ArrayLike<number>): this {
    this.varint((field << 3) | 2).varint(value.length)
    for (let i = 0; i < value.length; i++) this.bytes.push(value[i]!)
    return this
  }

  private varint(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest > 0x7fn; rest >>= 7n) this.bytes.push(Number(rest & 0x7fn) | 0x80)
    this.bytes.push(Number(rest))
    return this
  }
}

/** The table of strings; its first is ''. */
class Strings {
  readonly all: string[] = ['']
  private readonly ids = new Map<string, number>([['', 0]])

  id(text: string): number {
    let id = this.ids.get(text)
    if (id === undefined) this.ids.set(text, (id = this.all.push(text) - 1))
    return id
  }
}

/** pprof's gzipped profile.proto (github.com/google/pprof, proto/profile.proto): samples and CPU time by stack. */
export function pprofOf(tree: ProfileTree, range: TimeRange, periodNs: number): Buffer {
  const strings = new Strings()
  const profile = new Message()
  const valueType = (type: string, unit: string) => new Message().number(1, strings.id(type)).number(2, strings.id(unit))
  profile.message(1, valueType('samples', 'count')).message(1, valueType('cpu', 'nanoseconds'))
  tree.nodes.forEach(({ self, selfNs }, at) => {
    if (self === 0) return
    // pprof wants the innermost first; ids begin at 1.
    const locations = stackOf(tree, at).reverse().map((frame) => frame + 1)
    profile.message(2, new Message().numbers(1, locations).numbers(2, [self, selfNs]))
  })
  addFrames(profile, tree, strings)
  profile.message(11, valueType('cpu', 'nanoseconds')).number(9, range.from).number(10, range.to - range.from).number(12, periodNs)
  for (const text of strings.all) profile.text(6, text)
  return gzipSync(profile.encoded())
}

/** One mapping a binary, and one location and function a frame. */
function addFrames(profile: Message, { frames }: ProfileTree, strings: Strings): void {
  const mappings = new Map<string, number>()
  frames.forEach(({ name, binary, file, line }, at) => {
    let mapping = binary === '' ? 0 : mappings.get(binary)
    if (mapping === undefined) {
      mappings.set(binary, (mapping = mappings.size + 1))
      profile.message(3, new Message().number(1, mapping).number(5, strings.id(binary)).number(7, 1))
    }
    const id = at + 1
    profile.message(4, new Message().number(1, id).number(2, mapping).message(4, new Message().number(1, id).number(2, line)))
    profile.message(5, new Message().number(1, id).number(2, strings.id(name)).number(3, strings.id(name)).number(4, strings.id(file)))
  })
}
