'use client'
import { Copy, Play } from 'lucide-react'
import { useState } from 'react'
import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { ColumnMenu } from '../../ui/column-menu.tsx'
import { FilterBar } from '../../ui/filter-field.tsx'
import { grouped, rate, sentence } from '../../ui/format.ts'
import type { Column } from '../../ui/table-column.ts'
import { asTable } from './copying.ts'
import { FilterBox } from './filter-box.tsx'
import type { TypedFilter } from './filter-text.ts'
import type { RequestsOverview } from './use-overview.ts'
import type { ListReading } from './use-request-list.ts'

interface ToolbarProps {
  readonly overview: RequestsOverview
  readonly reading: ListReading
  readonly live: boolean
  /** No end is chosen: a request seen at both is there twice. */
  readonly bothEnds: boolean
  readonly onFilters: (filters: readonly TypedFilter[]) => void
  readonly onResume: () => void
  readonly columns: readonly Column<RequestAnswer>[]
  readonly hidden: readonly string[]
  readonly onHidden: (hidden: readonly string[]) => void
}

/** The bar above the list: filter, how many there are and whether all of them, what came meanwhile, columns and copy. */
export function Toolbar({ overview, reading, live, bothEnds, onFilters, onResume, columns, hidden, onHidden }: ToolbarProps) {
  const { newer, rows } = reading.list
  return (
    <FilterBar>
      <FilterBox onFilters={onFilters} />
      <Count overview={overview} bothEnds={bothEnds} live={live} />
      <span className="flex-1" />
      {!live && newer > 0 && <span className="text-sm text-t3">{`${grouped(newer)} newer`}</span>}
      {!live && (
        <button type="button" className="control flex-none" onClick={onResume}>
          <Play size={14} strokeWidth={1.6} aria-hidden />
          Resume
        </button>
      )}
      <ColumnMenu columns={columns} hidden={hidden} onChange={onHidden} />
      <CopyRows rows={rows} />
    </FilterBar>
  )
}

/** `58,320 requests, 64.8/s, none sampled away`, or in amber what is missing. */
export function Count({ overview, bothEnds, live }: Pick<ToolbarProps, 'overview' | 'bothEnds' | 'live'>) {
  const { facets, lost } = overview
  const total = facets.data?.total
  if (total === undefined) return null
  return (
    <span className={`text-sm whitespace-nowrap text-t2 transition-opacity ${facets.dim ? 'opacity-40' : ''}`}>
      <b className="font-medium text-t1">{grouped(total)}</b>
      {total === 1 ? ' request' : ' requests'}
      {bothEnds && total > 0 && <span className="text-t3" title="A request seen at both ends has a record of each. Choose a role to see one of them."> (each end counts)</span>}
      {overview.rate !== undefined && <>, <b className="font-medium text-t1" title={live ? 'in the last minute' : 'in this range'}>{sentence(rate(overview.rate))}</b></>}
      {lost === 0 ? ', none sampled away' : <span className="text-warn">{`, ${grouped(lost)} records lost`}</span>}
    </span>
  )
}

function CopyRows({ rows }: { readonly rows: readonly RequestAnswer[] }) {
  const [said, setSaid] = useState('')
  const copy = () => {
    navigator.clipboard.writeText(asTable(rows)).then(
      () => setSaid(`${grouped(rows.length)} copied`),
      () => setSaid('The browser refused'),
    )
    setTimeout(() => setSaid(''), 2000)
  }
  return (
    <button type="button" className="control flex-none" disabled={rows.length === 0} title="Copy the rows that are loaded, tab-separated, with exact values" onClick={copy}>
      <Copy size={14} strokeWidth={1.6} aria-hidden />
      <span aria-live="polite">{said || 'Copy'}</span>
    </button>
  )
}
