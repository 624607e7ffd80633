const UNITS: Readonly<Record<string, number>> = { ns: 1, µs: 1e3, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9, h: 3600e9 }

/** `380 ms`, `1.5s`, `870µs` in nanoseconds; undefined if it isn't a length of time. A bare number is milliseconds. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(\d{1,12}(?:\.\d{1,9})?)\s*([a-zµ]*)$/i.exec(text.trim().replace('μ', 'µ'))
  const factor = parts ? UNITS[parts[2]!.toLowerCase() || 'ms'] : undefined
  return factor === undefined ? undefined : Math.round(Number(parts![1]) * factor)
}
