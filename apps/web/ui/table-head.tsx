import { ArrowDown, ArrowUp } from 'lucide-react'
import { labelOf, type Column, type Sort } from './table-column.ts'

interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[]
  readonly sort: Sort | undefined
  readonly onSort: ((sort: Sort) => void) | undefined
}

/** Heads stay while rows scroll. The sorted one is text-1 with an arrow; others show theirs under the pointer. */
export function TableHead<Row>({ columns, sort, onSort }: TableHeadProps<Row>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => {
          const mine = sort?.id === column.id ? sort : undefined
          const direction = mine ? (mine.descending ? 'descending' : 'ascending') : undefined
          return (
            <th
              key={column.id}
              scope="col"
              aria-sort={direction}
              className={`sticky top-0 z-(--z-sticky) h-(--head) border-b border-line bg-s0 px-2 text-xs font-normal whitespace-nowrap first:pl-4 last:pr-4 ${column.end ? 'text-right' : 'text-left'} ${mine ? 'text-t1' : 'text-t3'} ${column.headClassName ?? ''}`}
            >
              {typeof column.head !== 'string' && <span className="sr-only">{labelOf(column)}</span>}
              {column.value && onSort ? <SortButton column={column} sort={mine} onSort={onSort} /> : column.head}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

function SortButton<Row>({ column, sort, onSort }: { readonly column: Column<Row>; readonly sort: Sort | undefined; readonly onSort: (sort: Sort) => void }) {
  const next = { id: column.id, descending: sort ? !sort.descending : (column.descendingFirst ?? false) }
  const Arrow = (sort ?? next).descending ? ArrowDown : ArrowUp
  return (
    <button type="button" className={`group inline-flex max-w-full items-center gap-0.5 rounded-1 ${column.end ? 'flex-row-reverse' : ''} hover:text-t1`} onClick={() => onSort(next)}>
      <span className="cut">{column.head}</span>
      <Arrow size={12} strokeWidth={1.6} aria-hidden className={sort ? '' : 'opacity-0 group-hover:opacity-60 group-focus-visible:opacity-60'} />
    </button>
  )
}
