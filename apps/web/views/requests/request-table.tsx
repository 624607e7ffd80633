'use client'
import { useCallback, useEffect, useRef, type FocusEvent, type UIEvent } from 'react'
import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import type { Column, Sort } from '../../ui/table-column.ts'
import type { ListReading } from './use-request-list.ts'

interface RequestTableProps {
  readonly reading: ListReading
  readonly columns: readonly Column<RequestAnswer>[]
  readonly hidden: readonly string[]
  readonly sort: Sort | undefined
  readonly onSort: (sort: Sort) => void
  readonly open: (row: RequestAnswer) => void
  readonly openId: string | null
  /** The newest come on top: scrolling away from them pauses. */
  readonly follows: boolean
  readonly pause: () => void
  readonly onHold: (held: boolean) => void
  readonly held: boolean
  readonly live: boolean
  /** Takes all filters away; undefined if there are none. */
  readonly unfilter: (() => void) | undefined
}

const rowKey = (row: RequestAnswer) => row.id
/** Pixels above the end at which the next page is asked for: ten rows and what comes meanwhile. */
const AHEAD_PX = 1200

/** The list. It stands still under pointer and focus, pauses the page when scrolled, reads on at its end. */
export function RequestTable(props: RequestTableProps) {
  const { reading, columns, hidden, sort, onSort, open, openId, follows, pause, onHold, held, live } = props
  const { list, loading, dim, error, again, more } = reading
  useHoldEnds(held, list.newer > 0 && live, again)
  const scroller = useRef<HTMLDivElement | null>(null)
  const onScroll = useCallback((event: UIEvent<HTMLDivElement>) => {
    scroller.current = event.currentTarget
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
    if (follows && scrollTop > 4) pause()
    if (scrollHeight - scrollTop - clientHeight < AHEAD_PX) more()
  }, [follows, pause, more])
  // Scrolled while it could not be paused, or the address that says so was put back: it still is.
  useEffect(() => { if (follows && (scroller.current?.scrollTop ?? 0) > 4) pause() }, [follows, pause, list])
  const onBlur = (event: FocusEvent<HTMLDivElement>) => { if (!event.currentTarget.contains(event.relatedTarget)) onHold(false) }
  return (
    <div className="flex min-h-0 flex-1 flex-col" onPointerEnter={() => onHold(true)} onPointerLeave={() => onHold(false)} onFocus={() => onHold(true)} onBlur={onBlur}>
      {error && list.rows.length > 0 && <div className="px-4 py-1"><ErrorNote error={error} onRetry={again} /></div>}
      <DataTable
        label="Requests"
        columns={columns}
        rows={list.rows}
        rowKey={rowKey}
        rowHeight={24}
        sorted
        sort={sort}
        onSort={onSort}
        hidden={hidden}
        selected={openId ?? undefined}
        onOpen={open}
        loading={loading}
        dim={dim}
        onScroll={onScroll}
        empty={error ? <ErrorNote error={error} onRetry={again} /> : <Nothing unfilter={props.unfilter} />}
      />
    </div>
  )
}

export function Nothing({ unfilter }: Pick<RequestTableProps, 'unfilter'>) {
  if (unfilter) return <EmptyNote action={{ name: 'Remove all filters', run: unfilter }}>No request of this range matches all of the filters.</EmptyNote>
  return <EmptyNote>No request in this range yet. They appear here as soon as a watched program takes or makes one.</EmptyNote>
}

/** When the hold ends, what came meanwhile is shown by reading the newest again. */
export function useHoldEnds(held: boolean, hasNewer: boolean, again: () => void): void {
  const was = useRef(held)
  useEffect(() => {
    if (was.current && !held && hasNewer) again()
    was.current = held
  }, [held, hasNewer, again])
}
