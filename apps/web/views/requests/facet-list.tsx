'use client'
import { useCallback, useMemo, useState } from 'react'
import { FacetBars } from '../../charts/facet-bars.tsx'
import { all, withFilter, withoutFilter, type Change, type Filter } from '../../live/index.ts'
import { bounded, visible } from '../../ui/text.ts'
import { useCalmOrder } from '../../ui/use-calm-order.ts'
import { facetGroups, type FacetEntry, type FacetGroup, type FacetsAnswer } from './facets.ts'

interface FacetListProps {
  /** Undefined until it is there: its room is kept. */
  readonly answer: FacetsAnswer | undefined
  readonly filters: readonly Filter[]
  readonly apply: (change: Change) => void
}

const safe = (text: string) => bounded(visible(text), 120)

/** Every field's values with exact counts of the whole selection, at the left of the list. Under the pointer they stay in their places. */
export function FacetList({ answer, filters, apply }: FacetListProps) {
  const [touched, setTouched] = useState(false)
  const untouched = useCallback(() => !touched, [touched])
  const groups = useMemo(() => (answer ? facetGroups(answer, filters, safe) : []), [answer, filters])
  return (
    <aside aria-label="Facets" onPointerEnter={() => setTouched(true)} onPointerLeave={() => setTouched(false)} className="w-(--facets) flex-none overflow-y-auto border-r border-line py-1 max-desk:hidden">
      {groups.map((group) => <Facet key={group.title} group={group} total={answer?.total ?? 0} untouched={untouched} filters={filters} apply={apply} />)}
    </aside>
  )
}

interface FacetProps extends Pick<FacetListProps, 'filters' | 'apply'> {
  readonly group: FacetGroup
  readonly total: number
  readonly untouched: () => boolean
}

const idOf = ({ id }: FacetEntry) => id

/** One field's values: counts change each second, and what one is about to click must not move. */
function Facet({ group: { title, rows }, total, untouched, filters, apply }: FacetProps) {
  const calm = useCalmOrder(rows, idOf, JSON.stringify(filters), true, untouched)
  return <FacetBars title={title} rows={calm} total={total} onPick={(id, exclude) => apply(changeOf(rows.find((row) => row.id === id), filters, exclude))} />
}

/** Off becomes chosen or, with Alt, excluded; what is set is taken back. */
function changeOf(entry: FacetEntry | undefined, filters: readonly Filter[], exclude: boolean): Change {
  const picks = entry?.picks ?? []
  if (entry?.state !== 'off') return all(...filters.filter((filter) => picks.some((pick) => pick.key === filter.key && pick.value === filter.value)).map(withoutFilter))
  // Two filters excluded together would exclude more than both: the narrower one says it.
  const meant = exclude ? picks.slice(-1) : picks
  return all(...meant.map((pick) => withFilter(pick.key, pick.value, exclude)))
}
