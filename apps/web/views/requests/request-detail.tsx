'use client'
import { useRef } from 'react'
import { parseInstant } from '@sonde/shared/units'
import { requestGaps } from '../../charts/request-gaps.ts'
import { RequestTimeline, type TimelineEnd } from '../../charts/request-timeline.tsx'
import { useQuery, type Change } from '../../live/index.ts'
import { duration, sentence } from '../../ui/format.ts'
import { ErrorNote, PartialNote } from '../../ui/notes.tsx'
import { useWidth } from '../../ui/use-width.ts'
import { bounded, visible } from '../../ui/text.ts'
import { AttributeList } from './attribute-list.tsx'
import { DetailHead } from './detail-head.tsx'
import { endsOf, gapRows, momentsOf, type RequestDetailAnswer, type RequestEnd } from './detail-model.ts'
import { GapTable } from './gap-table.tsx'
import { OthersLikeThis } from './others-like-this.tsx'

export interface RequestDetailProps {
  readonly id: string
  readonly range: { readonly from: string; readonly to: string }
  readonly onClose: () => void
  readonly onStep: (by: 1 | -1) => void
  readonly apply: (change: Change) => void
  /** Alone on a small screen. */
  readonly phone?: boolean
}

/** Overlaps of the two ends' moments below this are the tracepoints' own order, not worth a word. */
const NOTEWORTHY_NS = 50_000

/** One request beside the list: to scale, where its time went, its attributes, its other end, others like it. */
export function RequestDetail({ id, range, onClose, onStep, apply, phone = false }: RequestDetailProps) {
  const { data, error, dim, retry } = useQuery<RequestDetailAnswer>(`requests/${encodeURIComponent(id)}`)
  return (
    <section aria-label="Request" className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto transition-opacity" style={{ opacity: dim ? 0.4 : 1 }}>
      {error && <div className="flex items-center gap-4 p-4"><ErrorNote error={error} onRetry={retry} /><button type="button" className="control" onClick={onClose}>Close</button></div>}
      {data && !error && <Detail detail={data} range={range} onClose={onClose} onStep={onStep} apply={apply} phone={phone} />}
    </section>
  )
}

function Detail({ detail, range, onClose, onStep, apply, phone }: Omit<RequestDetailProps, 'id'> & { readonly detail: RequestDetailAnswer }) {
  const ends = endsOf(detail)
  const gaps = requestGaps(ends.server && momentsOf(ends.server, parseInstant), ends.client && momentsOf(ends.client, parseInstant))
  const rows = gapRows(gaps?.gaps ?? [], gaps?.wallNs ?? 0)
  const far = gaps !== undefined && gaps.overlapNs > Math.max(NOTEWORTHY_NS, gaps.wallNs / 100)
  return (
    <>
      <DetailHead detail={detail} ends={ends} rows={rows} wallNs={gaps?.wallNs ?? null} onClose={onClose} onStep={onStep} apply={apply} />
      <div className="flex-none px-4 pt-3 pb-2">
        <div className="mb-2 flex items-baseline gap-2">
          <h3 className="text-sm font-medium">To scale</h3>
          <span className="cut text-xs text-t3">{scaleNote(ends)}</span>
          {far && <PartialNote>{`the two ends contradict each other by ${sentence(duration(gaps.overlapNs))}`}</PartialNote>}
        </div>
        <Timeline server={ends.server} client={ends.client} />
      </div>
      <div className={`flex min-h-0 flex-1 border-t border-line ${phone ? 'flex-col' : 'max-wide:flex-col'}`}>
        <div className={`min-w-0 ${phone ? '' : 'wide:w-[528px] wide:flex-none wide:border-r wide:border-line'}`}>
          <GapTable rows={rows} wallNs={gaps?.wallNs ?? 0} ended={(ends.client ?? detail).durationNs !== null} ends={ends} />
          <OthersLikeThis detail={detail} range={range} apply={apply} />
        </div>
        <div className="min-w-0 flex-1">
          <AttributeList title="Attributes" end={detail} apply={apply} />
          {detail.other && <AttributeList title={`At ${name(detail.other.service, 30)}, the other end`} end={detail.other} apply={apply} brief />}
        </div>
      </div>
    </>
  )
}

const name = (text: string, length: number) => bounded(visible(text), length)

function scaleNote({ server, client }: ReturnType<typeof endsOf>): string {
  if (server && client) return `${name(client.service, 40)} → ${name(server.service, 40)}, both ends${server.host === client.host ? ' on one host clock' : ', on two hosts’ clocks'}`
  const end = server ?? client!
  return `as ${name(end.service, 40)} saw it; the other end, ${name(end.peer, 60)}, is not watched or its record did not come`
}

const laneOf = (end: RequestEnd): TimelineEnd => ({ moments: momentsOf(end, parseInstant), name: name(end.service, 60), detail: `${end.role}, ${end.pid}` })

function Timeline({ server, client }: ReturnType<typeof endsOf>) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  return <div ref={box} className="min-h-24">{width > 0 && <RequestTimeline server={server && laneOf(server)} client={client && laneOf(client)} width={width} />}</div>
}
