/** A command line after its program: options taken off, the first operand found. */
export interface Operands {
  /** Value of an option in `valued`, or '' for one without a value that was met. */
  readonly options: ReadonlyMap<string, string>
  /** The first argument that is no option, and what follows it. */
  readonly rest: readonly string[]
}

/**
 * Splits arguments at the first operand. `valued` are the options that take the next argument, unless given with `=`;
 * `ending` those that end the options and take all that follows (python's `-m`, java's `-jar`).
 */
export function operands(args: readonly string[], valued: ReadonlySet<string>, ending: ReadonlySet<string> = new Set()): Operands {
  const options = new Map<string, string>()
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (!arg.startsWith('-') || arg === '-') return { options, rest: args.slice(i) }
    if (arg === '--') return { options, rest: args.slice(i + 1) }
    if (ending.has(arg)) {
      options.set(arg, args[i + 1] ?? '')
      return { options, rest: args.slice(i + 1) }
    }
    const equals = arg.indexOf('=')
    if (equals > 0) options.set(arg.slice(0, equals), arg.slice(equals + 1))
    else if (valued.has(arg)) options.set(arg, args[++i] ?? '')
    else options.set(arg, '')
  }
  return { options, rest: [] }
}

/** The value of a long or short option anywhere in the arguments. */
export function optionValue(args: readonly string[], ...names: string[]): string | undefined {
  for (let i = 0; i < args.length; i++) {
    for (const name of names) {
      if (args[i] === name) return args[i + 1]
      if (args[i]!.startsWith(`${name}=`)) return args[i]!.slice(name.length + 1)
    }
  }
  return undefined
}

/** `server` of `/srv/shop/server.min.js`: the last part without its last extension. */
export function stem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}
