'use client'
import { FacetBars } from '../../charts/facet-bars.tsx'
import { all, withFilter, withoutFilter, type Change, type Filter } from '../../live/index.ts'
import { bounded, visible } from '../../ui/text.ts'
import { facetGroups, type FacetEntry, type FacetsAnswer } from './facets.ts'

interface FacetListProps {
  /** Undefined until it is there: its room is kept. */
  readonly answer: FacetsAnswer | undefined
  readonly filters: readonly Filter[]
  readonly apply: (change: Change) => void
}

const safe = (text: string) => bounded(visible(text), 120)

/** Every field's values with exact counts of the whole selection, at the left of the list. */
export function FacetList({ answer, filters, apply }: FacetListProps) {
  return (
    <aside aria-label="Facets" className="w-(--facets) flex-none overflow-y-auto border-r border-line py-1 max-desk:hidden">
      {answer && facetGroups(answer, filters, safe).map(({ title, rows }) => (
        <FacetBars key={title} title={title} rows={rows} total={answer.total} onPick={(id, exclude) => apply(changeOf(rows.find((row) => row.id === id), filters, exclude))} />
      ))}
    </aside>
  )
}

/** Off becomes chosen or, with Alt, excluded; what is set is taken back. */
function changeOf(entry: FacetEntry | undefined, filters: readonly Filter[], exclude: boolean): Change {
  const picks = entry?.picks ?? []
  if (entry?.state !== 'off') return all(...filters.filter((filter) => picks.some((pick) => pick.key === filter.key && pick.value === filter.value)).map(withoutFilter))
  // Two filters excluded together would exclude more than both: the narrower one says it.
  const meant = exclude ? picks.slice(-1) : picks
  return all(...meant.map((pick) => withFilter(pick.key, pick.value, exclude)))
}
