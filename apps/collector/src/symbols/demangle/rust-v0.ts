const BASIC: Readonly<Record<string, string>> = {
  a: 'i8', b: 'bool', c: 'char', d: 'f64', e: 'str', f: 'f32', h: 'u8', i: 'isize', j: 'usize', l: 'i32', m: 'u32', n: 'i128', o: 'u128',
  p: '_', s: 'i16', t: 'u16', u: '()', v: '...', x: 'i64', y: 'u64', z: '!',
}
const DEEPEST = 100
const MOST_CHARACTERS = 8192

/** A name of Rust's v0 mangling (RFC 2603) without crates' hashes; undefined if it is none. */
export function demangleRustV0(symbol: string): string | undefined {
  // What follows is the compiler's: `.llvm.123`.
  const [, body] = /^_R([A-Z][0-9A-Za-z_]*)(?:\.[\w.@]*)?$/.exec(symbol) ?? []
  if (body === undefined) return undefined
  try {
    return new Reader(body).symbol()
  } catch (error) {
    if (error instanceof NotMangled) return undefined
    throw error
  }
}

/** The text isn't what the grammar says. */
class NotMangled extends Error {}

/** Reads one name, left to right; back references read an earlier part again. */
class Reader {
  private readonly text: string
  private at = 0
  private depth = 0
  private written = 0

  constructor(text: string) {
    this.text = text
  }

  symbol(): string {
    const path = this.path(true)
    // An instantiating crate may follow.
    if (this.at < this.text.length) this.path(false)
    if (this.at < this.text.length) throw new NotMangled()
    return path
  }

