/** A mapping of a domain onto pixels; values outside are not clamped. */
export type Scale = (value: number) => number

/** Straight from `[from, to]` onto `[start, end]`; a domain without extent maps to `start`. */
export function linearScale(from: number, to: number, start: number, end: number): Scale {
  const span = to - from
  return span === 0 ? () => start : (value) => start + ((value - from) / span) * (end - start)
}

/** By logarithm; `from` and `to` must be above zero, and values at or below zero map to where `from` is. */
export function logScale(from: number, to: number, start: number, end: number): Scale {
  const low = Math.log(from)
  const straight = linearScale(low, Math.log(to), start, end)
  return (value) => straight(value > 0 ? Math.log(value) : low)
}

/** Decades around positive values: the powers of ten that hold them all. At least one decade; 1 ms to 10 ms for none. */
export function decadesAround(values: readonly (number | null)[]): readonly [number, number] {
  let least = Infinity
  let most = 0
  for (const value of values) {
    if (value === null || value <= 0) continue
    if (value < least) least = value
    if (value > most) most = value
  }
  if (most === 0) return [1e6, 1e7]
  const low = 10 ** Math.floor(Math.log10(least) + 1e-9)
  const high = 10 ** Math.ceil(Math.log10(most) - 1e-9)
  return [low, high > low ? high : low * 10]
}

/** The median of what is there; null of nothing. Of an even number, the upper one. */
export function median(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null).sort((a, b) => a - b)
  return there[there.length >> 1] ?? null
}
