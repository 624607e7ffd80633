import type { StackFrame } from '@sonde/shared/signal'

/** A node's id in halves, as it is mixed, and whole, as it is stored. */
export interface NodeId {
  readonly high: number
  readonly low: number
  readonly id: bigint
}

/** The caller of what has none. */
export const NO_NODE: NodeId = { high: 0, low: 0, id: 0n }

/** 64 bits of what a frame says. Two seeds of one 32-bit hash: a host's million nodes collide once in 37 million. */
export class FrameHash {
  readonly high: number
  readonly low: number

  constructor({ name, binary, file, line, kind, nameSource }: StackFrame) {
    const text = `${name}\0${binary}\0${file}\0${line}\0${kind}\0${nameSource}`
    this.high = hash(text, 0x9747b28c)
    this.low = hash(text, 0x2f3a91d7)
  }
}

/** The id of a frame called by `parent`; never 0. */
export function nodeIdOf(parent: NodeId, frame: FrameHash): NodeId {
  const high = finish(Math.imul(parent.high, 0x85ebca6b) + Math.imul(parent.low, 0xc2b2ae35) + frame.high)
  const low = finish(Math.imul(parent.low, 0x27d4eb2f) + Math.imul(parent.high, 0x165667b1) + frame.low) || 1
  return { high, low, id: BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)) }
}

/** FNV-1a over UTF-16 code units, finished so that all bits depend on all. */
function hash(text: string, seed: number): number {
  let value = seed
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return finish(value)
}

/** The finaliser of MurmurHash3. */
function finish(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
