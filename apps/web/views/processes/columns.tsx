import type { ReactNode } from 'react'
import { programOf } from '../../live/processes.ts'
import { bytes, cores } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import type { Column } from '../../ui/table-column.ts'
import { age, clock, dayAndClock, instantMs, utc } from '../../ui/time.ts'
import { Lifeline, LifelineAxis, type Span } from './lifeline.tsx'
import type { ProcessRow } from './rows.ts'

const LINE = 240
const NOTHING = <span className="text-t3">–</span>

/** Lines of the tree. */
function Guides({ guides, px }: { readonly guides: readonly boolean[]; readonly px: number }) {
  const left = Math.floor(px * 0.4)
  return guides.map((goesOn, i) => {
    const last = i === guides.length - 1
    return (
      <span key={i} className="relative inline-block h-6 flex-none" style={{ width: px }}>
        {(last || goesOn) && <span className="absolute top-0 border-l border-line-2" style={{ left, bottom: last && !goesOn ? 12 : 0 }} />}
        {last && <span className="absolute top-3 border-t border-line-2" style={{ left, right: Math.floor(px / 5) }} />}
      </span>
    )
  })
}

function ProcessName({ row: { process, group, guides }, px }: { readonly row: ProcessRow; readonly px: number }) {
  if (group) return <span className="font-medium">{group.name === '' ? <span className="text-t3">no service</span> : <Name text={group.name} />} <span className="text-xs font-normal text-t3">{group.count}</span></span>
  const { exitedAt, exitCode } = process!
  return (
    <span className="flex h-6 items-center">
      <Guides guides={guides} px={px} />
      <Name text={programOf(process!)} className={`cut ${exitedAt === null ? 'font-medium' : ''}`} />
      {exitedAt !== null && <span className={`pl-1.5 text-xs ${exitCode === 0 ? 'text-t3' : 'text-bad'}`}>{exitCode === null ? 'ended' : `exit ${exitCode}`}</span>}
    </span>
  )
}

/** Today's starts as a clock time, older ones as an age. */
function Started({ at, span }: { readonly at: string; readonly span: Span }) {
  const ms = instantMs(at)
  return <time dateTime={at} title={`${dayAndClock(ms)} · ${utc(at)}`}>{ms >= span.fromMs ? clock(ms) : age((span.toMs - ms) / 1000)}</time>
}

const of = <T,>(row: ProcessRow, read: (process: NonNullable<ProcessRow['process']>) => T): T | undefined => row.process && read(row.process)
const text = (row: ProcessRow, value: string | null | undefined): ReactNode => (row.group ? null : value ? <Name text={value} /> : NOTHING)
const isAlive = (row: ProcessRow) => row.group !== undefined || row.process?.exitedAt === null

/** The columns of the page; `px`: of a level of the tree. */
export function processColumns(span: Span, offsetMinutes: number, px: number): Column<ProcessRow>[] {
  return [
    { id: 'process', head: 'Process', fixed: true, value: (row) => row.group?.name ?? programOf(row.process!), cell: (row) => <ProcessName row={row} px={px} /> },
    { id: 'pid', head: 'PID', width: 66, end: true, value: (row) => of(row, ({ pid }) => pid), cell: (row) => of(row, ({ pid }) => <span className="mono text-t2">{pid}</span>) },
    { id: 'service', head: 'Service', width: 132, value: (row) => of(row, ({ service }) => service), cell: (row) => text(row, row.process?.service) },
    { id: 'user', head: 'User', width: 84, hideBelow: 1300, className: 'text-t3', value: (row) => of(row, ({ user }) => user), cell: (row) => text(row, row.process?.user) },
    { id: 'unit', head: 'Unit or container', width: 132, className: 'text-t3', value: (row) => of(row, ({ unit, container }) => container ?? unit), cell: (row) => text(row, row.process?.container ?? row.process?.unit) },
    { id: 'started', head: 'Started', width: 82, end: true, descendingFirst: true, className: 'text-t2', value: (row) => of(row, ({ startedAt }) => Date.parse(startedAt)), cell: (row) => of(row, ({ startedAt }) => <Started at={startedAt} span={span} />) },
    { id: 'cpu', head: 'CPU', width: 92, end: true, descendingFirst: true, value: (row) => (isAlive(row) ? (row.group?.cpuCores ?? row.process?.cpuCores) : null), cell: (row) => <Num figure={cores(isAlive(row) ? (row.group?.cpuCores ?? row.process?.cpuCores) : null)} slot="none" /> },
    { id: 'memory', head: 'Memory', width: 84, end: true, descendingFirst: true, value: (row) => of(row, ({ residentBytes }) => residentBytes), cell: (row) => of(row, ({ residentBytes }) => <Num figure={bytes(isAlive(row) && residentBytes ? residentBytes : null)} slot="bytes" />) },
    { id: 'threads', head: 'Threads', width: 72, end: true, descendingFirst: true, className: 'text-t2', value: (row) => (isAlive(row) ? (row.group?.threads ?? row.process?.threads) : null), cell: (row) => (isAlive(row) ? (row.group?.threads ?? row.process?.threads ?? NOTHING) : NOTHING) },
    {
      id: 'life', head: <LifelineAxis span={span} width={LINE} offsetMinutes={offsetMinutes} />, label: 'When it lived', width: LINE + 20, hideBelow: 1180, headClassName: 'overflow-visible', className: 'overflow-visible!',
      cell: (row) => of(row, (process) => <Lifeline process={process} span={span} width={LINE} />),
    },
    { id: 'command', head: 'Command', className: 'text-t2', value: (row) => of(row, ({ commandLine, comm }) => commandLine || comm), cell: (row) => of(row, ({ commandLine, comm }) => <Name text={commandLine || comm} className="mono text-[11.5px]" />) },
  ]
}
