'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, type UIEvent } from 'react'
import { DurationBar } from '../../charts/duration-bar.tsx'
import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { duration, grouped, sentence } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Name } from '../../ui/name.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import { statusClass } from './columns.tsx'
import { Nothing, useHoldEnds } from './request-table.tsx'
import { Count } from './toolbar.tsx'
import type { RequestsOverview } from './use-overview.ts'
import type { ListReading } from './use-request-list.ts'

interface PhoneListProps {
  readonly overview: RequestsOverview
  readonly bothEnds: boolean
  readonly reading: ListReading
  readonly live: boolean
  readonly unfilter: (() => void) | undefined
  readonly pause: () => void
  readonly resume: () => void
  readonly open: (row: RequestAnswer) => void
  readonly onHold: (held: boolean) => void
  readonly held: boolean
}

const ROW_PX = 58
const AHEAD_PX = 1200

/** The list in a hand: two lines a request, a touch opens it. It stands still under a finger. */
export function PhoneList({ overview, bothEnds, reading, live, unfilter, pause, resume, open, onHold, held }: PhoneListProps) {
  const { list, error, again, more, loading } = reading
  useHoldEnds(held, list.newer > 0 && live, again)
  const letGo = () => onHold(false)
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({ count: list.rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 8 })
  const onScroll = (event: UIEvent<HTMLDivElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
    if (scrollTop > 4) pause()
    if (scrollHeight - scrollTop - clientHeight < AHEAD_PX) more()
  }
  const onResume = () => {
    resume()
    scroller.current?.scrollTo({ top: 0 })
  }
  return (
    <>
      <div className="flex h-8 flex-none items-center overflow-hidden border-b border-line px-4"><Count overview={overview} bothEnds={bothEnds} live={live} /></div>
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto" onScroll={onScroll} onPointerDown={() => onHold(true)} onPointerUp={letGo} onPointerCancel={letGo} onPointerLeave={letGo}>
        {!live && list.newer > 0 && (
          <button type="button" className="control control-primary sticky top-2 z-(--z-sticky) mx-auto flex h-11" onClick={onResume}>{`${grouped(list.newer)} newer`}</button>
        )}
        {error && <div className="p-4"><ErrorNote error={error} onRetry={again} /></div>}
        {loading && list.rows.length === 0 && <p className="late p-4 text-center text-sm text-t3">Reading requests …</p>}
        {!loading && !error && list.rows.length === 0 && <div className="p-4 text-center"><Nothing unfilter={unfilter} /></div>}
        <ul aria-label="Requests" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => (
            <li key={list.rows[index]!.id} className="absolute inset-x-0" style={{ top: start, height: ROW_PX }}>
              <PhoneRow row={list.rows[index]!} open={open} />
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

function PhoneRow({ row, open }: { readonly row: RequestAnswer; readonly open: (row: RequestAnswer) => void }) {
  return (
    <button type="button" className="flex size-full flex-col justify-center gap-1.5 border-b border-line px-4 text-left" onClick={() => open(row)}>
      <span className="flex w-full items-baseline gap-3">
        <span className="mono cut flex-1 text-base">
          <span className="text-t3"><Name text={row.method ?? row.protocol} max={16} /></span> {(row.path ?? row.target) ? <Name text={(row.path ?? row.target)!} max={120} /> : <span className="text-t3">not decoded</span>}
        </span>
        <span className="text-base font-medium">{sentence(duration(row.durationNs))}</span>
      </span>
      <span className="flex w-full items-center gap-4 text-sm text-t3">
        <Moment at={row.startTime} precise />
        <span className={`w-7 flex-none ${statusClass(row.status)}`}>{row.status ?? '–'}</span>
        <DurationBar ns={row.durationNs} lowNs={10e3} highNs={10e9} slowNs={null} width={110} />
        <span className="cut flex-1 text-right"><Name text={row.role === 'server' ? row.service : row.peer} max={40} /></span>
      </span>
    </button>
  )
}
