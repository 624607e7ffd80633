import type { FilterKey } from '../../live/selection.ts'
import { parseDuration } from '../../ui/parse-duration.ts'

/** A filter as it was typed. */
export interface TypedFilter {
  readonly key: FilterKey
  readonly value: string
  readonly not: boolean
}

export type ParsedFilters = { readonly filters: readonly TypedFilter[] } | { readonly complaint: string }

const KEYS: Readonly<Record<string, FilterKey>> = {
  service: 'service', peer: 'peer', from: 'peer', to: 'peer', host: 'host', role: 'role', protocol: 'protocol', proto: 'protocol', method: 'method', path: 'path', template: 'template', target: 'target',
  status: 'status', pid: 'pid', comm: 'comm', process: 'comm', connection: 'connection', trace: 'traceId', traceid: 'traceId', link: 'link',
}
const TERM = /(-|!)?([a-z]+)\s*(!=|>=|<=|[:=><])\s*("(?:[^"\\]|\\.)*"|\S+)|"((?:[^"\\]|\\.)*)"|(\S+)/gi
const HEX_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i

/**
 * What the filter box understands: `status:5xx`, `-method:GET`, `peer!=nginx`, `duration>400ms`, `path:/a*`, quoted values;
 * a word that begins with `/` is a path's beginning, all other words together are free text (or an id).
 */
export function parseFilters(text: string): ParsedFilters {
  const filters: TypedFilter[] = []
  const words: string[] = []
  for (const [whole, minus, key, operator, value, quoted, word] of text.trim().matchAll(TERM)) {
    if (key === undefined) {
      const plain = quoted === undefined ? word! : unquoted(quoted)
      if (quoted === undefined && plain.startsWith('/')) filters.push({ key: 'path', value: plain.endsWith('*') ? plain : `${plain}*`, not: false })
      else words.push(plain)
      continue
    }
    const given = value!.startsWith('"') && value!.length > 1 ? unquoted(value!.slice(1, -1)) : value!
    const parsed = termOf(key.toLowerCase(), operator!, given, minus !== undefined)
    if (parsed === undefined) words.push(whole)
    else if (typeof parsed === 'string') return { complaint: parsed }
    else filters.push(parsed)
  }
  if (words.length > 0) filters.push({ key: 'q', value: words.join(' '), not: false })
  return { filters }
}

/** A filter, or what is wrong with it, or undefined if it isn't one (`http://x` is text). */
function termOf(key: string, operator: string, value: string, minus: boolean): TypedFilter | string | undefined {
  if (key === 'duration' || key === 'took') return durationTerm(operator, value, minus)
  if (key === 'id' && HEX_ID.test(value)) return { key: 'q', value: value.toLowerCase(), not: false }
  const known = KEYS[key]
  if (!known) return operator === ':' && value.startsWith('//') ? undefined : `There is no filter “${key}”. There are ${Object.keys(KEYS).slice(0, 6).join(', ')} … and duration.`
  if (operator === '>' || operator === '<' || operator === '>=' || operator === '<=') return `“${key}” has no order: write ${key}:${value}. Only duration is compared.`
  const problem = checkOf(known, value)
  return problem ?? { key: known, value: known === 'role' ? value.toLowerCase() : value, not: minus || operator === '!=' }
}

function checkOf(key: FilterKey, value: string): string | undefined {
  if (key === 'status' && !/^(\d{1,3}|[1-9]xx|error)$/.test(value)) return `“${value}” is no status: 200, a class such as 5xx, or error.`
  if (key === 'role' && !/^(server|client)$/i.test(value)) return `A role is server or client, not “${value}”.`
  if (key === 'link' && !/^(exact|unknown)$/.test(value)) return `A link is exact or unknown, not “${value}”.`
  if (key === 'pid' && !/^\d{1,10}$/.test(value)) return `“${value}” is no process id.`
  if (key === 'traceId' && !/^[0-9a-f]{32}$/i.test(value)) return 'A trace id has 32 hex digits.'
  if (key === 'connection' && !/^[0-9a-f]+$/i.test(value)) return 'A connection’s id is hex digits.'
  return undefined
}

function durationTerm(operator: string, value: string, minus: boolean): TypedFilter | string {
  const ns = parseDuration(value)
  if (ns === undefined) return `“${value}” is no duration: write 400ms, 1.5s, 870µs.`
  if (minus || operator === '!=' || operator === ':' || operator === '=') return `Compare durations: duration>${value} or duration<${value}.`
  return { key: operator.startsWith('>') ? 'minDurationNs' : 'maxDurationNs', value: String(ns), not: false }
}

const unquoted = (text: string): string => text.replaceAll(/\\(.)/g, '$1')
