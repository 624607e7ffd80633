import type { FacetRow } from '../../charts/facet-bars.tsx'
import type { Filter, FilterKey } from '../../live/selection.ts'

/** Of `/api/v1/requests/facets`. */
export interface FacetsAnswer {
  readonly facets: readonly { readonly field: string; readonly values: readonly FacetValue[] }[]
  readonly total: number
}

export interface FacetValue {
  readonly value: string | number | boolean | null
  readonly method?: string
  readonly template?: string
  readonly count: number
}

export interface FacetPick {
  readonly key: FilterKey
  readonly value: string
}

export interface FacetEntry extends FacetRow {
  /** The filters it stands for, all together; none if no filter says it. */
  readonly picks: readonly FacetPick[]
}

export interface FacetGroup {
  readonly title: string
  readonly rows: readonly FacetEntry[]
}

const GROUPS: readonly (readonly [field: string, title: string])[] = [
  ['status', 'Status'], ['endpoint', 'Method and template'], ['service', 'Service'], ['peer', 'Peer'], ['role', 'Role'], ['pid', 'Process'], ['protocol', 'Protocol'], ['link', 'Link to other end'],
]

/** Facets as they are listed: what is chosen or excluded is marked, excluded values stay though nothing of them is left. */
export function facetGroups(answer: FacetsAnswer, filters: readonly Filter[], text: (raw: string) => string): readonly FacetGroup[] {
  return GROUPS.map(([field, title]) => {
    const rows = (answer.facets.find((facet) => facet.field === field)?.values ?? []).map((value) => entryOf(field, value, filters, text))
    const excluded = filters.filter((filter) => filter.not && filter.key === field && !rows.some((row) => row.picks.some((pick) => pick.value === filter.value)))
    return { title, rows: [...rows, ...excluded.map(({ key, value }): FacetEntry => ({ id: `!${value}`, label: text(value), count: 0, state: 'excluded', picks: [{ key, value }] }))] }
  }).filter(({ rows }) => rows.length > 0)
}

function entryOf(field: string, value: FacetValue, filters: readonly Filter[], text: (raw: string) => string): FacetEntry {
  const picks = picksOf(field, value)
  const held = picks.map((pick) => filters.find((filter) => filter.key === pick.key && filter.value === pick.value))
  const state = picks.length > 0 && held.every((filter) => filter && !filter.not) ? 'chosen' : held.some((filter) => filter?.not) ? 'excluded' : 'off'
  return { id: `${field} ${value.method ?? ''} ${value.template ?? ''} ${value.value}`, label: labelOf(field, value, text), count: value.count, state, picks }
}

function picksOf(field: string, { value, method, template }: FacetValue): readonly FacetPick[] {
  if (field === 'status') return [{ key: 'status', value: String(value ?? 0) }]
  if (field === 'endpoint') return [...(method ? [{ key: 'method' as const, value: method }] : []), ...(template ? [{ key: 'template' as const, value: template }] : [])]
  return value === null || value === '' ? [] : [{ key: field as FilterKey, value: String(value) }]
}

function labelOf(field: string, { value, method, template }: FacetValue, text: (raw: string) => string): string {
  if (field === 'status') return value === null ? 'none' : String(value)
  if (field === 'endpoint') return method || template ? text(`${method ?? ''} ${template ?? ''}`.trim()) : 'not decoded'
  return value === null || value === '' ? 'not known' : text(String(value))
}
