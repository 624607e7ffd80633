'use client'
import { DataTable } from '../../ui/data-table.tsx'
import { bytes, count, duration, rate, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import { parseSort, formatSort, type Column } from '../../ui/table-column.ts'
import { useParam } from '../../live/index.ts'
import { nodeName, SLOW_WORDS, type MapEdge, type MapModel } from './model.ts'
import { useMemo } from 'react'

const columnsOf = (name: (id: string) => string): readonly Column<MapEdge>[] => [
  { id: 'from', head: 'From', value: (edge) => name(edge.from), cell: (edge) => <Name text={name(edge.from)} /> },
  { id: 'to', head: 'To', value: (edge) => name(edge.to), cell: (edge) => <Name text={name(edge.to)} /> },
  { id: 'protocol', head: 'Protocol', width: 90, className: 'text-t3', value: (edge) => edge.protocol, cell: (edge) => edge.protocol },
  { id: 'rate', head: 'Requests', width: 92, end: true, descendingFirst: true, value: (edge) => edge.rate, cell: (edge) => <Num figure={rate(edge.rate)} /> },
  { id: 'errors', head: 'Errors', width: 84, end: true, descendingFirst: true, value: (edge) => edge.errorShare, cell: (edge) => <Num figure={share(edge.errorShare)} tone={edge.errorShare > 0 ? 'bad' : 'usual'} /> },
  { id: 'p50', head: 'p50', width: 86, end: true, descendingFirst: true, value: (edge) => edge.durationNs.p50, cell: (edge) => <Num figure={duration(edge.durationNs.p50)} /> },
  { id: 'p95', head: 'p95', width: 86, end: true, descendingFirst: true, value: (edge) => edge.durationNs.p95, cell: (edge) => <Num figure={duration(edge.durationNs.p95)} tone={edge.slow > 0 ? 'warn' : 'usual'} /> },
  { id: 'p99', head: 'p99', width: 86, end: true, descendingFirst: true, value: (edge) => edge.durationNs.p99, cell: (edge) => <Num figure={duration(edge.durationNs.p99)} /> },
  { id: 'slow', head: 'Against normal', width: 124, descendingFirst: true, value: (edge) => edge.slow, className: 'text-warn', cell: (edge) => SLOW_WORDS[edge.slow] },
  { id: 'connections', head: 'Connections', width: 108, end: true, descendingFirst: true, hideBelow: 1000, value: (edge) => edge.whole.connectionCount, cell: (edge) => <Num figure={count(edge.whole.connectionCount)} slot="none" /> },
  { id: 'sent', head: 'Sent', width: 84, end: true, descendingFirst: true, hideBelow: 1100, value: (edge) => edge.whole.bytesSent, cell: (edge) => <Num figure={bytes(edge.whole.bytesSent)} slot="bytes" /> },
  { id: 'received', head: 'Received', width: 96, end: true, descendingFirst: true, hideBelow: 1100, value: (edge) => edge.whole.bytesReceived, cell: (edge) => <Num figure={bytes(edge.whole.bytesReceived)} slot="bytes" /> },
]

const edgeKey = (edge: MapEdge) => edge.id

/** The map as a table: one row an edge. */
export function MapTable({ model, chosen, onChoose }: { readonly model: MapModel; readonly chosen: string | undefined; readonly onChoose: (id: string) => void }) {
  const [order, setOrder] = useParam('order', 'replace')
  const columns = useMemo(() => columnsOf((id) => nodeName(model, id)), [model])
  return (
    <DataTable label="Edges of the map" columns={columns} rows={model.edges} rowKey={edgeKey} rowHeight={24} calm sort={parseSort(order ?? '-rate')} onSort={(sort) => setOrder(formatSort(sort))} selected={chosen} onOpen={(edge) => onChoose(edge.id)} empty="No edge in this range." />
  )
}
