import { demangle as demangleCpp } from '@sonde/libdw'
import { demangleRustLegacy } from './rust-legacy.ts'
import { demangleRustV0 } from './rust-v0.ts'

const MOST_CHARACTERS = 1024

/** A linker's name as the language writes it; C's stay as they are. Longer ones are cut. */
export function demangle(symbol: string): string {
  const name = readable(symbol)
  return name.length <= MOST_CHARACTERS ? name : `${name.slice(0, MOST_CHARACTERS - 1)}…`
}

function readable(symbol: string): string {
  if (symbol.startsWith('_R')) return demangleRustV0(symbol) ?? symbol
  if (symbol.startsWith('_Z')) return demangleRustLegacy(symbol) ?? demangleCpp(symbol) ?? symbol
  return symbol
}
