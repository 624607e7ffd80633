'use client'
import Link from 'next/link'
import { useMemo, useRef } from 'react'
import { HistogramBars } from '../../charts/histogram-bars.tsx'
import { logBins } from '../../charts/log-bins.ts'
import { useSelection, withOnly } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { useWidth } from '../../ui/use-width.ts'
import { DropList } from './drop-list.tsx'
import { endsOf, failureGroups, failureWord, isFailed, type Connection } from './model.ts'
import { storyOf } from './story.ts'

interface PanelProps {
  readonly connections: readonly Connection[]
  /** They have been read: none is none. */
  readonly isKnown: boolean
  readonly chosen: Connection | undefined
  readonly nowMs: number
  /** How many of the range's connections are here, if not all. */
  readonly note: string | undefined
  readonly onClose: () => void
  readonly onFailure: (text: string) => void
}

const PER_DECADE = 13

/** What happened to the chosen one, then figures of all of the range. */
export function ConnectionPanel({ connections, isKnown, chosen, nowMs, note, onClose, onFailure }: PanelProps) {
  const { href } = useSelection()
  const title = chosen ? <Ends connection={chosen} /> : 'All connections'
  return (
    <Panel
      label={chosen ? 'The chosen connection' : 'All connections of the range'}
      title={title}
      note={chosen ? <p className="mt-1 text-sm text-t2">{storyOf(chosen, connections, nowMs)}</p> : note}
      {...(chosen && { onClose })}
      {...(chosen && chosen.bytesSent + chosen.bytesReceived > 0 && { actions: <Link href={href('/requests', withOnly('connection', chosen.id))} prefetch={false} className="control control-primary">Its requests</Link> })}
    >
      {isKnown && <Figures connections={connections} chosen={chosen} onFailure={onFailure} />}
      <DropList />
    </Panel>
  )
}

/** Of all of the range: how long connecting took, round trips, failures. */
function Figures({ connections, chosen, onFailure }: Pick<PanelProps, 'connections' | 'chosen' | 'onFailure'>) {
  const measured = connections.filter((one) => one.connectNs !== null && one.state !== 'failed').length
  const trips = connections.filter((one) => one.srttNs !== null).length
  return (
    <>
      <SectionHead title="Connect time" note={`${grouped(measured)} in range, √ scale`} />
      <Durations label={`Connect time of ${grouped(measured)} connections`} values={connections} of={(one) => (one.state === 'failed' ? null : one.connectNs)} marked={chosen?.state === 'failed' ? null : chosen?.connectNs} />
      <SectionHead title="Round trip" note={`${grouped(trips)}, smoothed, at last packet`} />
      <Durations label={`Round trip of ${grouped(trips)} connections`} values={connections} of={(one) => one.srttNs} marked={chosen?.srttNs} />
      <Failures connections={connections} onFailure={onFailure} />
    </>
  )
}

function Ends({ connection }: { readonly connection: Connection }) {
  const { from, to } = endsOf(connection)
  return (
    <span className="flex items-center gap-2 text-base font-medium">
      {isFailed(connection) && <span className="dot text-bad" />}
      <span className="cut"><Name text={from.text} className={from.isAddress ? 'mono' : ''} /> → <Name text={to.text} className={to.isAddress ? 'mono' : ''} /></span>
    </span>
  )
}

interface DurationsProps {
  readonly label: string
  readonly values: readonly Connection[]
  readonly of: (connection: Connection) => number | null
  readonly marked: number | null | undefined
}

function Durations({ label, values, of, marked }: DurationsProps) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  // `of` is the caller's constant: what it says of a connection doesn't change.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const bins = useMemo(() => logBins(values.map(of), PER_DECADE, 10e3, 100e6), [values])
  const isEmpty = bins.counts.every((count) => count === 0)
  return (
    <div className="px-4">
      <div ref={box} className="min-h-[94px]">
        {isEmpty ? <p className="pt-8 text-center text-sm text-t2">None measured in this range.</p> : width > 0 && <HistogramBars bins={bins} perDecade={PER_DECADE} label={label} width={width} marked={marked ?? null} />}
      </div>
    </div>
  )
}

/** The filter is of words: a name with a space is found by its first. */
const firstWord = (text: string) => text.split(/\s/)[0] ?? ''

function Failures({ connections, onFailure }: { readonly connections: readonly Connection[]; readonly onFailure: (text: string) => void }) {
  const groups = failureGroups(connections)
  const total = groups.reduce((sum, group) => sum + group.count, 0)
  return (
    <>
      <SectionHead title="Failures" note={total === 0 ? 'none in range' : `${grouped(total)} in range`} />
      {groups.length > 0 && (
        <ul className="border-t border-line">
          {groups.slice(0, 20).map(({ key, failure, service, peer, role, count }) => (
            <li key={key}>
              <button type="button" className="hairline flex h-6 w-full items-center gap-2 border-b px-4 text-left text-sm hover:bg-s2 max-desk:h-11" title="Show these" onClick={() => onFailure(`state:${failure} service:${firstWord(service)} peer:${firstWord(peer)}`)}>
                <span className="cut flex-1">{failureWord(failure)}, {role === 'client' ? <><Name text={service} /> → <Name text={peer} /></> : <><Name text={peer} /> → <Name text={service} /></>}</span>
                <span className="text-bad">{grouped(count)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
