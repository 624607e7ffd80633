'use client'
import { useCallback, useMemo } from 'react'
import { useNow, useParam, useSelection, useTopic } from '../../live/index.ts'
import { ColumnMenu, useHiddenColumns } from '../../ui/column-menu.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { FilterBar, FilterField } from '../../ui/filter-field.tsx'
import { grouped } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, PartialNote } from '../../ui/notes.tsx'
import { Segments } from '../../ui/segments.tsx'
import { formatSort, parseSort } from '../../ui/table-column.ts'
import { useEscape } from '../../ui/use-escape.ts'
import { connectionColumns, HIDDEN_AT_FIRST } from './columns.tsx'
import { ConnectionPanel } from './connection-panel.tsx'
import { ListenersView } from './listeners-view.tsx'
import { SocketsSwitch } from './sockets-switch.tsx'
import { connectionKey, countsOf, isOpen, isShown, selected, textFilter, type Connection, type Shown } from './model.ts'

interface Answer {
  readonly connections: readonly Connection[]
  readonly total: number
}

/** As many as the API gives at once; past them it is said. */
const MOST = 10_000
const NONE: readonly Connection[] = []
const SHOWN = [['all', 'All'], ['open', 'Open'], ['closed', 'Closed'], ['failed', 'Failed']] as const
const API_FILTERS = ['service', 'peer', 'host', 'protocol'] as const

/** TCP connections that were open in the range, failures first and in words, with how long connecting and a round trip take. */
export function ConnectionsView() {
  const [sockets] = useParam('sockets')
  return sockets === 'listening' ? <ListenersView /> : <ConnectionList />
}

function ConnectionList() {
  const { selection, live, range, filters } = useSelection()
  const [find, setFind] = useParam('find', 'replace')
  const [shownParam, setShown] = useParam('shown')
  const [order, setOrder] = useParam('order', 'replace')
  const [openKey, setOpenKey] = useParam('connection-open', 'replace')
  const [hidden, setHidden] = useHiddenColumns('connections', HIDDEN_AT_FIRST)
  // The resource takes some filters and wanted values only: the others hold here.
  const asked = useMemo(() => Object.fromEntries(Object.entries(filters(API_FILTERS)).map(([key, value]) => [key, [value].flat().filter((one) => !one.startsWith('!'))])), [filters])
  const { data, error, dim, loading, retry } = useTopic<Answer>('connections', { ...asked, ...range, limit: MOST }, live)
  const found = data?.connections ?? NONE
  const connections = useMemo(() => selected(found, selection.filters), [found, selection.filters])
  const seconds = useNow(live)
  const nowMs = live || seconds === 0 ? seconds : Math.min(seconds, Date.parse(range.to) || seconds)
  const shown = SHOWN.find(([id]) => id === shownParam)?.[0] ?? 'all'
  const rows = useMemo(() => connections.filter(textFilter(find ?? '')).filter((one) => isShown(one, shown)), [connections, find, shown])
  const columns = useMemo(() => connectionColumns(nowMs), [nowMs])
  const chosen = openKey === null ? undefined : connections.find((one) => connectionKey(one) === openKey)
  const close = useCallback(() => setOpenKey(null), [setOpenKey])
  useEscape(openKey !== null, close)
  const onFind = useCallback((text: string) => setFind(text === '' ? null : text), [setFind])
  const note = data === undefined ? undefined : data.total > found.length ? `of the newest ${grouped(found.length)} of ${grouped(data.total)} in range` : `${grouped(connections.length)} in range`
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <FilterBar>
        <FilterField label="Filter connections" placeholder="address, service, state:failed …" value={find ?? ''} onChange={onFind} />
        {data && <Summary connections={connections} omitted={data.total - found.length} matching={find === null && shown === 'all' ? undefined : rows.length} />}
        <span className="flex-1" />
        <SocketsSwitch />
        <Segments<Shown> label="Which" options={SHOWN} chosen={shown} onChoose={(id) => setShown(id === 'all' ? null : id)} />
        <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />
      </FilterBar>
      <div className="flex min-h-0 flex-1 items-stretch">
        <DataTable
          label="Connections" columns={columns} rows={rows} rowKey={connectionKey} rowHeight={24} hidden={hidden} calm sort={parseSort(order ?? 'state')} onSort={(sort) => setOrder(formatSort(sort))}
          selected={chosen && connectionKey(chosen)} onOpen={(one) => setOpenKey(connectionKey(one) === openKey ? null : connectionKey(one))} ended={(one) => !isOpen(one) && one.failure === null}
          loading={loading} dim={dim} className="min-h-0 min-w-0 flex-1"
          empty={error ? <ErrorNote error={error} onRetry={retry} /> : <EmptyNote>{found.length > 0 ? 'No connection of this range matches.' : 'No TCP connection in this range. They appear here when one is made, and those that are open already within seconds.'}</EmptyNote>}
        />
        <div className="contents max-desk:hidden">
          <ConnectionPanel connections={connections} isKnown={data !== undefined} chosen={chosen} nowMs={nowMs} note={note} onClose={close} onFailure={setFind} />
        </div>
      </div>
    </div>
  )
}

function Summary({ connections, omitted, matching }: { readonly connections: readonly Connection[]; readonly omitted: number; readonly matching: number | undefined }) {
  const { open, closed, failed } = countsOf(connections)
  const strong = (value: number, className = 'text-t1') => <b className={`font-medium ${className}`}>{grouped(value)}</b>
  return (
    <span className="text-sm whitespace-nowrap text-t2 max-desk:hidden">
      {strong(open)} open, {strong(closed)} closed in range, {strong(failed, failed > 0 ? 'text-bad' : 'text-t1')} failed
      {matching !== undefined && <>; {strong(matching)} shown</>}
      {omitted > 0 && <> <PartialNote>{`the newest of the range; ${grouped(omitted)} older are left out`}</PartialNote></>}
    </span>
  )
}
