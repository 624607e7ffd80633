'use client'
import { useMemo, useRef, useState } from 'react'
import { FacetBars } from '../../charts/facet-bars.tsx'
import { all, withFilter, withoutFilter, type Change, type Filter } from '../../live/index.ts'
import { calmOrder, type HeldOrder } from '../../ui/table-order.ts'
import { bounded, visible } from '../../ui/text.ts'
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
  const groups = useMemo(() => (answer ? facetGroups(answer, filters, safe) : []), [answer, filters])
  const calm = useCalm(groups, JSON.stringify(filters), touched)
  return (
    <aside aria-label="Facets" onPointerEnter={() => setTouched(true)} onPointerLeave={() => setTouched(false)} className="w-(--facets) flex-none overflow-y-auto border-r border-line py-1 max-desk:hidden">
      {calm.map(({ title, rows }) => (
        <FacetBars key={title} title={title} rows={rows} total={answer?.total ?? 0} onPick={(id, exclude) => apply(changeOf(rows.find((row) => row.id === id), filters, exclude))} />
      ))}
    </aside>
  )
}

/** The groups with their rows where they were: counts change each second, and what one is about to click must not move. */
function useCalm(groups: readonly FacetGroup[], by: string, touched: boolean): readonly FacetGroup[] {
  const held = useRef(new Map<string, HeldOrder>())
  return useMemo(() => groups.map(({ title, rows }) => {
    const byId = new Map(rows.map((row) => [row.id, row]))
    const order = calmOrder(held.current.get(title), [...byId.keys()], by, Date.now(), !touched)
    held.current.set(title, order)
    return { title, rows: order.keys.map((id) => byId.get(id)!) }
  }), [groups, by, touched])
}

/** Off becomes chosen or, with Alt, excluded; what is set is taken back. */
function changeOf(entry: FacetEntry | undefined, filters: readonly Filter[], exclude: boolean): Change {
  const picks = entry?.picks ?? []
  if (entry?.state !== 'off') return all(...filters.filter((filter) => picks.some((pick) => pick.key === filter.key && pick.value === filter.value)).map(withoutFilter))
  // Two filters excluded together would exclude more than both: the narrower one says it.
  const meant = exclude ? picks.slice(-1) : picks
  return all(...meant.map((pick) => withFilter(pick.key, pick.value, exclude)))
}
