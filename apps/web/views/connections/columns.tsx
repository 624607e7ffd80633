'use client'
import { bytes, count, duration } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import type { Column } from '../../ui/table-column.ts'
import { age } from '../../ui/time.ts'
import { isFailed, isOpen, openSeconds, stateRank, stateWord, strainWord, type Connection } from './model.ts'

export const HIDDEN_AT_FIRST = ['protocol', 'pid', 'unread', 'unacked', 'limited'] as const

/** Columns of connections; `nowMs` for those that are open. */
export function connectionColumns(nowMs: number): readonly Column<Connection>[] {
  return [
    { id: 'state', head: 'State', width: 114, fixed: true, value: (one) => `${stateRank(one)} ${stateWord(one)}`, cell: (one) => <State connection={one} /> },
    { id: 'service', head: 'Service', value: (one) => one.service, cell: (one) => <Name text={one.service} /> },
    { id: 'role', head: 'Role', width: 54, hideBelow: 860, className: 'text-t3', value: (one) => one.role, cell: (one) => one.role },
    { id: 'local', head: 'Local', width: 128, className: 'mono text-t2', hideBelow: 1030, value: (one) => one.local, cell: (one) => <Name text={one.local} /> },
    { id: 'remote', head: 'Remote', width: 148, fixed: true, className: 'mono', value: (one) => one.remote, cell: (one) => <Name text={one.remote} /> },
    { id: 'peer', head: 'Peer', width: 150, hideBelow: 1250, className: 'text-t2', value: (one) => one.peer, cell: (one) => <Name text={one.peer} /> },
    { id: 'protocol', head: 'Protocol', width: 84, className: 'text-t3', value: (one) => one.protocol, cell: (one) => (one.undecoded ? <span className="text-warn">not decoded</span> : one.protocol || '–') },
    { id: 'age', head: 'Open for', width: 80, end: true, descendingFirst: true, className: 'text-t2', value: (one) => (one.state === 'failed' ? null : openSeconds(one, nowMs)), cell: (one) => (one.state === 'failed' ? <span className="text-t3" title="never open">–</span> : age(openSeconds(one, nowMs))) },
    { id: 'connect', head: 'Connect', width: 78, end: true, descendingFirst: true, value: (one) => one.connectNs, cell: (one) => <Num figure={duration(one.connectNs)} /> },
    { id: 'srtt', head: 'Round trip', width: 88, end: true, descendingFirst: true, value: (one) => one.srttNs, cell: (one) => <Num figure={duration(one.srttNs)} /> },
    { id: 'sent', head: 'Sent', width: 74, end: true, descendingFirst: true, value: (one) => one.bytesSent, cell: (one) => <Num figure={bytes(one.bytesSent)} slot="bytes" /> },
    { id: 'received', head: 'Received', width: 84, end: true, descendingFirst: true, value: (one) => one.bytesReceived, cell: (one) => <Num figure={bytes(one.bytesReceived)} slot="bytes" /> },
    { id: 'retransmits', head: 'Resent', label: 'Retransmits', width: 76, end: true, descendingFirst: true, hideBelow: 700, value: (one) => one.retransmits, cell: (one) => <Num figure={count(one.retransmits)} slot="none" /> },
    { id: 'drops', head: 'Drops', width: 70, end: true, descendingFirst: true, hideBelow: 1120, value: (one) => one.drops, cell: (one) => <span title={one.dropReason ?? undefined}><Num figure={count(one.drops)} slot="none" /></span> },
    { id: 'unread', head: 'Unread', width: 78, end: true, descendingFirst: true, value: (one) => one.unreadBytes, cell: (one) => <Num figure={bytes(one.unreadBytes)} slot="bytes" /> },
    { id: 'unacked', head: 'Unacknowledged', width: 112, end: true, descendingFirst: true, value: (one) => one.unackedBytes, cell: (one) => <Num figure={bytes(one.unackedBytes)} slot="bytes" /> },
    { id: 'limited', head: 'Peer’s window shut', width: 124, end: true, descendingFirst: true, value: (one) => one.windowLimitedNs, cell: (one) => <Num figure={duration(one.windowLimitedNs)} /> },
    { id: 'pid', head: 'Process', width: 76, end: true, className: 'text-t3', value: (one) => one.pid, cell: (one) => one.pid },
  ]
}

/** What failed has a red dot and says how, what is held up an amber one; what is open or over is quiet. */
function State({ connection }: { readonly connection: Connection }) {
  if (strainWord(connection)) return <span className="inline-flex items-center gap-2 text-warn"><span className="dot" />{stateWord(connection)}</span>
  if (!isFailed(connection)) return <span className={isOpen(connection) ? 'text-t3' : 'text-t2'}>{stateWord(connection)}</span>
  return <span className="inline-flex items-center gap-2 text-bad"><span className="dot" />{stateWord(connection)}</span>
}
