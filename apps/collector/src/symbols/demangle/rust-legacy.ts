/** `$…$` of Rust's legacy mangling (rustc_symbol_mangling::legacy). */
const ESCAPES: Readonly<Record<string, string>> = { SP: '@', BP: '*', RF: '&', LT: '<', GT: '>', LP: '(', RP: ')', C: ',' }
const HASH = /^h[0-9a-f]{16}$/

/** A name of Rust's legacy mangling (`_ZN…17h0123456789abcdefE`) without its hash; undefined if it is none. */
export function demangleRustLegacy(symbol: string): string | undefined {
  if (!symbol.startsWith('_ZN')) return undefined
  const parts: string[] = []
  let at = 3
  while (symbol[at] !== 'E') {
    const digits = /^\d{1,4}/.exec(symbol.slice(at, at + 4))?.[0]
    if (digits === undefined) return undefined
    const from = at + digits.length
    const part = symbol.slice(from, from + Number(digits))
    if (part.length !== Number(digits)) return undefined
    parts.push(part)
    at = from + part.length
  }
  // What follows the name is the compiler's: `.llvm.123`, `.cold`.
  if (parts.length < 2 || !HASH.test(parts.pop()!) || !/^(\.[\w.@]+)?$/.test(symbol.slice(at + 1))) return undefined
  return parts.map(unescaped).join('::')
}

function unescaped(part: string): string {
  const text = part.startsWith('_$') ? part.slice(1) : part
  return text.replace(/\$(u[0-9a-f]{1,6}|[A-Z]{1,2})\$|\.\./g, (match, code: string | undefined) => {
    if (code === undefined) return '::'
    const point = code.startsWith('u') ? Number.parseInt(code.slice(1), 16) : NaN
    if (point >= 0x20 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)) return String.fromCodePoint(point)
    return ESCAPES[code] ?? match
  })
}
