'use client'
import type { Syscall, Syscalls } from '../../live/index.ts'
import { count, duration, grouped, rate } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import type { Column } from '../../ui/table-column.ts'
import { errorsOf, estimatedRate } from './model.ts'
import { Seen } from './seen.tsx'

export const HIDDEN_AT_FIRST = ['processes'] as const

const DURATIONS = [['p50', 'p50', 72], ['p95', 'p95', 72], ['p99', 'p99', 72], ['max', 'Longest', 76]] as const

/** Columns of calls; their count says in which share of the time it was counted. */
export function syscallColumns(answer: Syscalls): readonly Column<Syscall>[] {
  const { observedShare } = answer
  return [
    { id: 'service', head: 'Service', fixed: true, value: (one) => one.service, cell: (one) => (one.service === '' ? <span className="text-t3">no service</span> : <Name text={one.service} />) },
    { id: 'call', head: 'Call', width: 130, fixed: true, className: 'mono', value: (one) => one.name, cell: (one) => <Name text={one.name} /> },
    { id: 'count', head: 'Calls seen', label: 'Calls seen, in a share of the time', width: 138, end: true, fixed: true, descendingFirst: true, value: (one) => one.count, cell: (one) => <Seen value={one.count} of={observedShare} /> },
    { id: 'rate', head: '≈ a second', label: 'Calls a second, estimated', width: 84, end: true, descendingFirst: true, hideBelow: 1000, className: 'text-t2', value: (one) => one.estimatedCount, cell: (one) => <Num figure={rate(estimatedRate(one, answer))} /> },
    { id: 'errors', head: 'Failed of them', label: 'Failed of the calls seen', end: true, descendingFirst: true, hideBelow: 700, value: (one) => one.errorCount, cell: (one) => <Errors call={one} /> },
    ...DURATIONS.map(([id, head, width]): Column<Syscall> => ({ id, head, width, end: true, descendingFirst: true, hideBelow: id === 'p95' ? 900 : undefined, value: (one) => one.durationNs[id], cell: (one) => <Num figure={duration(one.durationNs[id])} /> })),
    { id: 'time', head: 'Time in it', label: 'Time in it, as seen', width: 88, end: true, descendingFirst: true, value: (one) => one.totalNs, cell: (one) => <Num figure={duration(one.totalNs)} /> },
    { id: 'processes', head: 'Processes', width: 84, end: true, descendingFirst: true, className: 'text-t3', value: (one) => one.processCount, cell: (one) => <Num figure={count(one.processCount)} slot="none" /> },
  ]
}

/** Not red: a call that fails is often as it should be (EAGAIN of a socket that has nothing yet). */
function Errors({ call }: { readonly call: Syscall }) {
  const errors = errorsOf([call])
  const [first] = errors
  return (
    <span className="flex items-baseline justify-end" title={errors.map(([name, value]) => `${name} ${grouped(value)}`).join('\n') || undefined}>
      {first && <span className="mono cut pr-2 text-t3">{first[0]}{errors.length > 1 && ` +${errors.length - 1}`}</span>}
      <Num figure={count(call.errorCount)} slot="none" />
    </span>
  )
}
