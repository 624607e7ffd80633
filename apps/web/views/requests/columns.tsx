'use client'
import type { MouseEvent, ReactNode } from 'react'
import { DurationBar } from '../../charts/duration-bar.tsx'
import type { FilterKey } from '../../live/index.ts'
import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { bytes, duration } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import type { Column } from '../../ui/table-column.ts'

export type Pick = (key: FilterKey, value: string, not: boolean) => void

/** Ends of the axis of the bars in the table: the same for all rows and always. */
const LOW_NS = 10e3
const HIGH_NS = 10e9

/** A value that filters by itself when clicked. The facets do the same by keyboard, so Tab passes over it. */
export function Pickable({ field, value, pick, children, className = '' }: { readonly field: FilterKey; readonly value: string; readonly pick: Pick; readonly children: ReactNode; readonly className?: string }) {
  return (
    <button type="button" tabIndex={-1} className={`cut max-w-full rounded-1 align-bottom hover:underline ${className}`} onClick={(event: MouseEvent) => pick(field, value, event.altKey)}>
      {children}
    </button>
  )
}

export function statusClass(status: number | null): string {
  if (status !== null && status >= 500) return 'text-bad'
  return status !== null && status >= 400 ? 'text-t2' : 'text-t3'
}

/** The bare path's beginning stays: the end is cut. */
function PathCell({ row }: { readonly row: RequestAnswer }) {
  const text = row.path ?? row.target
  return text === null ? <span className="text-t3">{row.protocol === 'tcp' ? 'not decoded' : '–'}</span> : <Name text={text} className="mono" />
}

interface ColumnInput {
  readonly pick: Pick
  /** From here on a bar is bright: the usual p99. */
  readonly slowNs: number | null
  /** The role all rows have, if they have one. */
  readonly role: string | undefined
}

/** Columns of the list; those that sort have the ids of the API's orders. */
export function requestColumns({ pick, slowNs, role }: ColumnInput): readonly Column<RequestAnswer>[] {
  return [
    { id: 'startTime', head: 'Arrived', width: 116, fixed: true, descendingFirst: true, value: (row) => row.startTime, cell: (row) => <Moment at={row.startTime} precise /> },
    { id: 'durationNs', head: 'Duration', width: 160, end: true, fixed: true, descendingFirst: true, value: (row) => row.durationNs, cell: (row) => <DurationCell row={row} slowNs={slowNs} /> },
    { id: 'status', head: 'Status', width: 70, end: true, descendingFirst: true, value: (row) => row.status, cell: (row) => <StatusCell row={row} pick={pick} /> },
    { id: 'method', head: 'Method', width: 68, cell: (row) => (row.method === null ? <span className="text-t3">–</span> : <Pickable field="method" value={row.method} pick={pick} className="mono text-t3"><Name text={row.method} /></Pickable>) },
    { id: 'path', head: 'Path', fixed: true, cell: (row) => <PathCell row={row} /> },
    { id: 'service', head: 'Service', width: 124, hideBelow: 760, cell: (row) => <Pickable field="service" value={row.service} pick={pick}><Name text={row.service} /></Pickable> },
    { id: 'role', head: 'Role', width: 60, hideBelow: 900, className: 'text-t3', cell: (row) => <Pickable field="role" value={row.role} pick={pick}>{row.role}</Pickable> },
    { id: 'peer', head: role === 'server' ? 'From' : role === 'client' ? 'To' : 'Peer', width: 132, className: 'text-t2', cell: (row) => <Pickable field="peer" value={row.peer} pick={pick}><Name text={row.peer} /></Pickable> },
    { id: 'protocol', head: 'Protocol', width: 80, className: 'text-t3', cell: (row) => <Pickable field="protocol" value={row.protocol} pick={pick}>{row.protocol}</Pickable> },
    { id: 'requestBytes', head: 'Request', width: 84, end: true, descendingFirst: true, value: (row) => row.requestBytes, cell: (row) => <Num figure={bytes(row.requestBytes)} slot="bytes" /> },
    { id: 'responseBytes', head: 'Response', width: 84, end: true, descendingFirst: true, value: (row) => row.responseBytes, cell: (row) => <Num figure={bytes(row.responseBytes)} slot="bytes" /> },
    { id: 'comm', head: 'Program', width: 100, className: 'text-t3', cell: (row) => <Pickable field="comm" value={row.comm} pick={pick}><Name text={row.comm} /></Pickable> },
    { id: 'pid', head: 'Process', width: 76, end: true, className: 'text-t3', hideBelow: 900, cell: (row) => <Pickable field="pid" value={String(row.pid)} pick={pick}>{row.pid}</Pickable> },
  ]
}

/** Columns that are off until they are switched on. */
export const HIDDEN_AT_FIRST = ['protocol', 'requestBytes', 'comm'] as const

/** Columns of the list beside a detail. */
export function narrowColumns(pick: Pick): readonly Column<RequestAnswer>[] {
  const wide = requestColumns({ pick, slowNs: null, role: undefined })
  const take = (id: string) => wide.find((column) => column.id === id)!
  return [
    take('startTime'),
    { ...take('durationNs'), width: 88, cell: (row) => <Num figure={duration(row.durationNs)} /> },
    take('status'),
    { ...take('path'), className: 'text-t2' },
    { ...take('peer'), width: 110, className: 'text-t3', hideBelow: 500 },
  ]
}

function DurationCell({ row, slowNs }: { readonly row: RequestAnswer; readonly slowNs: number | null }) {
  return (
    <span className="inline-flex items-center">
      <DurationBar ns={row.durationNs} lowNs={LOW_NS} highNs={HIGH_NS} slowNs={slowNs} width={72} />
      <span className="inline-block w-[66px]"><Num figure={duration(row.durationNs)} /></span>
    </span>
  )
}

function StatusCell({ row, pick }: { readonly row: RequestAnswer; readonly pick: Pick }) {
  const text = row.status === null ? '–' : String(row.status)
  return (
    <Pickable field="status" value={String(row.status ?? 0)} pick={pick} className={row.error && row.status === null ? 'text-bad' : statusClass(row.status)}>
      {text}
    </Pickable>
  )
}
