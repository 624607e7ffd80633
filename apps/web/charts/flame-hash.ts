import type { StackFrame } from '@sonde/shared/signal'

/** Two hashes of 32 bits. */
export type Hash = readonly [first: number, second: number]

/** What begins every path. */
const BEGIN: Hash = [0x2545f491, 0x2545f491]
/** In the place of a function that stands for all. */
const ALL: Hash = [0x51ed270b, 0x51ed270b]

/** Hashes of functions by name and binary, whatever their index in an answer: what names them in a URL. Made when they are asked for: a first picture needs none. */
export class FunctionHashes {
  private readonly functions: readonly StackFrame[]
  private readonly made: (Hash | undefined)[]

  constructor(functions: readonly StackFrame[]) {
    this.functions = functions
    this.made = new Array<Hash | undefined>(functions.length)
  }

  of(index: number): Hash {
    if (index < 0) return ALL
    const { name, binary } = this.functions[index]!
    return (this.made[index] ??= hashOf(`${name}\0${binary}`))
  }
}

/** A path that goes on with one more function. The same functions in another answer make the same. */
export const pathHash = (above: Hash = BEGIN, own: Hash): Hash => [mixed(above[0], own[0], 0x85ebca6b), mixed(above[1], own[1], 0xc2b2ae35)]

/** As 16 hexadecimal digits. */
export const keyOf = ([first, second]: Hash): string => first.toString(16).padStart(8, '0') + second.toString(16).padStart(8, '0')

function mixed(above: number, own: number, by: number): number {
  const both = Math.imul(above ^ (above >>> 15), by) ^ own
  return Math.imul(both ^ (both >>> 16), 0x9e3779b1) >>> 0
}

/** FNV-1a over UTF-16 in two lanes that begin apart and multiply by different primes. */
function hashOf(text: string): Hash {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
  }
  return [(a ^ (a >>> 15)) >>> 0, (b ^ (b >>> 13)) >>> 0]
}
