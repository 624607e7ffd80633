import type { Format } from './exposition.ts'

/**
 * The format that an Accept header (RFC 9110 §12.5.1) likes best: OpenMetrics only for who names it, text for everybody
 * else, for whom no answer would be no help.
 */
export function negotiate(accept: string | undefined): Format {
  const asked = new Map<Format, { readonly quality: number; readonly precision: number }>()
  for (const part of (accept ?? '').slice(0, 4096).split(',')) {
    const [type = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase())
    const format = formatOf(type, parameters)
    if (!format) continue
    const one = { quality: qualityOf(parameters), precision: PRECISIONS.indexOf(type) }
    const known = asked.get(format)
    if (!known || one.precision > known.precision || (one.precision === known.precision && one.quality > known.quality)) asked.set(format, one)
  }
  // Of two liked alike, the one named first.
  const best = [...asked].reduce<readonly [Format, number]>((liked, [format, { quality }]) => (quality > liked[1] ? [format, quality] : liked), ['text', 0])
  return best[0]
}

/** What names a format more precisely says how much it is liked. */
const PRECISIONS = ['*/*', 'text/*', 'text/plain', 'application/openmetrics-text']

function formatOf(type: string, parameters: readonly string[]): Format | undefined {
  if (type === 'application/openmetrics-text') {
    const version = parameters.find((parameter) => parameter.startsWith('version='))?.slice('version='.length).replaceAll('"', '')
    return version === undefined || version === '1.0.0' || version === '0.0.1' ? 'openmetrics' : undefined
  }
  return type === 'text/plain' || type === 'text/*' || type === '*/*' ? 'text' : undefined
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = given === undefined ? 1 : Number(given.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
