'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import type { Column } from './table-column.ts'

/** How rows look and what they do. */
export interface RowLook<Row> {
  /** Key of the row that is open. */
  readonly selected?: string | undefined
  /** Click or Enter. `event` says whether a modifier was held. */
  readonly onOpen?: ((row: Row) => void) | undefined
  /** Ended: drawn in text-3. */
  readonly ended?: ((row: Row) => boolean) | undefined
}

interface TableBodyProps<Row> extends RowLook<Row> {
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly rowHeight?: number
  readonly loading?: boolean
  readonly empty?: ReactNode
  readonly scroller: RefObject<HTMLDivElement | null>
}

const VIRTUAL_FROM = 100
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity }

export function TableBody<Row>(props: TableBodyProps<Row>) {
  const { columns, rows, rowKey, rowHeight = 28, loading = false, empty, scroller, selected, onOpen, ended } = props
  const [active, setActive] = useState<string | undefined>(undefined)
  const virtual = rows.length > VIRTUAL_FROM
  const virtualizer = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12, enabled: virtual, scrollMargin: 28 })
  const items = virtual ? virtualizer.getVirtualItems() : rows.map((_, index) => ({ index }))
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? -1
  // Exactly one row is reached by Tab: the one last on, else the open one, else the first.
  const indexOf = (key: string | undefined) => (key === undefined ? -1 : rows.findIndex((row) => rowKey(row) === key))
  const stop = [indexOf(active), indexOf(selected)].find((index) => index >= first && index <= last) ?? first
  const move = (from: number, step: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, from + step))
    if (virtual) virtualizer.scrollToIndex(to)
    setActive(rowKey(rows[to]!))
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${to + 2}"]`)?.focus())
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>, index: number) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return
    const step = STEPS[event.key]
    if (step === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (step === undefined) onOpen?.(rows[index]!)
    else move(index, step)
  }
  if (rows.length === 0) return <NoRows columns={columns} rowHeight={rowHeight} loading={loading} empty={empty} />
  return (
    <tbody>
      <Spacer height={first * rowHeight} span={columns.length} />
      {items.map(({ index }) => {
        const row = rows[index]!
        const key = rowKey(row)
        return (
          <tr
            key={key}
            aria-rowindex={index + 2}
            aria-selected={selected === undefined ? undefined : key === selected}
            tabIndex={index === stop ? 0 : -1}
            onFocus={() => setActive(key)}
            onKeyDown={(event) => onKeyDown(event, index)}
            onClick={(event) => { if (onOpen && !(event.target as Element).closest('a, button, input')) onOpen(row) }}
            className={`group/row focus-visible:shadow-[inset_0_0_0_2px_var(--accent)] ${onOpen ? 'cursor-pointer' : ''} ${key === selected ? 'bg-accent-soft' : 'hover:bg-s2'} ${ended?.(row) ? 'text-t3' : ''}`}
          >
            <Cells row={row} columns={columns} rowHeight={rowHeight} selected={key === selected} />
          </tr>
        )
      })}
      <Spacer height={(rows.length - 1 - last) * rowHeight} span={columns.length} />
    </tbody>
  )
}

interface CellsProps<Row> {
  readonly row: Row
  readonly columns: readonly Column<Row>[]
  readonly rowHeight: number
  readonly selected: boolean
}

const Cells = memo(function Cells({ row, columns, rowHeight, selected }: CellsProps<never>) {
  return columns.map((column, i) => (
    <td
      key={column.id}
      role="gridcell"
      style={{ height: rowHeight }}
      className={`hairline cut border-b px-2 py-0 first:pl-4 last:pr-4 ${column.end ? 'text-right' : ''} ${selected && i === 0 ? 'shadow-[inset_2px_0_var(--accent)]' : ''} ${column.className ?? ''}`}
    >
      {column.cell(row)}
    </td>
  ))
}) as unknown as <Row>(props: CellsProps<Row>) => ReactNode

function Spacer({ height, span }: { readonly height: number; readonly span: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  )
}

/** Bars while the first answer is awaited, else why there is nothing. */
function NoRows<Row>({ columns, rowHeight, loading, empty }: { readonly columns: readonly Column<Row>[]; readonly rowHeight: number; readonly loading: boolean; readonly empty: ReactNode }) {
  if (!loading) {
    return (
      <tbody>
        <tr>
          <td role="gridcell" colSpan={columns.length} className="h-24 text-center text-t2">{empty}</td>
        </tr>
      </tbody>
    )
  }
  return (
    <tbody aria-hidden="true">
      {Array.from({ length: 8 }, (_, i) => (
        <tr key={i}>
          {columns.map((column) => (
            <td key={column.id} className="hairline border-b px-2 py-0 first:pl-4 last:pr-4" style={{ height: rowHeight }}>
              <span className={`block h-2 max-w-24 bg-s2 ${column.end ? 'ml-auto w-3/5' : 'w-4/5'}`} />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}
