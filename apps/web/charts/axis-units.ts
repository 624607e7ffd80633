const UNITS = [[1, 'ns'], [1e3, 'µs'], [1e6, 'ms'], [1e9, 's']] as const

/** A round duration as axes name it, without figures that say nothing: `0`, `200 ms`, `1 s`, `1.5 s`. */
export function axisDuration(ns: number): string {
  if (ns === 0) return '0'
  const [factor, unit] = UNITS.findLast(([size]) => ns >= size * 0.9999) ?? UNITS[0]
  return `${Number((ns / factor).toPrecision(3))}\u00a0${unit}`
}
