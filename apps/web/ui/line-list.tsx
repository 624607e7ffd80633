'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react'
import { useCalmOrder } from './use-calm-order.ts'

interface LineListProps<Row> {
  /** What it lists, for readers. */
  readonly label: string
  /** Sorted. */
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly line: (row: Row) => ReactNode
  /** A touch opens a row; without it rows are only read. */
  readonly onOpen?: (row: Row) => void
  /** Shown instead of rows when there are none. */
  readonly empty: ReactNode
  readonly dim: boolean
  /** How far it is scrolled, kept by the caller while what was opened stands in its place. */
  readonly scrolledPx: RefObject<number>
}

const ROW_PX = 58
const BUTTON = 'flex size-full flex-col justify-center gap-1.5 border-b border-line px-4 text-left'

/** A table in a hand: two lines a row, only what is seen is drawn. Rows stay where they are for ten seconds, and for as long as the reader has scrolled. */
export function LineList<Row extends object>({ label, rows, rowKey, line, onOpen, empty, dim, scrolledPx }: LineListProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null)
  const untouched = useCallback(() => scrolledPx.current < 4 && scroller.current?.contains(document.activeElement) !== true, [scrolledPx])
  const ordered = useCalmOrder(rows, rowKey, label, true, untouched)
  const virtualizer = useVirtualizer({ count: ordered.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 8 })
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = scrolledPx.current
  }, [scrolledPx])
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto" style={{ opacity: dim ? 0.4 : 1 }} onScroll={(event) => { scrolledPx.current = event.currentTarget.scrollTop }}>
      {rows.length === 0 && <div className="p-4 text-center">{empty}</div>}
      <ul aria-label={label} style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = ordered[index]!
          return (
            <li key={rowKey(row)} className="absolute inset-x-0" style={{ top: start, height: ROW_PX }}>
              {onOpen ? <button type="button" className={BUTTON} onClick={() => onOpen(row)}>{line(row)}</button> : <div className={BUTTON}>{line(row)}</div>}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

interface LinesProps {
  /** Something is wrong with it. */
  readonly dot?: string | undefined
  readonly title: ReactNode
  readonly figure: ReactNode
  readonly below: ReactNode
  readonly right: ReactNode
  /** It is over: nothing of it stands out. */
  readonly quiet?: boolean
}

/** Both lines of a row: what it is and its figure, and under them what else is to be said. */
export function Lines({ dot, title, figure, below, right, quiet = false }: LinesProps) {
  return (
    <>
      <span className="flex w-full items-center gap-2.5">
        {dot !== undefined && <span className={`dot ${dot}`} />}
        <span className={`flex min-w-0 flex-1 gap-1.5 text-base whitespace-nowrap ${quiet ? 'text-t3' : 'font-medium'}`}>{title}</span>
        <span className={`flex-none text-base ${quiet ? 'text-t3' : ''}`}>{figure}</span>
      </span>
      <span className="flex w-full gap-3 text-sm text-t3">
        <span className="cut flex-1">{below}</span>
        <span className="flex-none">{right}</span>
      </span>
    </>
  )
}
