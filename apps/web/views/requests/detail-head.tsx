'use client'
import { ArrowDown, ArrowUp, Braces, Link2, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { withFilter, withParam, all, type Change } from '../../live/index.ts'
import { duration, sentence } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Name } from '../../ui/name.tsx'
import { instantMs, zoneName } from '../../ui/time.ts'
import { GAP_NAMES } from '../../charts/timeline-layout.ts'
import { statusClass } from './columns.tsx'
import { mostOf, type endsOf, type GapRow, type RequestDetailAnswer } from './detail-model.ts'

interface DetailHeadProps {
  readonly detail: RequestDetailAnswer
  readonly ends: ReturnType<typeof endsOf>
  readonly rows: readonly GapRow[]
  readonly wallNs: number | null
  readonly onClose: () => void
  readonly onStep: (by: 1 | -1) => void
  readonly apply: (change: Change) => void
}

/** What was asked and answered, and in one sentence how long it took and where. */
export function DetailHead({ detail, ends, rows, wallNs, onClose, onStep, apply }: DetailHeadProps) {
  const most = mostOf(rows)
  const text = detail.target ?? detail.path
  return (
    <header className="flex-none border-b border-line pt-2.5 pr-3 pb-2.5 pl-4">
      <div className="flex items-center gap-2">
        <h2 className="mono cut flex-1 text-base">
          <span className="font-normal text-t3"><Name text={detail.method ?? detail.protocol} max={40} /></span>{' '}
          <span className="font-medium">{text === null ? 'not decoded' : <Name text={text} />}</span>{' '}
          <span className={`font-sans text-sm font-normal ${statusClass(detail.status)}`}>{detail.status ?? 'no answer'}</span>
        </h2>
        <span className="segments flex-none">
          <button type="button" aria-label="Previous request" title="Previous (↑)" onClick={() => onStep(-1)}><ArrowUp size={14} strokeWidth={1.6} aria-hidden /></button>
          <button type="button" aria-label="Next request" title="Next (↓)" onClick={() => onStep(1)}><ArrowDown size={14} strokeWidth={1.6} aria-hidden /></button>
        </span>
        <CopyButton label="Copy link" text={() => linkTo(detail.id)}><Link2 size={14} strokeWidth={1.6} aria-hidden /></CopyButton>
        <CopyButton label="Copy as JSON" text={() => JSON.stringify(detail, null, 2)} short><Braces size={14} strokeWidth={1.6} aria-hidden /></CopyButton>
        <button type="button" className="control control-quiet w-7 flex-none justify-center px-0 max-desk:w-11" aria-label="Close" title="Close (Esc)" onClick={onClose}><X size={14} strokeWidth={1.6} aria-hidden /></button>
      </div>
      <p className="mt-1.5 flex flex-wrap gap-x-3.5 gap-y-0.5 text-sm text-t2">
        <span><b className="font-medium text-t1">{wallNs === null ? '–' : sentence(duration(wallNs))}</b> {ends.client && ends.server ? 'as' : 'in'} <Name text={(ends.client ?? detail).service} />{ends.client && ends.server && ' saw it'}</span>
        {most && <span>of it <b className="font-medium text-t1">{sentence(duration(most.ns))}</b> {GAP_NAMES[most.kind]}</span>}
        <span className="text-t3"><Moment at={detail.startTime} precise /> {zoneName(instantMs(detail.startTime))}</span>
        <button type="button" className="rounded-1 text-t3 hover:underline" title={`Requests of trace ${detail.traceId}`} onClick={() => apply(all(withFilter('traceId', detail.traceId), withParam('request', null)))}>trace <span className="mono">{`${detail.traceId.slice(0, 4)}…${detail.traceId.slice(-4)}`}</span></button>
        <LinkState ends={ends} />
      </p>
    </header>
  )
}

function LinkState({ ends }: Pick<DetailHeadProps, 'ends'>) {
  if (!ends.client || !ends.server) return <span className="text-t3">{ends.server ? 'server’s end only' : 'client’s end only'}</span>
  return (
    <span className="inline-flex items-center gap-1" title="The same connection and sequence number at both ends">
      <Link2 size={12} strokeWidth={1.6} className="text-ok" aria-hidden />
      both ends, exact
    </span>
  )
}

/** A link to this request alone: it holds although the range moves on. */
function linkTo(id: string): string {
  const url = new URL(window.location.href)
  url.searchParams.set('request', id)
  return url.href
}

function CopyButton({ label, text, short = false, children }: { readonly label: string; readonly text: () => string; readonly short?: boolean; readonly children: ReactNode }) {
  const [said, setSaid] = useState('')
  const copy = () => {
    navigator.clipboard.writeText(text()).then(() => setSaid('Copied'), () => setSaid('Refused'))
    setTimeout(() => setSaid(''), 2000)
  }
  return (
    <button type="button" className="control flex-none max-desk:hidden" aria-label={label} title={label} onClick={copy}>
      {children}
      {(!short || said) && <span aria-live="polite">{said || label}</span>}
    </button>
  )
}
