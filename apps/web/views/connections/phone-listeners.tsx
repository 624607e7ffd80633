'use client'
import { useMemo, useRef, type ReactNode } from 'react'
import { FilterBar, FilterField } from '../../ui/filter-field.tsx'
import { grouped } from '../../ui/format.ts'
import { LineList, Lines } from '../../ui/line-list.tsx'
import { Name } from '../../ui/name.tsx'
import { isFull, listenerKey, listenerRank, type Listener } from './listener.ts'
import { SocketsSwitch } from './sockets-switch.tsx'

interface PhoneListenersProps {
  readonly rows: readonly Listener[]
  readonly find: string
  readonly onFind: (text: string) => void
  readonly loading: boolean
  readonly dim: boolean
  readonly empty: ReactNode
  /** How many listen. */
  readonly children: ReactNode
}

/** Listening sockets in a hand: those that turned connections away first, with their accept queues. */
export function PhoneListeners({ rows, find, onFind, loading, dim, empty, children }: PhoneListenersProps) {
  const scrolledPx = useRef(0)
  const sorted = useMemo(() => rows.toSorted((a, b) => listenerRank(b) - listenerRank(a) || (a.local < b.local ? -1 : 1)), [rows])
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <FilterBar>
        <span className="flex w-full gap-2"><FilterField label="Filter listening sockets" placeholder="address, service …" value={find} onChange={onFind} /><SocketsSwitch /></span>
      </FilterBar>
      <div className="flex h-8 flex-none items-center overflow-hidden border-b border-line px-4">{children}</div>
      {loading ? <p className="late p-4 text-center text-sm text-t3">Reading sockets …</p> : <LineList label="Listening sockets" rows={sorted} rowKey={listenerKey} line={line} empty={empty} dim={dim} scrolledPx={scrolledPx} />}
    </div>
  )
}

function line(one: Listener) {
  const { service, local, queueLength, queueLimit, longestQueue, drops, closedAt } = one
  const tone = drops > 0 ? 'text-bad' : isFull(one) ? 'text-warn' : 'text-transparent'
  return (
    <Lines
      dot={tone} quiet={closedAt !== null}
      title={<Name text={service} className="cut" />}
      figure={queueLimit === 0 && queueLength === 0 ? <span className="text-t3" title="not measured">–</span> : <span className={isFull(one) ? 'text-warn' : ''}>{`${grouped(queueLength)} of ${grouped(queueLimit)}`}</span>}
      below={<span className="mono pl-4"><Name text={local} /></span>}
      right={drops > 0 ? <span className="text-bad">{`${grouped(drops)} turned away`}</span> : longestQueue > 0 ? `waiting; ${grouped(longestQueue)} at most` : 'waiting'}
    />
  )
}
