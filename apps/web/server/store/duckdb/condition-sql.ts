import { parseHexId, SEARCHED, type Condition, type RequestColumn } from '../condition.ts'
import type { Parameters } from './connections.ts'
import { quoted } from './layout.ts'

/** The condition as a boolean expression; every value becomes a parameter. */
export function conditionSql(condition: Condition, parameters: Parameters): string {
  switch (condition.kind) {
    case 'text':
    case 'number':
      return condition.values.length === 0 ? 'false' : `${quoted(condition.column)} IN (${condition.values.map((value) => parameters.add(value)).join(', ')})`
    case 'prefix':
      return `starts_with(${quoted(condition.column)}, ${parameters.add(condition.prefix)})`
    case 'between':
      return betweenSql(condition, parameters)
    case 'bits':
      return `(${quoted(condition.column)} & ${Math.trunc(condition.mask)}) = ${Math.trunc(condition.mask)}`
    case 'search':
      return searchSql(condition.text, parameters)
    case 'any':
      return condition.of.length === 0 ? 'false' : `(${condition.of.map((part) => conditionSql(part, parameters)).join(' OR ')})`
    case 'all':
      return condition.of.length === 0 ? 'true' : `(${condition.of.map((part) => conditionSql(part, parameters)).join(' AND ')})`
    case 'not':
      return `(NOT ${conditionSql(condition.of, parameters)})`
  }
}

function betweenSql({ column, min, max }: Extract<Condition, { kind: 'between' }>, parameters: Parameters): string {
  const parts: string[] = []
  if (min !== undefined) parts.push(`${quoted(column)} >= ${parameters.add(min)}`)
  if (max !== undefined) parts.push(`${quoted(column)} <= ${parameters.add(max)}`)
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`
}

function searchSql(text: string, parameters: Parameters): string {
  const wanted = parameters.add(text.toLowerCase())
  const parts = SEARCHED.map((column) => `contains(lower(${quoted(column)}), ${wanted})`)
  const id = parseHexId(text)
  if (id?.high === undefined && id) parts.push(`id = ${parameters.add(id.low)}`)
  else if (id) parts.push(`("traceIdHigh" = ${parameters.add(id.high!)} AND "traceIdLow" = ${parameters.add(id.low)})`)
  return `(${parts.join(' OR ')})`
}

/** The columns a condition reads. */
export function conditionColumns(condition: Condition): RequestColumn[] {
  switch (condition.kind) {
    case 'search': return parseHexId(condition.text) ? [...SEARCHED, 'id', 'traceIdHigh', 'traceIdLow'] : [...SEARCHED]
    case 'any':
    case 'all': return condition.of.flatMap(conditionColumns)
    case 'not': return conditionColumns(condition.of)
    default: return [condition.column]
  }
}
