'use client'
import { useCallback, useMemo } from 'react'
import { useNow, useParam, useSelection, useTopic } from '../../live/index.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { FilterBar, FilterField } from '../../ui/filter-field.tsx'
import { count, grouped } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { Num } from '../../ui/num.tsx'
import { Panel } from '../../ui/panel.tsx'
import { formatSort, parseSort, type Column } from '../../ui/table-column.ts'
import { age } from '../../ui/time.ts'
import { usePhone } from '../../ui/use-phone.ts'
import { DropList } from './drop-list.tsx'
import { isFull, listenerFilter, listenerKey, listenerRank, type Listener } from './listener.ts'
import { PhoneListeners } from './phone-listeners.tsx'
import { SocketsSwitch } from './sockets-switch.tsx'

interface Answer {
  readonly listeners: readonly Listener[]
  readonly total: number
}

const NONE: readonly Listener[] = []

/** Sockets that listened in the range with their accept queues, those that turned connections away first. */
export function ListenersView() {
  const { live, range, filters } = useSelection()
  const phone = usePhone()
  const [find, setFind] = useParam('find', 'replace')
  const [order, setOrder] = useParam('order', 'replace')
  const asked = useMemo(() => Object.fromEntries(Object.entries(filters(['service', 'host'])).map(([key, value]) => [key, [value].flat().find((one) => !one.startsWith('!'))]).filter(([, value]) => value !== undefined)), [filters])
  const { data, error, dim, loading, retry } = useTopic<Answer>('connections/listeners', { ...asked, ...range, limit: 10_000 }, live)
  const listeners = data?.listeners ?? NONE
  const seconds = useNow(live)
  const columns = useMemo(() => listenerColumns(seconds), [seconds])
  const rows = useMemo(() => listeners.filter(listenerFilter(find ?? '')), [listeners, find])
  const onFind = useCallback((text: string) => setFind(text === '' ? null : text), [setFind])
  const empty = error ? <ErrorNote error={error} onRetry={retry} /> : <EmptyNote>{listeners.length > 0 ? 'No listening socket of this range matches.' : 'Nothing listened in this range, or the probe tcp_connection is off.'}</EmptyNote>
  if (phone) return <PhoneListeners rows={rows} find={find ?? ''} onFind={onFind} loading={loading} dim={dim} empty={empty}>{data && <Summary listeners={listeners} />}</PhoneListeners>
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <FilterBar>
        <FilterField label="Filter listening sockets" placeholder="address, service …" value={find ?? ''} onChange={onFind} />
        {data && <Summary listeners={listeners} />}
        <span className="flex-1" />
        <SocketsSwitch />
      </FilterBar>
      <div className="flex min-h-0 flex-1 items-stretch">
        <DataTable
          label="Listening sockets" columns={columns} rows={rows} rowKey={listenerKey} rowHeight={24} calm sort={parseSort(order ?? '-drops')} onSort={(sort) => setOrder(formatSort(sort))}
          ended={(one) => one.closedAt !== null} loading={loading} dim={dim} className="min-h-0 min-w-0 flex-1"
          empty={empty}
        />
        <Panel label="Accept queues" title="Accept queues" note={`${grouped(listeners.length)} in range, looked at every 5 s`}>
          <p className="px-4 pt-3 pb-2 text-sm text-t2">
            A connection whose handshake is complete waits here until its program accepts it. When the queue is full the kernel turns new ones away: clients see timeouts, and the program sees nothing.
          </p>
          <DropList />
        </Panel>
      </div>
    </div>
  )
}

function listenerColumns(nowMs: number): readonly Column<Listener>[] {
  return [
    { id: 'service', head: 'Service', width: 140, fixed: true, value: (one) => one.service, cell: (one) => <Name text={one.service} /> },
    { id: 'local', head: 'Listens on', className: 'mono', value: (one) => one.local, cell: (one) => <Name text={one.local} /> },
    { id: 'queue', head: 'Accept queue', width: 104, end: true, descendingFirst: true, value: (one) => one.queueLength / Math.max(1, one.queueLimit), cell: (one) => <Queue listener={one} /> },
    { id: 'limit', head: 'Limit', width: 68, end: true, descendingFirst: true, className: 'text-t3', value: (one) => one.queueLimit, cell: (one) => (one.queueLimit === 0 ? '–' : grouped(one.queueLimit)) },
    { id: 'longest', head: 'Longest seen', width: 100, end: true, descendingFirst: true, hideBelow: 620, value: (one) => one.longestQueue, cell: (one) => <Num figure={count(one.longestQueue)} slot="none" /> },
    { id: 'half-open', head: 'Half open', width: 84, end: true, descendingFirst: true, hideBelow: 700, value: (one) => one.halfOpen, cell: (one) => <Num figure={count(one.halfOpen)} slot="none" /> },
    { id: 'drops', head: 'Turned away', width: 96, end: true, descendingFirst: true, value: listenerRank, cell: (one) => <span className={one.drops > 0 ? 'text-bad' : ''}><Num figure={count(one.drops)} slot="none" /></span> },
    { id: 'age', head: 'Seen for', width: 84, end: true, descendingFirst: true, className: 'text-t2', value: (one) => Date.parse(one.openedAt), cell: (one) => age(Math.max(0, ((one.closedAt === null ? nowMs : Date.parse(one.closedAt)) - Date.parse(one.openedAt)) / 1000)) },
    { id: 'pid', head: 'Process', width: 86, end: true, className: 'text-t3', hideBelow: 860, value: (one) => one.pid, cell: (one) => (one.pid === 0 ? '–' : one.pid) },
  ]
}

/** How full it is: amber when it is. */
function Queue({ listener }: { readonly listener: Listener }) {
  if (listener.queueLimit === 0 && listener.queueLength === 0) return <span className="text-t3" title="not measured">–</span>
  return <span className={isFull(listener) ? 'text-warn' : ''}><Num figure={count(listener.queueLength)} slot="none" /></span>
}

function Summary({ listeners }: { readonly listeners: readonly Listener[] }) {
  const open = listeners.filter((one) => one.closedAt === null).length
  const full = listeners.filter(isFull).length
  const away = listeners.reduce((sum, { drops }) => sum + drops, 0)
  return (
    <span className="text-sm whitespace-nowrap text-t2">
      <b className="font-medium text-t1">{grouped(open)}</b> listening, <b className={`font-medium ${full > 0 ? 'text-warn' : 'text-t1'}`}>{grouped(full)}</b> full, <b className={`font-medium ${away > 0 ? 'text-bad' : 'text-t1'}`}>{grouped(away)}</b> turned away
    </span>
  )
}
