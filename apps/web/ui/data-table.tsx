'use client'
import { columnVisibilityFeature, createSortedRowModel, rowSortingFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table'
import { useMemo, useRef, useState, type ReactNode, type UIEvent } from 'react'
import { labelOf, type Column, type Sort } from './table-column.ts'
import { TableBody, type RowLook } from './table-body.tsx'
import { TableHead } from './table-head.tsx'
import { useCalmOrder } from './use-calm-order.ts'
import { useWidth } from './use-width.ts'

export interface DataTableProps<Row> extends RowLook<Row> {
  /** What it lists, for readers. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly rowHeight?: 24 | 28 | 34 | 38
  readonly sort?: Sort | undefined
  readonly onSort?: (sort: Sort) => void
  /** The rows come sorted; clicks on heads only tell. */
  readonly sorted?: boolean
  /** Rows change by themselves: keep them in place for ten seconds and under pointer and focus. */
  readonly calm?: boolean
  /** Ids of columns switched off. */
  readonly hidden?: readonly string[]
  readonly loading?: boolean
  /** The picture is old: 40 %. */
  readonly dim?: boolean
  /** Shown instead of rows when there are none: why, and one action. */
  readonly empty?: ReactNode
  readonly onScroll?: (event: UIEvent<HTMLDivElement>) => void
  readonly className?: string
}

const features = tableFeatures({ rowSortingFeature, columnVisibilityFeature, sortedRowModel: createSortedRowModel() })

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true })
}

function useDefinitions<Row>(columns: readonly Column<Row>[]): ColumnDef<typeof features, object>[] {
  return useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: labelOf(column),
        accessorFn: (row: object) => column.value?.(row as Row) ?? undefined,
        enableSorting: column.value !== undefined,
        sortUndefined: 'last' as const,
        sortDescFirst: column.descendingFirst ?? false,
        sortFn: (a: { getValue(id: string): unknown }, b: { getValue(id: string): unknown }, id: string) => compareValues(a.getValue(id), b.getValue(id)),
      })),
    [columns],
  ) as unknown as ColumnDef<typeof features, object>[]
}

/**
 * The table everywhere: sorts, keeps rows in place while live, moves by arrows and Enter, draws only what is seen past 100
 * rows. Sorting and columns are the caller's, so that the URL has them.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, sort, onSort, sorted = false, calm = false, hidden, dim = false, className = 'min-h-0 flex-1' } = props
  const scroller = useRef<HTMLDivElement>(null)
  const width = useWidth(scroller)
  const definitions = useDefinitions(columns)
  const [touched, setTouched] = useState(false)
  const isUntouched = useRef<() => boolean>(() => true)
  isUntouched.current = () => !touched && scroller.current?.contains(document.activeElement) !== true
  const untouched = useMemo(() => () => isUntouched.current(), [])
  const table = useTable({
    features,
    columns: definitions,
    data: rows as unknown as object[],
    manualSorting: sorted,
    state: {
      sorting: useMemo(() => (sort ? [{ id: sort.id, desc: sort.descending }] : []), [sort]),
      columnVisibility: useMemo(() => Object.fromEntries(columns.map((column) => [column.id, !hidden?.includes(column.id) && !(width > 0 && column.hideBelow !== undefined && width < column.hideBelow)])), [columns, hidden, width]),
    },
  })
  const byId = new Map(columns.map((column) => [column.id, column]))
  const shown = table.getVisibleLeafColumns().map((column) => byId.get(column.id)!)
  const model = table.getRowModel()
  const inOrder = useMemo(() => model.rows.map((row) => row.original as unknown as Row), [model])
  const ordered = useCalmOrder(inOrder, rowKey, sort ? `${sort.id} ${sort.descending}` : '', calm, untouched)
  return (
    <div ref={scroller} className={`overflow-auto ${className}`} onScroll={props.onScroll} onPointerEnter={() => setTouched(true)} onPointerLeave={() => setTouched(false)}>
      <table role="grid" aria-label={label} aria-rowcount={ordered.length + 1} aria-busy={props.loading} className="w-full table-fixed border-separate border-spacing-0 text-sm transition-opacity duration-150" style={{ opacity: dim ? 0.4 : 1 }}>
        <colgroup>
          {shown.map(({ id, width }) => (
            <col key={id} style={width === undefined ? undefined : { width }} />
          ))}
        </colgroup>
        <TableHead columns={shown} sort={sort} onSort={onSort} />
        <TableBody {...props} columns={shown} rows={ordered} scroller={scroller} />
      </table>
    </div>
  )
}
