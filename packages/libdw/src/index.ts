import { createRequire } from 'node:module'

/** A place in source. `function` is '' if no DWARF says it, `file` '' and `line` 0 likewise. */
export interface SourceFrame {
  readonly function: string
  readonly file: string
  readonly line: number
}

interface Binding {
  demangle(name: string): string | undefined
  lines(path: string, addresses: Float64Array): Promise<SourceFrame[][]>
  forget(): void
}

const binding = createRequire(import.meta.url)('../build/Release/binding.node') as Binding

/** What a C++ mangled name (`_Z…`) says, by the compiler's own demangler; undefined if it is none. */
export function demangle(name: string): string | undefined {
  return binding.demangle(name)
}

/**
 * Source of addresses in one ELF file, as its program headers give them: for each, frames from the innermost inlined
 * function to the function itself. Off the main thread; ≈ 100 µs an address where there is DWARF, several milliseconds
 * where there is none. Separate debug files in the usual places are found. Rejects if the file can't be read.
 */
export function lines(path: string, addresses: Float64Array): Promise<SourceFrame[][]> {
  return binding.lines(path, addresses)
}

/** Closes the files that `lines` keeps open (16 at most). */
export function forget(): void {
  binding.forget()
}
