/** Where a value comes from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string }

/** By path, joined by NUL. */
export type Origins = ReadonlyMap<string, Origin>

/** A value that a layer gives, with its place there. */
export interface GivenValue {
  readonly path: readonly string[]
  readonly value: unknown
  readonly origin: Origin
}

const DEFAULT: Origin = { kind: 'default' }

export const originKey = (path: readonly string[]): string => path.join('\0')

/** The origin of a value: its own, or that of the nearest thing around it that was given whole. */
export function originAt(origins: Origins, path: readonly string[]): Origin {
  for (let length = path.length; length > 0; length--) {
    const origin = origins.get(originKey(path.slice(0, length)))
    if (origin) return origin
  }
  return DEFAULT
}

export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default': return 'default'
    case 'file': return `${origin.file}:${origin.line}`
    case 'variable': return origin.name
    case 'flag': return `--${origin.name}`
    default: return origin satisfies never
  }
}
