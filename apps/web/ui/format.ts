/**
 * Numbers as people read them: three significant digits, a unit beside, the exact value for hover and copies.
 * Missing is `–`, zero is `0`; they differ. Nothing here depends on a locale: digits are grouped by commas.
 */
export interface Figure {
  readonly value: string
  /** '' where the number has none. */
  readonly unit: string
  /** The whole value with its base unit. */
  readonly exact: string
  /** Zero and missing are drawn quiet. */
  readonly quiet: boolean
}

/** A value that may not have been measured. */
export type Measured = number | null | undefined

const NBSP = '\u00a0'
const MINUS = '\u2212'
const MISSING: Figure = { value: '–', unit: '', exact: 'not known', quiet: true }

/** `58,320`; fractions are kept in full. */
export function grouped(value: number): string {
  const [whole = '', fraction] = Math.abs(value).toString().split('.')
  if (whole.includes('e')) return String(value)
  const sign = value < 0 ? MINUS : ''
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '')
}

/** Three significant digits without an exponent: `870`, `84.2`, `8.40`, `0.842`. */
export function significant(value: number, digits = 3): string {
  if (value === 0) return '0'
  const magnitude = Math.floor(Math.log10(Number(Math.abs(value).toPrecision(digits))))
  const text = Math.abs(value).toFixed(Math.min(20, Math.max(0, digits - 1 - magnitude)))
  return value < 0 ? MINUS + text : text
}

type Scale = readonly (readonly [factor: number, unit: string])[]

const DURATIONS: Scale = [[1, 'ns'], [1e3, 'µs'], [1e6, 'ms'], [1e9, 's']]
const BYTES: Scale = [[1, 'B'], [1e3, 'kB'], [1e6, 'MB'], [1e9, 'GB'], [1e12, 'TB']]

/** The unit in which the value, once rounded to three digits, is below 1,000. */
function scaled(value: number, scale: Scale): { value: string; unit: string } {
  for (const [factor, unit] of scale) {
    const inUnit = Math.abs(value) / factor
    if (Number(inUnit.toPrecision(3)) < 1000) return { value: significant(value / factor), unit }
  }
  const [factor, unit] = scale.at(-1)!
  return { value: grouped(Math.round(value / factor)), unit }
}

const known = (value: Measured): value is number => value !== null && value !== undefined && Number.isFinite(value)

/** A length of time: `870 µs`, `1.42 s`, and from two minutes on `4.25 min`, `6.02 h`. */
export function duration(ns: Measured): Figure {
  if (!known(ns)) return MISSING
  const exact = `${grouped(ns)} ns`
  if (ns === 0) return { value: '0', unit: '', exact, quiet: true }
  if (Math.abs(ns) < 120e9) return { ...whole(scaled(ns, DURATIONS), ns), exact, quiet: false }
  const minutes = ns / 60e9
  if (Math.abs(minutes) < 120) return { value: significant(minutes), unit: 'min', exact, quiet: false }
  return { value: significant(minutes / 60), unit: 'h', exact, quiet: false }
}

/** Below 100 ns a fraction is noise only if the value is whole. */
function whole(figure: { value: string; unit: string }, base: number): { value: string; unit: string } {
  return (figure.unit === 'ns' || figure.unit === 'B') && Number.isInteger(base) ? { ...figure, value: grouped(base) } : figure
}

/** Events a second: `64.8 /s`, `3.41k /s`. */
export function rate(perSecond: Measured): Figure {
  if (!known(perSecond)) return MISSING
  const exact = `${grouped(perSecond)} per second`
  if (perSecond === 0) return { value: '0', unit: '/s', exact, quiet: true }
  const { value, unit } = scaled(perSecond, [[1, ''], [1e3, 'k'], [1e6, 'M'], [1e9, 'G']])
  return { value: value + unit, unit: '/s', exact, quiet: false }
}

/** Bytes in decimal units: `4.62 kB`. */
export function bytes(count: Measured): Figure {
  if (!known(count)) return MISSING
  const exact = `${grouped(count)} bytes`
  return { ...whole(scaled(count, BYTES), count), exact, quiet: count === 0 }
}

/** Bytes a second: `480 kB/s`. */
export function bytesPerSecond(perSecond: Measured): Figure {
  if (!known(perSecond)) return MISSING
  const { value, unit } = scaled(perSecond, BYTES)
  return { value, unit: `${unit}/s`, exact: `${grouped(perSecond)} bytes per second`, quiet: perSecond === 0 }
}

/** A share from 0 to 1 as `0.12 %`; below a hundredth of a percent `< 0.01 %`; from 100 % on whole. */
export function share(fraction: Measured): Figure {
  if (!known(fraction)) return MISSING
  const percent = fraction * 100
  const exact = `${grouped(percent)} %`
  if (percent === 0) return { value: '0', unit: '%', exact, quiet: true }
  if (percent < 0.01) return { value: `<${NBSP}0.01`, unit: '%', exact, quiet: true }
  const digits = percent >= 99.95 ? 0 : percent >= 10 ? 1 : 2
  return { value: percent.toFixed(digits), unit: '%', exact, quiet: false }
}

/** A count in full: `58,320`. */
export function count(value: Measured): Figure {
  if (!known(value)) return MISSING
  return { value: grouped(value), unit: '', exact: grouped(value), quiet: value === 0 }
}

/** CPU as cores: `0.04 cores`, `1.12 cores`; two decimals below one, where the rest is noise. */
export function cores(value: Measured): Figure {
  if (!known(value)) return MISSING
  const exact = `${grouped(value)} cores`
  if (value === 0) return { value: '0', unit: 'cores', exact, quiet: true }
  if (value < 0.01) return { value: `<${NBSP}0.01`, unit: 'cores', exact, quiet: true }
  return { value: value < 1 ? value.toFixed(2) : significant(value), unit: 'cores', exact, quiet: false }
}

/** How many times: `3.1×`; '' below 1.2, where it says nothing. */
export function ratio(times: Measured): string {
  if (!known(times) || times < 1.2) return ''
  return `${times < 10 ? times.toFixed(1) : grouped(Math.round(times))}×`
}

/** A change with its sign: `−34 %`, `+120 %`. */
export function change(fraction: number): string {
  const percent = Math.round(Math.abs(fraction) * 100)
  return `${percent === 0 ? '' : fraction < 0 ? MINUS : '+'}${grouped(percent)}${NBSP}%`
}

/** Value and unit in one string for sentences: a no-break space before the unit, `/s` tight. */
export function sentence(figure: Figure): string {
  if (figure.unit === '') return figure.value
  return figure.unit.startsWith('/') ? figure.value + figure.unit : figure.value + NBSP + figure.unit
}
