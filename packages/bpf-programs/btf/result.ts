/** A value, or in words why there is none: what others hand us may be wrong, and that is no exception. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

export function got<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function failed(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error }
}
