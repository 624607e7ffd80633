'use client'
import type { ReactNode } from 'react'
import type { Change } from '../../live/index.ts'
import { withFilter } from '../../live/index.ts'
import { bytes, duration, grouped, sentence } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Name } from '../../ui/name.tsx'
import { SectionHead } from '../../ui/section.tsx'
import type { RequestEnd } from './detail-model.ts'

interface AttributeListProps {
  readonly title: string
  readonly end: RequestEnd
  readonly apply: (change: Change) => void
  /** The other end: only what differs there. */
  readonly brief?: boolean
}

/** One end's attributes under OpenTelemetry's names where it has some; all of them, as they are. */
export function AttributeList({ title, end, apply, brief = false }: AttributeListProps) {
  const facts = brief ? ownFacts(end) : [...requestFacts(end), ...ownFacts(end), ...Object.entries(end.attributes).map(([key, value]): Fact => [key, text(typeof value === 'string' ? value : JSON.stringify(value))])]
  const connection = <button type="button" className="mono rounded-1 hover:underline" title="Requests of this connection" onClick={() => apply(withFilter('connection', end.connection.id))}>{`turn ${grouped(end.turn)}`}</button>
  return (
    <>
      <SectionHead title={title} />
      <dl className="grid grid-cols-[minmax(112px,max-content)_minmax(0,1fr)] gap-x-3 px-4 text-sm leading-[21px]">
        {[...facts, ['on its connection', connection] as Fact].map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="cut max-w-44 text-t3" title={term}>{term}</dt>
            <dd className="cut mono">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

type Fact = readonly [term: string, value: ReactNode]

const text = (value: string | null): ReactNode => (value === null || value === '' ? '–' : <Name text={value} />)

function requestFacts(end: RequestEnd): Fact[] {
  return [
    ['request method', text(end.method)],
    ['url.path', text(end.path)],
    ...(end.target !== null && end.target !== end.path ? [['target', text(end.target)] as const] : []),
    ['template', text(end.template)],
    ['response', `${end.status ?? '–'}, ${sentence(bytes(end.responseBytes))}`],
    ['request size', sentence(bytes(end.requestBytes))],
    ['protocol', text(end.protocol)],
  ]
}

function ownFacts(end: RequestEnd): Fact[] {
  const server = end.role === 'server'
  const offset = (name: string) => {
    const ns = end.timeline.find((moment) => moment.name === name)?.offsetNs
    return ns === undefined ? '–' : `+${sentence(duration(ns))}`
  }
  return [
    [server ? 'arrived' : 'began', <Moment key="at" at={end.startTime} precise />],
    ['first byte', offset('firstByte')],
    ['last byte', offset('lastByte')],
    [server ? 'server' : 'client', end.connection.local],
    [server ? 'client' : 'server', end.connection.remote],
    ['srtt', sentence(duration(end.srttNs))],
    ['thread', <span key="thread">{end.tid} <Name text={end.comm} /></span>],
    ['process', String(end.pid)],
  ]
}
