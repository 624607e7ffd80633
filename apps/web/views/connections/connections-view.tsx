'use client'
import { useMemo } from 'react'
import { useParam } from '../../live/index.ts'
import { ColumnMenu, useHiddenColumns } from '../../ui/column-menu.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { FilterBar, FilterField } from '../../ui/filter-field.tsx'
import { grouped } from '../../ui/format.ts'
import { PartialNote } from '../../ui/notes.tsx'
import { Segments } from '../../ui/segments.tsx'
import { formatSort, parseSort } from '../../ui/table-column.ts'
import { usePhone } from '../../ui/use-phone.ts'
import { connectionColumns, HIDDEN_AT_FIRST } from './columns.tsx'
import { ConnectionPanel } from './connection-panel.tsx'
import { ListenersView } from './listeners-view.tsx'
import { connectionKey, countsOf, isOpen, SHOWN, type Connection, type Shown } from './model.ts'
import { NoConnection } from './no-connection.tsx'
import { PhoneConnections } from './phone-connections.tsx'
import { SocketsSwitch } from './sockets-switch.tsx'
import { PLACEHOLDER, useConnections, type ConnectionsReading } from './use-connections.ts'

/** TCP connections that were open in the range, failures first and in words, with how long connecting and a round trip take. */
export function ConnectionsView() {
  const [sockets] = useParam('sockets')
  return sockets === 'listening' ? <ListenersView /> : <ConnectionList />
}

function ConnectionList() {
  const reading = useConnections()
  return usePhone() ? <PhoneConnections {...reading} /> : <ConnectionTable {...reading} />
}

function ConnectionTable({ answer, connections, rows, chosen, nowMs, find, setFind, shown, setShown, open, close, note }: ConnectionsReading) {
  const [order, setOrder] = useParam('order', 'replace')
  const [hidden, setHidden] = useHiddenColumns('connections', HIDDEN_AT_FIRST)
  const columns = useMemo(() => connectionColumns(nowMs), [nowMs])
  const { data, dim, loading } = answer
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <FilterBar>
        <FilterField label="Filter connections" placeholder={PLACEHOLDER} value={find} onChange={setFind} />
        {data && <Summary connections={connections} omitted={data.total - data.connections.length} matching={find === '' && shown === 'all' ? undefined : rows.length} />}
        <span className="flex-1" />
        <SocketsSwitch />
        <Segments<Shown> label="Which" options={SHOWN} chosen={shown} onChoose={setShown} />
        <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />
      </FilterBar>
      <div className="flex min-h-0 flex-1 items-stretch">
        <DataTable
          label="Connections" columns={columns} rows={rows} rowKey={connectionKey} rowHeight={24} hidden={hidden} calm sort={parseSort(order ?? 'state')} onSort={(sort) => setOrder(formatSort(sort))}
          selected={chosen && connectionKey(chosen)} onOpen={(one) => (one === chosen ? close() : open(one))} ended={(one) => !isOpen(one) && one.failure === null}
          loading={loading} dim={dim} className="min-h-0 min-w-0 flex-1" empty={<NoConnection answer={answer} />}
        />
        <ConnectionPanel connections={connections} isKnown={data !== undefined} chosen={chosen} nowMs={nowMs} note={note} onClose={close} onFailure={setFind} />
      </div>
    </div>
  )
}

function Summary({ connections, omitted, matching }: { readonly connections: readonly Connection[]; readonly omitted: number; readonly matching: number | undefined }) {
  const { open, closed, failed } = countsOf(connections)
  const strong = (value: number, className = 'text-t1') => <b className={`font-medium ${className}`}>{grouped(value)}</b>
  return (
    <span className="text-sm whitespace-nowrap text-t2">
      {strong(open)} open, {strong(closed)} closed in range, {strong(failed, failed > 0 ? 'text-bad' : 'text-t1')} failed
      {matching !== undefined && <>; {strong(matching)} shown</>}
      {omitted > 0 && <> <PartialNote>{`the newest of the range; ${grouped(omitted)} older are left out`}</PartialNote></>}
    </span>
  )
}