  private next(): string {
    const char = this.text[this.at++]
    if (char === undefined) throw new NotMangled()
    return char
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false
    this.at++
    return true
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > DEEPEST) throw new NotMangled()
    const value = read()
    this.depth--
    return value
  }

  /** Back references can make a short name endless. */
  private limited(text: string): string {
    this.written += text.length
    if (this.written > MOST_CHARACTERS * 4 || text.length > MOST_CHARACTERS) throw new NotMangled()
    return text
  }

  /** Crates' hashes have 64 bits and are only rounded: nobody shows them. */
  private base62(): number {
    let value = 0
    if (this.take('_')) return 0
    for (;;) {
      const char = this.next()
      if (char === '_') return value + 1
      const digit = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(char)
      value = value * 62 + digit
      if (digit < 0) throw new NotMangled()
    }
  }

  private optionalBase62(mark: string): number {
    return this.take(mark) ? this.base62() + 1 : 0
  }

  private identifier(): string {
    const isPunycode = this.take('u')
    const digits = /^(0|[1-9]\d{0,4})/.exec(this.text.slice(this.at, this.at + 5))?.[0]
    if (digits === undefined) throw new NotMangled()
    this.at += digits.length
    this.take('_')
    const name = this.text.slice(this.at, this.at + Number(digits))
    if (name.length !== Number(digits)) throw new NotMangled()
    this.at += name.length
    return isPunycode ? `punycode{${name.replace(/_([^_]*)$/, '-$1')}}` : name
  }

  private backReference<T>(read: () => T): T {
    const own = this.at - 1
    const to = this.base62()
    if (to >= own) throw new NotMangled()
    const back = this.at
    this.at = to
    const value = this.nested(read)
    this.at = back
    return value
  }

  private path(inValue: boolean): string {
    return this.nested(() => this.limited(this.pathParts(inValue)))
  }

  private pathParts(inValue: boolean): string {
    switch (this.next()) {
      case 'C':
        this.optionalBase62('s')
        return this.identifier()
      case 'M':
        this.implPath()
        return `<${this.type()}>`
      case 'X':
        this.implPath()
        return `<${this.type()} as ${this.path(false)}>`
      case 'Y': return `<${this.type()} as ${this.path(false)}>`
      case 'N': return this.nestedPath(inValue)
      case 'I': {
        const path = this.path(inValue)
        return `${path}${inValue ? '::' : ''}<${this.untilE(() => this.genericArgument()).join(', ')}>`
      }
      case 'B': return this.backReference(() => this.path(inValue))
      default: throw new NotMangled()
    }
  }

  private nestedPath(inValue: boolean): string {
    const namespace = this.next()
    const parent = this.path(inValue)
    const number = this.optionalBase62('s')
    const name = this.identifier()
    if (/[a-z]/.test(namespace)) return name === '' ? parent : `${parent}::${name}`
    if (!/[A-Z]/.test(namespace)) throw new NotMangled()
    const what = namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace
    return `${parent}::{${what}${name && `:${name}`}#${number}}`
  }

  /** Where an `impl` stands says nothing that its type doesn't. */
  private implPath(): void {
    this.optionalBase62('s')
    this.path(false)
  }

  private untilE<T>(read: () => T): T[] {
    const list: T[] = []
    while (!this.take('E')) list.push(read())
    return list
  }

  private genericArgument(): string {
    if (this.take('L')) return this.lifetime()
    return this.take('K') ? this.constant() : this.type()
  }

  private lifetime(): string {
    return this.base62() === 0 ? "'_" : "'a"
  }

  private type(): string {
    return this.nested(() => this.limited(this.typeParts()))
  }

  private typeParts(): string {
    const char = this.next()
    if (BASIC[char] !== undefined) return BASIC[char]
    switch (char) {
      case 'A': return `[${this.type()}; ${this.constant()}]`
      case 'S': return `[${this.type()}]`
      case 'T': {
        const types = this.untilE(() => this.type())
        return types.length === 1 ? `(${types[0]},)` : `(${types.join(', ')})`
      }
      case 'R':
      case 'Q':
        if (this.take('L')) this.base62()
        return `&${char === 'Q' ? 'mut ' : ''}${this.type()}`
      case 'P': return `*const ${this.type()}`
      case 'O': return `*mut ${this.type()}`
      case 'F': return this.functionType()
      case 'D': return this.dynType()
      case 'B': return this.backReference(() => this.type())
      default:
        this.at--
        return this.path(false)
    }
  }

  private functionType(): string {
    this.optionalBase62('G')
    const unsafe = this.take('U') ? 'unsafe ' : ''
    const abi = !this.take('K') ? '' : this.take('C') ? 'extern "C" ' : `extern "${this.identifier().replaceAll('_', '-')}" `
    const parameters = this.untilE(() => this.type()).join(', ')
    const result = this.type()
    return `${unsafe}${abi}fn(${parameters})${result === '()' ? '' : ` -> ${result}`}`
  }

  private dynType(): string {
    this.optionalBase62('G')
    const traits = this.untilE(() => this.dynTrait())
    if (!this.take('L')) throw new NotMangled()
    this.base62()
    return `dyn ${traits.join(' + ')}`
  }

  private dynTrait(): string {
    const path = this.path(false)
    const bindings: string[] = []
    while (this.take('p')) bindings.push(`${this.identifier()} = ${this.type()}`)
    if (bindings.length === 0) return path
    return path.endsWith('>') ? `${path.slice(0, -1)}, ${bindings.join(', ')}>` : `${path}<${bindings.join(', ')}>`
  }

  private constant(): string {
    if (this.take('p')) return '_'
    if (this.take('B')) return this.backReference(() => this.constant())
    const type = this.next()
    if (!/[abchijlmnostxy]/.test(type)) throw new NotMangled()
    const sign = this.take('n') ? '-' : ''
    const digits = /^[0-9a-f]*_/.exec(this.text.slice(this.at))?.[0]
    if (digits === undefined || digits.length > 33) throw new NotMangled()
    this.at += digits.length
    const value = BigInt(`0x${digits.slice(0, -1) || '0'}`)
    if (type === 'b') return value === 0n ? 'false' : 'true'
    if (type === 'c') return value > 0x10ffffn ? '?' : `'${String.fromCodePoint(Number(value))}'`
    return `${sign}${value}`
  }
}
