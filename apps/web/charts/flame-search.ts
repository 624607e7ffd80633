import type { FlameLayout } from './flame-layout.ts'
import type { StackFrame } from '@sonde/shared/signal'

/** Of a name so much is searched: what a program calls its functions may be long, and a pattern may try it in many ways. */
const SEARCHED = 1000

export type Search =
  | { readonly kind: 'none' }
  /** Why it is no regular expression. */
  | { readonly kind: 'invalid'; readonly why: string }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }

/** A regular expression as typed; small letters match large ones too, unless a large one is among them. */
export function parseSearch(text: string): Search {
  if (text === '') return { kind: 'none' }
  try {
    const bare = text.replaceAll(/\\./g, '')
    return { kind: 'pattern', pattern: new RegExp(text, /\p{Lu}/u.test(bare) ? '' : 'i') }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return { kind: 'invalid', why: said.slice(said.lastIndexOf(': ') + 2) }
  }
}

/** 1 for each function whose name matches; undefined if nothing is searched. */
export function matchesOf(functions: readonly StackFrame[], search: Search): Uint8Array | undefined {
  if (search.kind !== 'pattern') return undefined
  return Uint8Array.from(functions, ({ name }) => (search.pattern.test(name.slice(0, SEARCHED)) ? 1 : 0))
}

/** Samples in matching functions and what they called, each once; and the matching rectangles, in the order they stand. */
export function matchedIn({ count, functionOf, parentOf, total }: FlameLayout, matches: Uint8Array): { readonly samples: number; readonly nodes: readonly number[] } {
  const inside = new Uint8Array(count)
  const nodes: number[] = []
  let samples = 0
  for (let node = 0; node < count; node++) {
    const parent = parentOf[node]!
    const isInside = parent >= 0 && inside[parent] === 1
    const isMatch = functionOf[node]! >= 0 && matches[functionOf[node]!] === 1
    if (isMatch) nodes.push(node)
    if (isMatch && !isInside) samples += total[node]!
    inside[node] = isInside || isMatch ? 1 : 0
  }
  return { samples, nodes }
}
